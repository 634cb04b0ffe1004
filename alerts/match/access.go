package match

import (
	"cmp"

	"jobalertd/alerts/match/atom"
)

// access is the two clauses that entries lead to a filter by. A posting that matches makes an atom
// of each true, so that one entry for each pair of atoms is enough.
type access struct {
	where, tokens int // among the clauses of the filter, or noClause
}

const noClause = -1

// maxPairs is how many entries a filter has by pairs at most; a filter that would have more is found
// by one of its clauses alone.
const maxPairs = 64

// accessTo chooses the clauses by which a filter is found: its places, and of the others the one
// that holds most seldom. For equal clauses in equal order it is always the same.
func accessTo(clauses []atom.Clause, c atom.Chances) access {
	a := access{noClause, noClause}
	best := cost{chance: 1}
	for i, clause := range clauses {
		if clause.IsPlaces() {
			a.where = i
			continue
		}
		if !clause.IsPositive() {
			continue
		}
		if it := (cost{c.Of(clause), len(clause)}); it.less(best) {
			a.tokens, best = i, it
		}
	}
	if a.where == noClause || a.tokens == noClause {
		return a
	}
	if where, tokens := len(clauses[a.where]), len(clauses[a.tokens]); where*tokens > maxPairs {
		if where < tokens {
			a.tokens = noClause
		} else {
			a.where = noClause
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
