package catalog

import (
	"slices"

	"jobalertd/alerts"
	"jobalertd/alerts/match/facet"
	"jobalertd/alerts/place"
	"jobalertd/alerts/query"
	"jobalertd/alerts/rates"
)

// Find is every value whose posting the filter matches by the rules, in no particular order.
func (c *Catalog[T]) Find(f alerts.Filter, rules alerts.Rules) []T {
	f = f.Canonical()
	if rules.Rates == nil {
		rules.Rates = rates.Shipped()
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	found, exact := c.index.agreeing(&f, rules.Rates)
	c.index.narrow(found, &f)
	exact = c.index.paying(found, &f, rules.Rates) && exact
	if !exact {
		m := rules.Matcher(f)
		found.keep(func(at uint32) bool { return m.Match(c.index.slots[at].Posting).Match })
	}
	values := make([]T, 0, found.len())
	found.each(func(at uint32) { values = append(values, c.index.slots[at].Value) })
	return values
}

// agreeing is the slots whose facets agree with a filter's. It is not exact where the filter has a
// value that is not legal: then there are too many.
func (ix *index[T]) agreeing(f *alerts.Filter, table *rates.Table) (found set, exact bool) {
	asked := *f
	asked.SalaryMin, asked.Languages = nil, nil // compared otherwise
	accepted, exact := facet.OfFilter(&asked, table)
	found = slices.Clone(ix.live)
	found.keep(func(at uint32) bool { return accepted.Agree(ix.slots[at].facets) })
	return found, exact
}

// narrow keeps the slots that all lists agree to.
func (ix *index[T]) narrow(found set, f *alerts.Filter) {
	if len(f.Languages) > 0 {
		found.and(ix.any(inLanguage, append([]string{""}, f.Languages...)))
	}
	for _, name := range f.Skills.All {
		found.and(ix.any(hasSkill, []string{name}))
	}
	if len(f.Skills.Any) > 0 {
		found.and(ix.any(hasSkill, f.Skills.Any))
	}
	found.without(ix.any(hasSkill, f.Skills.None))
	if len(f.Companies.Any) > 0 {
		found.and(ix.any(atCompany, f.Companies.Any))
	}
	found.without(ix.any(atCompany, f.Companies.None))
	if len(f.Places) > 0 {
		found.and(ix.within(f))
	}
	if f.Query == "" {
		return
	}
	if q, err := query.Parse(f.Query); err == nil {
		found.and(ix.answer(q.Root()))
	} else {
		clear(found) // the oracle matches nothing
	}
}

// any is the slots of which one of some facts of a kind is true.
func (ix *index[T]) any(kind factKind, texts []string) set {
	found := newSet(len(ix.slots))
	for _, text := range texts {
		ix.facts[fact{kind, text}].addTo(found)
	}
	return found
}

// within is the slots of postings in the places of a filter, or open to people there.
func (ix *index[T]) within(f *alerts.Filter) set {
	found := newSet(len(ix.slots))
	var grounds []place.Ground
	for _, p := range f.Places {
		grounds = append(grounds, place.Area(p).Find())
	}
	for _, l := range ix.spots {
		if slices.ContainsFunc(grounds, func(g place.Ground) bool { return g.Holds(l.site) }) {
			l.addTo(found)
		}
	}
	if len(f.Workplace) > 0 && !slices.Contains(f.Workplace, alerts.WorkplaceRemote) {
		return found
	}
	for _, l := range ix.remote {
		if slices.ContainsFunc(grounds, func(g place.Ground) bool { return place.Eligible(l.from, l.sites, g.Country).OK }) {
			l.addTo(found)
		}
	}
	return found
}

// answer is the slots that a part of a query matches.
func (ix *index[T]) answer(n query.Node) set {
	found := newSet(len(ix.slots))
	switch n := n.(type) {
	case query.Term:
		ix.mentioning(n, found)
	case query.Not:
		found.or(ix.live)
		found.without(ix.answer(n.Node))
	case query.Or:
		for _, part := range n {
			found.or(ix.answer(part))
		}
	case query.And:
		found.or(ix.live)
		for _, part := range n {
			found.and(ix.answer(part))
		}
	}
	return found
}

// mentioning puts the slots whose texts have a term into a set.
func (ix *index[T]) mentioning(t query.Term, found set) {
	lists := make([]*list, len(t.Words))
	for i, word := range t.Words {
		if lists[i] = ix.words[word]; lists[i] == nil {
			return
		}
	}
	if t.Field == "" && len(lists) == 1 {
		lists[0].addTo(found)
		return
	}
	phrase(lists, func(at uint32, positions []uint32) {
		if slices.ContainsFunc(positions, func(p uint32) bool { return ix.slots[at].isIn(t.Field, p) }) {
			found.add(at)
		}
	})
}

// isIn reports whether a position lies in a field; every one lies in "".
func (s *slot[T]) isIn(field query.Field, position uint32) bool {
	switch field {
	case query.FieldTitle:
		return position < s.company
	case query.FieldCompany:
		return position >= s.company && position < s.description
	case query.FieldDescription:
		return position >= s.description
	}
	return true
}

// paying keeps the slots that pay what a filter asks. It is not exact where the currency is not
// legal: then it keeps all.
func (ix *index[T]) paying(found set, f *alerts.Filter, table *rates.Table) (exact bool) {
	if f.SalaryMin == nil {
		return true
	}
	asked, ok := facet.PayOf(f)
	if !ok {
		return false
	}
	currency := asked.Code()
	found.keep(func(at uint32) bool { return asked.Accepts(facet.Paid(ix.slots[at].Posting.Salary, currency, table)) })
	return true
}
