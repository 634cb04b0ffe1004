package match

import (
	"cmp"
	"slices"
	"strings"
)

// access is the two clauses that entries lead to a filter by. A posting that matches makes an atom
// of each true, so that one entry for each pair of atoms is enough.
type access struct {
	where, tokens clause
}

// clauses is how many clauses of the filter are among the two.
func (a access) clauses() int {
	n := 0
	for _, c := range []clause{a.where, a.tokens} {
		if c[0].kind != isTrue {
			n++
		}
	}
	return n
}

// maxPairs is how many entries a filter has by pairs at most; a filter that would have more is found
// by one of its clauses alone.
const maxPairs = 64

// truism is the clause that is always true.
func truism() clause { return clause{{key: key{kind: isTrue}}} }

// accessTo chooses the clauses by which a filter is found: its places, and of the others the one
// that holds most seldom. For equal clauses in equal order it is always the same.
func accessTo(clauses []clause, c chances) access {
	a := access{truism(), truism()}
	best := cost{chance: 1}
	for _, other := range clauses {
		if other.isPlaces() {
			a.where = other
			continue
		}
		if slices.ContainsFunc(other, func(l literal) bool { return l.not }) {
			continue
		}
		if it := (cost{c.of(other), len(other)}); it.less(best) {
			a.tokens, best = other, it
		}
	}
	if len(a.where)*len(a.tokens) > maxPairs {
		if len(a.where) < len(a.tokens) {
			a.tokens = truism()
		} else {
			a.where = truism()
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

// chances tells how often what filters ask is true of postings, by a sample of these.
type chances struct {
	postings float64
	counts   map[key]float64
}

func newChances(sample []*Posting) chances {
	c := chances{postings: float64(len(sample)), counts: map[key]float64{}}
	for _, p := range sample {
		for i, word := range p.words {
			c.counts[key{kind: saysAny, text: word}]++
			if p.fields[i]&inTitle != 0 {
				c.counts[key{kind: saysInTitle, text: word}]++
			}
		}
		for _, s := range p.skills {
			c.counts[key{kind: hasSkill, text: s}]++
		}
		c.counts[key{kind: atCompany, text: p.company}]++
		c.counts[key{kind: inLanguage, text: p.posting.Language}]++
	}
	return c
}

// of is how often a clause holds, at least 0 and at most 1.
func (c chances) of(cl clause) float64 {
	sum := 0.0
	for _, l := range cl {
		if l.not {
			sum += 1 - c.ofAtom(l.key)
		} else {
			sum += c.ofAtom(l.key)
		}
	}
	return min(sum, 1)
}

// ofAtom guesses where there is no sample, by what is common.
func (c chances) ofAtom(k key) float64 {
	guess := 0.05
	switch k.kind {
	case isTrue:
		return 1
	case inArea, atCompany:
		guess = 0.01
	case saysInDescription:
		k.kind = saysAny
	case saysInCompany:
		k.kind = atCompany
	}
	seen := c.postings
	if k.kind == inArea || k.kind == remoteFrom {
		return guess
	}
	for word := range strings.SplitSeq(k.text, " ") {
		if k.kind != saysAny && k.kind != saysInTitle {
			word = k.text
		}
		seen = min(seen, c.counts[key{kind: k.kind, text: word}])
	}
	return (seen + guess) / (c.postings + 1)
}
