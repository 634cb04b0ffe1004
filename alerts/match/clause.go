package match

import (
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/query"
)

// key names an atom: something that is true or false of a posting.
type key struct {
	kind  kind
	text  string
	place alerts.Place // of an area alone
}

// kind is what an atom tells of a posting.
type kind uint8

const (
	isTrue     kind = iota // always
	hasSkill               // text is among its skills or what they imply
	atCompany              // text is its company, normalised
	inLanguage             // text is its language, "" unknown
	inArea                 // a site of it lies in place
	remoteFrom             // it is remote and open to people in the country text
	saysAny                // the words text stand in it, side by side
	saysInTitle
	saysInCompany
	saysInDescription
)

// literal is an atom or its opposite.
type literal struct {
	key
	not bool
}

// clause holds where one of its literals does.
type clause []literal

// isPlaces reports whether it is the clause of the places.
func (c clause) isPlaces() bool { return c[0].kind == inArea }

// rank puts the places before all other clauses of a record.
func (c clause) rank() int {
	if c.isPlaces() {
		return 0
	}
	return 1
}

// Limits on the clauses of one query. What is larger is left to the matcher.
const (
	maxClauses  = 16
	maxLiterals = 64
)

// conjunction is a filter as a conjunction of clauses, next to its facets.
type conjunction struct {
	clauses []clause
	// exact is false where the clauses say less than the filter.
	exact bool
}

func (c *conjunction) all(k kind, texts []string, not bool) {
	for _, t := range texts {
		c.clauses = append(c.clauses, clause{{key{kind: k, text: t}, not}})
	}
}

func (c *conjunction) any(k kind, texts []string) {
	var found clause
	for _, t := range texts {
		found = append(found, literal{key: key{kind: k, text: t}})
	}
	if found != nil {
		c.clauses = append(c.clauses, found)
	}
}

// clausesOf is what a canonical filter asks beyond its facets and its salary. The places come
// first.
func clausesOf(f *alerts.Filter) conjunction {
	c := conjunction{exact: true}
	if len(f.Places) > 0 {
		c.clauses = append(c.clauses, placesClause(f))
	}
	c.any(hasSkill, f.Skills.Any)
	c.all(hasSkill, f.Skills.All, false)
	c.all(hasSkill, f.Skills.None, true)
	c.any(atCompany, f.Companies.Any)
	c.all(atCompany, f.Companies.None, true)
	if rare := bitsOf(languageField(), languages(), f.Languages); rare&languageField().other() != 0 {
		c.any(inLanguage, append([]string{""}, f.Languages...))
	}
	c.query(f.Query)
	return c
}

// placesClause leaves out remote jobs where the workplace facet refuses them anyway.
func placesClause(f *alerts.Filter) clause {
	remote := f.Workplace == nil
	for _, w := range f.Workplace {
		remote = remote || w == alerts.WorkplaceRemote
	}
	var areas, countries clause
	asked := map[string]bool{}
	for _, p := range f.Places {
		if p.RadiusKM != p.RadiusKM {
			p.RadiusKM = 0 // not a number counts as none, and would not be equal to itself
		}
		areas = append(areas, literal{key: key{kind: inArea, place: p}})
		if remote && !asked[p.Country] {
			asked[p.Country] = true
			countries = append(countries, literal{key: key{kind: remoteFrom, text: p.Country}})
		}
	}
	return append(areas, countries...)
}

func (c *conjunction) query(typed string) {
	if typed == "" {
		return
	}
	q, err := query.Parse(typed)
	if err != nil { // the oracle matches nothing
		c.clauses = append(c.clauses, clause{{key{kind: isTrue}, true}})
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
func normal(n query.Node, not bool) ([]clause, bool) {
	switch n := n.(type) {
	case query.Term:
		return []clause{{literal{termKey(n), not}}}, true
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
func combine(nodes []query.Node, not, choose bool) ([]clause, bool) {
	var joined []clause
	if choose {
		joined = []clause{nil}
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

func products(left, right []clause) []clause {
	var all []clause
	for _, l := range left {
		for _, r := range right {
			all = append(all, append(l[:len(l):len(l)], r...))
		}
	}
	return all
}

func tooLarge(clauses []clause) bool {
	literals := 0
	for _, c := range clauses {
		literals += len(c)
	}
	return len(clauses) > maxClauses || literals > maxLiterals
}

func termKey(t query.Term) key {
	k := saysAny
	switch t.Field {
	case query.FieldTitle:
		k = saysInTitle
	case query.FieldCompany:
		k = saysInCompany
	case query.FieldDescription:
		k = saysInDescription
	}
	return key{kind: k, text: strings.Join(t.Words, " ")}
}

// texts is where an atom looks for its words, none where it looks for none.
func (k kind) texts() inText {
	switch k {
	case saysAny:
		return anywhere
	case saysInTitle:
		return inTitle
	case saysInCompany:
		return inCompany
	case saysInDescription:
		return inDescription
	}
	return 0
}
