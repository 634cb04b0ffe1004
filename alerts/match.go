package alerts

// Validate names every fault.
func (f Filter) Validate() FieldErrors { return nil }

// Match answers.
func (f Filter) Match(p *Posting) Verdict { return Verdict{} }
