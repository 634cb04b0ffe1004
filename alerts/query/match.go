package query

import (
	"slices"

	"jobalertd/alerts/text"
)

// Document is the text that queries are asked of, cut into words once.
type Document struct {
	title, company, description []string
}

// NewDocument cuts a posting's texts into words.
func NewDocument(title, company, description string) *Document {
	return &Document{title: text.Words(title), company: text.Words(company), description: text.Words(description)}
}

// Answer tells whether a document matches a query, and why.
type Answer struct {
	Match bool
	// Found are the terms in the document that decided: those that were asked for where it matches,
	// those that are excluded where it does not.
	Found []Term
	// Missing are the terms that are asked for and not there, where the document does not match.
	Missing []Term
}

// answer is an Answer on the way up the tree.
type answer struct {
	ok             bool
	found, missing []Term
}

// Match judges a document.
func (q Query) Match(d *Document) Answer {
	if q.root == nil {
		return Answer{Match: true}
	}
	a := q.root.match(d)
	return Answer{Match: a.ok, Found: a.found, Missing: a.missing}
}

func (t Term) match(d *Document) answer {
	if d.holds(t) {
		return answer{ok: true, found: []Term{t}}
	}
	return answer{missing: []Term{t}}
}

// match turns the answer round: what is found is why an exclusion fails, and what is missing is
// nothing to tell of.
func (n Not) match(d *Document) answer {
	inner := n.Node.match(d)
	if !inner.ok {
		return answer{ok: true}
	}
	return answer{found: inner.found}
}

func (a And) match(d *Document) answer {
	yes, no := answer{ok: true}, answer{}
	for _, node := range a {
		part := node.match(d)
		if part.ok {
			yes.found = append(yes.found, part.found...)
			continue
		}
		yes.ok = false
		no.found = append(no.found, part.found...)
		no.missing = append(no.missing, part.missing...)
	}
	if yes.ok {
		return yes
	}
	return no
}

func (o Or) match(d *Document) answer {
	yes, no := answer{}, answer{}
	for _, node := range o {
		part := node.match(d)
		if part.ok {
			yes.ok = true
			yes.found = append(yes.found, part.found...)
			continue
		}
		no.found = append(no.found, part.found...)
		no.missing = append(no.missing, part.missing...)
	}
	if yes.ok {
		return yes
	}
	return no
}

// holds reports whether the words of t stand side by side in one of its fields.
func (d *Document) holds(t Term) bool {
	switch t.Field {
	case FieldTitle:
		return contains(d.title, t.Words)
	case FieldCompany:
		return contains(d.company, t.Words)
	case FieldDescription:
		return contains(d.description, t.Words)
	}
	return contains(d.title, t.Words) || contains(d.company, t.Words) || contains(d.description, t.Words)
}

// contains reports whether words has the phrase somewhere.
func contains(words, phrase []string) bool {
	for i := 0; i+len(phrase) <= len(words); i++ {
		if slices.Equal(words[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}
