package match

import (
	"cmp"

	"jobalertd/alerts/match/atom"
)

// access is the two clauses that entries lead to a filter by. A posting that matches makes an atom
// of each true, so that one entry for each pair of atoms is enough.
type access struct {
	where, tokens atom.Clause
}

// clauses is how many clauses of the filter are among the two.
func (a access) clauses() int {
	n := 0
	for _, c := range []atom.Clause{a.where, a.tokens} {
		if !c.IsTruism() {
			n++
		}
	}
	return n
}

// maxPairs is how many entries a filter has by pairs at most; a filter that would have more is found
// by one of its clauses alone.
const maxPairs = 64

// accessTo chooses the clauses by which a filter is found: its places, and of the others the one
// that holds most seldom. For equal clauses in equal order it is always the same.
func accessTo(clauses []atom.Clause, c atom.Chances) access {
	a := access{atom.Truism(), atom.Truism()}
	best := cost{chance: 1}
	for _, other := range clauses {
		if other.IsPlaces() {
			a.where = other
			continue
		}
		if !other.IsPositive() {
			continue
		}
		if it := (cost{c.Of(other), len(other)}); it.less(best) {
			a.tokens, best = other, it
		}
	}
	if len(a.where)*len(a.tokens) > maxPairs {
		if len(a.where) < len(a.tokens) {
			a.tokens = atom.Truism()
		} else {
			a.where = atom.Truism()
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
