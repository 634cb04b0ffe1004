package atom

import (
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/match/facet"
	"jobalertd/alerts/query"
)

// Limits on the clauses of one query. What is larger is left to the matcher.
const (
	maxClauses  = 16
	maxLiterals = 64
)

// Reader reads very many filters, and remembers queries, which many of them share: their clauses must not be
// changed. It is for one goroutine at a time.
type Reader struct{ queries map[string]conjunction }

// maxRemembered is how many queries a Reader remembers, before it begins anew.
const maxRemembered = 1 << 14

// Clauses is what a canonical filter asks beyond its facets and its salary: all of them must hold.
// The places, if it asks for any, come first. It is exact where the filter asks no more than that.
func (r *Reader) Clauses(f *alerts.Filter) (clauses []Clause, exact bool) {
	const most = 8 // clauses of nearly all filters
	c := conjunction{exact: true, clauses: make([]Clause, 0, most)}
	if len(f.Places) > 0 {
		c.clauses = append(c.clauses, placesClause(f))
	}
	c.any(HasSkill, f.Skills.Any)
	c.all(HasSkill, f.Skills.All, false)
	c.all(HasSkill, f.Skills.None, true)
	c.any(AtCompany, f.Companies.Any)
	c.all(AtCompany, f.Companies.None, true)
	// The common languages are facets.
	if slices.ContainsFunc(f.Languages, func(l string) bool { return !slices.Contains(facet.Languages(), l) }) {
		c.any(InLanguage, append([]string{""}, f.Languages...))
	}
	if f.Query != "" {
		q := r.query(f.Query)
		c.clauses, c.exact = append(c.clauses, q.clauses...), q.exact
	}
	return c.clauses, c.exact
}

// query is what a query asks.
func (r *Reader) query(typed string) conjunction {
	c, known := r.queries[typed]
	if !known {
		c.exact = true
		c.query(typed)
		if r.queries == nil || len(r.queries) == maxRemembered {
			r.queries = map[string]conjunction{}
		}
		r.queries[typed] = c
	}
	return c
}

// conjunction is what a filter or query asks, on the way.
type conjunction struct {
	clauses []Clause
	exact   bool
}

func (c *conjunction) all(k Kind, texts []string, not bool) {
	for _, t := range texts {
		c.clauses = append(c.clauses, Clause{{Key{Kind: k, Text: t}, not}})
	}
}

func (c *conjunction) any(k Kind, texts []string) {
	if len(texts) == 0 {
		return
	}
	found := make(Clause, len(texts))
	for i, t := range texts {
		found[i].Key = Key{Kind: k, Text: t}
	}
	c.clauses = append(c.clauses, found)
}

// placesClause leaves out remote jobs where the workplace facet refuses them anyway.
func placesClause(f *alerts.Filter) Clause {
	remote := f.Workplace == nil
	for _, w := range f.Workplace {
		remote = remote || w == alerts.WorkplaceRemote
	}
	places := make(Clause, 0, 2*len(f.Places))
	for _, p := range f.Places {
		if p.RadiusKM != p.RadiusKM {
			p.RadiusKM = 0 // not a number counts as none, and would not be equal to itself
		}
		places = append(places, Literal{Key: Key{Kind: InArea, Place: p}})
	}
	for _, p := range f.Places {
		from := Literal{Key: Key{Kind: RemoteFrom, Text: p.Country}}
		if remote && !slices.Contains(places[len(f.Places):], from) {
			places = append(places, from)
		}
	}
	return places
}

func (c *conjunction) query(typed string) {
	q, err := query.Parse(typed)
	if err != nil { // the oracle matches nothing
		c.clauses = append(c.clauses, Clause{{Key{Kind: IsTrue}, true}})
		return
	}
	parts := []query.Node{q.Root()}
	if and, ok := q.Root().(query.And); ok {
		parts = and
	}
	for _, part := range parts {
		clauses, ok := normal(part, false)
		if !ok {
			c.exact = false
			continue
		}
		c.clauses = append(c.clauses, clauses...)
	}
}

// normal is the conjunctive normal form of a query or of its opposite; false where that is too
// large.
func normal(n query.Node, not bool) ([]Clause, bool) {
	switch n := n.(type) {
	case query.Term:
		return []Clause{{Literal{termKey(n), not}}}, true
	case query.Not:
		return normal(n.Node, !not)
	case query.And:
		return combine(n, not, not)
	case query.Or:
		return combine(n, not, !not)
	}
	return nil, false
}

// combine joins the normal forms of nodes: all clauses of all of them, or one clause for each way to
// choose one clause of each.
func combine(nodes []query.Node, not, choose bool) ([]Clause, bool) {
	var joined []Clause
	if choose {
		joined = []Clause{nil}
	}
	for _, node := range nodes {
		part, ok := normal(node, not)
		if !ok {
			return nil, false
		}
		if choose {
			part = products(joined, part)
		} else {
			part = append(joined, part...)
		}
		if joined = part; tooLarge(joined) {
			return nil, false
		}
	}
	return joined, true
}

func products(left, right []Clause) []Clause {
	var all []Clause
	for _, l := range left {
		for _, r := range right {
			all = append(all, append(l[:len(l):len(l)], r...))
		}
	}
	return all
}

func tooLarge(clauses []Clause) bool {
	literals := 0
	for _, c := range clauses {
		literals += len(c)
	}
	return len(clauses) > maxClauses || literals > maxLiterals
}

func termKey(t query.Term) Key {
	k := SaysAny
	switch t.Field {
	case query.FieldTitle:
		k = SaysInTitle
	case query.FieldCompany:
		k = SaysInCompany
	case query.FieldDescription:
		k = SaysInDescription
	}
	return Key{Kind: k, Text: strings.Join(t.Words, " ")}
}
