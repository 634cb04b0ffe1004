package atom

import "strings"

// Chances tells how often what filters ask is true of postings, by a sample of these.
type Chances struct {
	postings float64
	counts   map[Key]float64
}

// NewChances counts a sample, which may be empty.
func NewChances(sample []*Posting) Chances {
	c := Chances{postings: float64(len(sample)), counts: map[Key]float64{}}
	for _, p := range sample {
		for i, word := range p.words {
			c.counts[Key{Kind: SaysAny, Text: word.Value()}]++
			if p.fields[i]&inTitle != 0 {
				c.counts[Key{Kind: SaysInTitle, Text: word.Value()}]++
			}
		}
		for _, s := range p.skills {
			c.counts[Key{Kind: HasSkill, Text: s}]++
		}
		c.counts[Key{Kind: AtCompany, Text: p.company}]++
		c.counts[Key{Kind: InLanguage, Text: p.posting.Language}]++
	}
	return c
}

// Of is how often a clause holds, at least 0 and at most 1.
func (c Chances) Of(cl Clause) float64 {
	sum := 0.0
	for _, l := range cl {
		if l.Not {
			sum += 1 - c.ofAtom(l.Key)
		} else {
			sum += c.ofAtom(l.Key)
		}
	}
	return min(sum, 1)
}

// ofAtom guesses where there is no sample, by what is common.
func (c Chances) ofAtom(k Key) float64 {
	guess := 0.05
	switch k.Kind {
	case IsTrue:
		return 1
	case InArea, AtCompany:
		guess = 0.01
	case SaysInDescription:
		k.Kind = SaysAny
	case SaysInCompany:
		k.Kind = AtCompany
	}
	seen := c.postings
	if k.Kind == InArea || k.Kind == RemoteFrom {
		return guess
	}
	for word := range strings.SplitSeq(k.Text, " ") {
		if k.Kind != SaysAny && k.Kind != SaysInTitle {
			word = k.Text
		}
		seen = min(seen, c.counts[Key{Kind: k.Kind, Text: word}])
	}
	return (seen + guess) / (c.postings + 1)
}
