package atom

import "cmp"

// Access is two clauses that lead to a filter. A posting that matches makes an atom of each true, so that
// one entry for each pair of atoms is enough.
type Access struct {
	Places, Tokens int // among the clauses of the filter, or NoClause
}

// NoClause stands for a clause that always holds.
const NoClause = -1

// maxPairs is how many entries a filter has by pairs at most; a filter that would have more is found
// by one of its clauses alone.
const maxPairs = 64

// Access chooses the clauses by which a filter is found: its places, and of the others the one
// that holds most seldom. For equal clauses in equal order it is always the same.
func (c Chances) Access(clauses []Clause) Access {
	a := Access{NoClause, NoClause}
	best := cost{chance: 1}
	for i, clause := range clauses {
		if clause.IsPlaces() {
			a.Places = i
			continue
		}
		if !clause.IsPositive() {
			continue
		}
		if it := (cost{c.Of(clause), len(clause)}); it.less(best) {
			a.Tokens, best = i, it
		}
	}
	if a.Places == NoClause || a.Tokens == NoClause {
		return a
	}
	if places, tokens := len(clauses[a.Places]), len(clauses[a.Tokens]); places*tokens > maxPairs {
		if places < tokens {
			a.Tokens = NoClause
		} else {
			a.Places = NoClause
		}
	}
	return a
}

// cost is what it costs to find a filter by a clause: how often it is looked at in vain, and how
// many entries it takes.
type cost struct {
	chance float64
	atoms  int
}

func (c cost) less(other cost) bool {
	return cmp.Or(cmp.Compare(c.chance, other.chance), cmp.Compare(c.atoms, other.atoms)) < 0
}
