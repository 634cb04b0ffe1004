package atom

import "strings"

// Chances tells how often what filters ask is true of postings, by a sample of these.
type Chances struct {
	postings float64
	counts   *[kinds]map[string]float64 // of the sample, by kind and text
}

// NewChances counts a sample, which may be empty.
func NewChances(sample []*Posting) Chances {
	c := Chances{postings: float64(len(sample)), counts: new([kinds]map[string]float64)}
	for kind := range c.counts {
		c.counts[kind] = map[string]float64{}
	}
	for _, p := range sample {
		for i, word := range p.words {
			c.counts[SaysAny][word.Value()]++
			if p.fields[i]&inTitle != 0 {
				c.counts[SaysInTitle][word.Value()]++
			}
		}
		for _, s := range p.skills {
			c.counts[HasSkill][s]++
		}
		c.counts[AtCompany][p.company]++
		c.counts[InLanguage][p.posting.Language]++
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
		seen = min(seen, c.counts[k.Kind][word])
	}
	return (seen + guess) / (c.postings + 1)
}
