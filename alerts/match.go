package alerts

import (
	"slices"
	"sync"

	"jobalertd/alerts/name"
	"jobalertd/alerts/place"
	"jobalertd/alerts/query"
	"jobalertd/alerts/rates"
	"jobalertd/alerts/skill"
	"jobalertd/mailer/locale"
)

// Rules is what matching needs to know besides the filter and the posting. The zero value holds what
// ships with the program.
type Rules struct {
	// Rates converts salaries; nil means rates.Shipped.
	Rates *rates.Table
}

// Match judges a posting, in its normal form, by the shipped rules. It reads both anew each time:
// use a Matcher where one of them meets many of the other. A filter that Validate refuses gets an
// answer too, but none to rely on; a query that cannot be read matches nothing.
func (f Filter) Match(p *Posting) Verdict { return NewMatcher(f).Match(p) }

// Matcher is a filter made ready to judge many postings. It does not change once it is made.
type Matcher struct {
	judges []judge
}

// judge is the rule of one facet that the filter sets.
type judge struct {
	facet Facet
	rule  func(*Prepared) Reason
}

// NewMatcher makes a filter ready by the shipped rules.
func NewMatcher(f Filter) Matcher { return Rules{}.Matcher(f) }

// Matcher makes a filter ready.
func (r Rules) Matcher(f Filter) Matcher {
	if r.Rates == nil {
		r.Rates = rates.Shipped()
	}
	f = f.Canonical()
	m := Matcher{judges: make([]judge, 0, len(Facets()))}
	add := func(facet Facet, rule func(*Prepared) Reason) { m.judges = append(m.judges, judge{facet, rule}) }
	add(FacetClass, classRule(f.Class))
	if f.Query != "" {
		add(FacetQuery, queryRule(f.Query))
	}
	if len(f.Skills.Any)+len(f.Skills.All)+len(f.Skills.None) > 0 {
		add(FacetSkills, skillsRule(f.Skills))
	}
	if len(f.Places) > 0 {
		add(FacetPlaces, placesRule(f.Places, f.acceptsRemote()))
	}
	if len(f.Workplace) > 0 {
		add(FacetWorkplace, workplaceRule(f.Workplace))
	}
	if asked := f.Seniority; len(asked) > 0 {
		add(FacetSeniority, func(p *Prepared) Reason { return anyOf(asked, p.posting.Seniority) })
	}
	if asked := f.Employment; len(asked) > 0 {
		add(FacetEmployment, func(p *Prepared) Reason { return anyOf(asked, p.posting.Employment) })
	}
	if f.SalaryMin != nil {
		add(FacetSalary, salaryRule(f, r.Rates))
	}
	if len(f.Companies.Any)+len(f.Companies.None) > 0 {
		add(FacetCompanies, companiesRule(f.Companies))
	}
	if f.EducationMax != "" {
		add(FacetEducation, educationRule(f.EducationMax))
	}
	if asked := f.Languages; len(asked) > 0 {
		add(FacetLanguages, func(p *Prepared) Reason { return anyOf(asked, listed(p.posting.Language)) })
	}
	return m
}

// Match judges a posting.
func (m Matcher) Match(p *Posting) Verdict { return m.Judge(Prepare(p)) }

// Judge judges a posting that was made ready.
func (m Matcher) Judge(p *Prepared) Verdict {
	return m.JudgeInto(make([]Reason, 0, len(m.judges)), p)
}

// JudgeInto is Judge for who reads one verdict at a time: its reasons stand in the given memory.
func (m Matcher) JudgeInto(memory []Reason, p *Prepared) Verdict {
	verdict := Verdict{Match: true, Reasons: memory[:0]}
	for _, j := range m.judges {
		reason := j.rule(p)
		reason.Facet = j.facet
		verdict.Match = verdict.Match && reason.Pass
		verdict.Reasons = append(verdict.Reasons, reason)
	}
	return verdict
}

// Prepared is a posting made ready to be judged by many matchers: its text cut into words, its
// places looked up, its skills with all that they imply. The posting must not change meanwhile.
type Prepared struct {
	posting *Posting
	class   []string // in words
	skills  []string
	sites   []place.Site // the locations that say anything
	text    func() *query.Document
}

// Prepare makes a posting ready.
func Prepare(p *Posting) *Prepared {
	prepared := &Prepared{
		posting: p,
		class:   words(listed(p.Class)),
		skills:  skill.Shipped().Closure(p.Skills),
		// The words are the dearest part, and many filters have no query.
		text: sync.OnceValue(func() *query.Document {
			return query.NewDocument(p.Title, p.Company, p.Description)
		}),
	}
	for _, l := range p.Locations {
		if spot := place.Spot(l); spot.Stated() {
			prepared.sites = append(prepared.sites, spot.Find())
		}
	}
	return prepared
}

// acceptsRemote reports whether the workplace facet lets remote jobs through.
func (f Filter) acceptsRemote() bool {
	return len(f.Workplace) == 0 || slices.Contains(f.Workplace, WorkplaceRemote)
}

// listed is a single value as a list, empty where the value is.
func listed[T ~string](value T) []T {
	if value == "" {
		return nil
	}
	return []T{value}
}

// words makes plain strings of values.
func words[T ~string](values []T) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

// common is what two lists share, in the order of the first.
func common[T comparable](a, b []T) []T { return filtered(a, b, true) }

// without is what the first list has and the second has not.
func without[T comparable](a, b []T) []T { return filtered(a, b, false) }

func filtered[T comparable](a, b []T, shared bool) (out []T) {
	for _, v := range a {
		if slices.Contains(b, v) == shared {
			out = append(out, v)
		}
	}
	return out
}

