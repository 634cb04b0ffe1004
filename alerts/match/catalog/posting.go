package catalog

import (
	"fmt"
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/match/facet"
	"jobalertd/alerts/name"
	"jobalertd/alerts/place"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/text"
)

// fact is something that is true of a posting and of others.
type fact struct {
	kind factKind
	text string
}

type factKind uint8

const (
	hasSkill   factKind = iota // text is among its skills or what they imply
	atCompany                  // text is its company, normalised
	inLanguage                 // text is its language, "" unknown
)

// reading is a posting read, before it is entered.
type reading struct {
	facets facet.Set
	facts  []fact
	words  []word
	// company and description are the positions where these texts begin; the title begins at 0.
	company, description uint32
	spots                []spot
	remote               string // by whom it may be done remotely, see signature; "" by nobody
}

// word is a word and its positions, as appendPositions makes them.
type word struct {
	text      string
	positions []byte
}

// spot is a location, looked up, and what makes it different from others.
type spot struct {
	key  string
	site place.Site
}

// read reads a posting, but for its salary.
func read(p *alerts.Posting) reading {
	unpaid := *p
	unpaid.Salary = nil // compared when it is asked for, by the rates of that day
	r := reading{facets: facet.OfPosting(&unpaid, nil)}
	r.facts = append(r.facts, fact{atCompany, name.Company(p.Company)}, fact{inLanguage, p.Language})
	for _, s := range skill.Shipped().Closure(p.Skills) {
		r.facts = append(r.facts, fact{hasSkill, s})
	}
	var sites []place.Site
	for _, l := range p.Locations {
		if at := place.Spot(l); at.Stated() {
			s := spot{spotKey(l), at.Find()}
			sites = append(sites, s.site)
			if !slices.ContainsFunc(r.spots, func(other spot) bool { return other.key == s.key }) {
				r.spots = append(r.spots, s)
			}
		}
	}
	if p.Workplace == alerts.WorkplaceRemote {
		r.remote = signature(p.RemoteFrom, sites)
	}
	r.readWords(p)
	return r
}

// spotKey is the same for equal locations.
func spotKey(l alerts.Location) string {
	key := strings.Join([]string{l.City, l.Region, l.Country}, "\t")
	if l.Lat != nil && l.Lon != nil {
		key += fmt.Sprintf("\t%v\t%v", *l.Lat, *l.Lon)
	}
	return key
}

// signature is the same for remote postings that are open to the same countries.
func signature(from []string, sites []place.Site) string {
	if len(from) > 0 {
		return "from " + strings.Join(from, "\t")
	}
	countries := make([]string, len(sites))
	for i, s := range sites {
		countries[i] = s.Country
	}
	slices.Sort(countries)
	return "at " + strings.Join(slices.Compact(countries), "\t")
}

// readWords numbers the words of all texts. A number is left out between two texts, so that no phrase
// reaches from one into the next.
func (r *reading) readWords(p *alerts.Posting) {
	const bytesAWord = 6 // or a little more, in prose
	var distinct []string
	tokens := make([]int32, 0, len(p.Description)/bytesAWord) // the words in order, -1 between texts
	numbers := make(map[string]int32, len(p.Description)/bytesAWord/2)
	for i, s := range []string{p.Title, p.Company, p.Description} {
		switch i {
		case 1:
			r.company = uint32(len(tokens))
		case 2:
			r.description = uint32(len(tokens))
		}
		for found := range text.Scan(s) {
			n, known := numbers[found.Text]
			if !known {
				n = int32(len(distinct))
				numbers[found.Text] = n
				distinct = append(distinct, found.Text)
			}
			tokens = append(tokens, n)
		}
		tokens = append(tokens, -1)
	}
	r.words = make([]word, len(distinct))
	positions, buf := byNumber(tokens, len(distinct)), make([]byte, 0, 2*len(tokens))
	for n, at := range positions {
		start := len(buf)
		buf = appendPositions(buf, at)
		r.words[n] = word{distinct[n], buf[start:len(buf):len(buf)]}
	}
}

// byNumber is the positions of each number below n.
func byNumber(tokens []int32, n int) [][]uint32 {
	counts := make([]int, n)
	for _, token := range tokens {
		if token >= 0 {
			counts[token]++
		}
	}
	all, positions := make([]uint32, len(tokens)), make([][]uint32, n)
	for number, count := range counts {
		positions[number], all = all[:0:count], all[count:]
	}
	for at, token := range tokens {
		if token >= 0 {
			positions[token] = append(positions[token], uint32(at))
		}
	}
	return positions
}
