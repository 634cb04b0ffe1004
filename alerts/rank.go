package alerts

import (
	"cmp"
	"slices"
	"strings"

	"jobalertd/alerts/name"
	"jobalertd/alerts/text"
)

// Match is a posting that matches a filter.
type Match struct {
	Posting *Posting
	Seq     Seq
	Verdict Verdict
}

// ID is the posting's ID.
func (m Match) ID() string { return m.Posting.ID }

// perCompany is how many jobs of one company may stand before the jobs of others.
const perCompany = 3

// Rank orders matches for a mail, the best first, and leaves the given list alone. The better fit
// comes first: each word or skill of the filter that the posting has counts 1, and 2 more where it
// stands in the title; a stated salary counts 1. Of equal fits the newer comes first, then the
// smaller ID. Of one company at most three stay in this order; its others follow behind those of
// all companies, in the same order.
func Rank(matches []Match) []Match {
	type ranked struct {
		Match
		fit int
	}
	order := make([]ranked, len(matches))
	for i, m := range matches {
		order[i] = ranked{m, m.fit()}
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.fit, a.fit), cmp.Compare(b.Seq, a.Seq), strings.Compare(a.ID(), b.ID()))
	})
	seen := map[string]int{}
	var first, behind []Match
	for _, r := range order {
		company := name.Company(r.Posting.Company)
		if seen[company]++; seen[company] <= perCompany {
			first = append(first, r.Match)
		} else {
			behind = append(behind, r.Match)
		}
	}
	return append(first, behind...)
}

// fit counts what Rank orders by.
func (m Match) fit() int {
	fit := 0
	if s := m.Posting.Salary; s != nil && !s.Predicted && max(s.Min, s.Max) > 0 {
		fit++
	}
	title := " " + text.Key(m.Posting.Title) + " "
	for _, r := range m.Verdict.Reasons {
		if r.Facet != FacetQuery && r.Facet != FacetSkills {
			continue
		}
		for _, word := range r.Words {
			fit++
			if strings.Contains(title, " "+text.Key(word)+" ") {
				fit += 2
			}
		}
	}
	return fit
}