// anyOf is the rule of the facets that ask for one of some values and accept what is not stated.
func anyOf[T ~string](asked, stated []T) Reason {
	if len(stated) == 0 {
		return Reason{Pass: true, Unknown: true}
	}
	if hits := common(stated, asked); len(hits) > 0 {
		return Reason{Pass: true, Words: words(hits)}
	}
	return Reason{Words: words(stated)}
}

func classRule(asked []Class) func(*Prepared) Reason {
	if len(asked) == 0 {
		asked = []Class{ClassCore}
	}
	return func(p *Prepared) Reason {
		return Reason{Pass: slices.Contains(asked, p.posting.Class), Words: p.class}
	}
}

func queryRule(asked string) func(*Prepared) Reason {
	q, err := query.Parse(asked)
	if err != nil {
		return func(*Prepared) Reason { return Reason{} }
	}
	return func(p *Prepared) Reason {
		answer := q.Match(p.text())
		reason := Reason{Pass: answer.Match}
		for _, term := range answer.Found {
			reason.Words = append(reason.Words, term.Text())
		}
		for _, term := range answer.Missing {
			reason.Missing = append(reason.Missing, term.Text())
		}
		return reason
	}
}

func skillsRule(asked SkillSet) func(*Prepared) Reason {
	return func(p *Prepared) Reason {
		forbidden := common(asked.None, p.skills)
		missing := without(asked.All, p.skills)
		hits := common(asked.Any, p.skills)
		if len(hits) == 0 {
			missing = append(missing, asked.Any...)
		}
		slices.Sort(missing)
		if len(forbidden)+len(missing) > 0 {
			return Reason{Unknown: len(p.skills) == 0, Words: forbidden, Missing: slices.Compact(missing)}
		}
		hits = append(hits, asked.All...)
		slices.Sort(hits)
		return Reason{Pass: true, Unknown: len(p.skills) == 0, Words: slices.Compact(hits)}
	}
}

func placesRule(asked []Place, remoteToo bool) func(*Prepared) Reason {
	var grounds []place.Ground
	for _, p := range asked {
		grounds = append(grounds, place.Area(p).Find())
	}
	return func(p *Prepared) Reason {
		for _, site := range p.sites {
			if slices.ContainsFunc(grounds, func(g place.Ground) bool { return g.Holds(site) }) {
				return Reason{Pass: true, Words: []string{site.Label}}
			}
		}
		remote := p.posting.Workplace == WorkplaceRemote
		if remote && remoteToo {
			return remoteReason(p, grounds)
		}
		return Reason{Unknown: len(p.sites) == 0 && !remote, Words: p.labels()}
	}
}

// remoteReason judges a remote job by who may take it.
func remoteReason(p *Prepared, grounds []place.Ground) Reason {
	reason := Reason{Words: []string{string(WorkplaceRemote)}}
	for _, g := range grounds {
		answer := place.Eligible(p.posting.RemoteFrom, p.sites, g.Country)
		if !answer.OK {
			continue
		}
		if answer.By != "" && answer.By != place.Anywhere {
			reason.Words = append(reason.Words, answer.By)
		}
		reason.Pass, reason.Unknown = true, !answer.Stated
		return reason
	}
	if len(p.posting.RemoteFrom) > 0 {
		reason.Words = append(reason.Words, few(p.posting.RemoteFrom)...)
	} else {
		reason.Words = append(reason.Words, p.labels()...)
	}
	return reason
}

// labels are the posting's locations in words.
func (p *Prepared) labels() []string {
	var labels []string
	for _, s := range p.sites {
		labels = append(labels, s.Label)
	}
	return few(labels)
}

// few keeps an explanation short.
func few(words []string) []string {
	const most = 5
	if len(words) <= most {
		return words
	}
	return append(slices.Clone(words[:most]), "…")
}

// workplaceRule accepts what is not stated, unless remote alone is asked for.
func workplaceRule(asked []Workplace) func(*Prepared) Reason {
	onlyRemote := slices.Equal(asked, []Workplace{WorkplaceRemote})
	return func(p *Prepared) Reason {
		reason := anyOf(asked, listed(p.posting.Workplace))
		reason.Pass = reason.Pass && !(reason.Unknown && onlyRemote)
		return reason
	}
}

func salaryRule(f Filter, table *rates.Table) func(*Prepared) Reason {
	unlisted := Reason{Pass: f.SalaryUnlisted != UnlistedExclude, Unknown: true}
	return func(p *Prepared) Reason {
		s := p.posting.Salary
		if s == nil || s.Predicted {
			return unlisted
		}
		// Where a posting says only from where its salary starts, that is the most it states.
		perYear := max(s.Min, s.Max) * s.Period.PerYear()
		paid, known := table.Convert(perYear, s.Currency, f.SalaryMin.Currency)
		if !known || perYear == 0 {
			return unlisted
		}
		return Reason{
			Pass: paid >= f.SalaryMin.Amount*f.SalaryMin.Period.PerYear(), Pay: s,
			Words: []string{locale.English.Pay(s.Min, s.Max, s.Currency, string(s.Period))},
		}
	}
}

func companiesRule(asked CompanySet) func(*Prepared) Reason {
	return func(p *Prepared) Reason {
		company := name.Company(p.posting.Company)
		pass := !slices.Contains(asked.None, company) && (len(asked.Any) == 0 || slices.Contains(asked.Any, company))
		return Reason{Pass: pass, Words: listed(p.posting.Company)}
	}
}

func educationRule(most Education) func(*Prepared) Reason {
	rank := func(e Education) int { return slices.Index(Educations(), e) }
	return func(p *Prepared) Reason {
		if p.posting.Education == "" {
			return Reason{Pass: true, Unknown: true}
		}
		return Reason{Pass: rank(p.posting.Education) <= rank(most), Words: words(listed(p.posting.Education))}
	}
}
