package atom

import (
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unique"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/name"
	"jobalertd/alerts/place"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/text"
)

// Posting is a posting made ready for any set: its text cut into words, its places looked up. It is
// safe for use by many goroutines.
type Posting struct {
	posting  *alerts.Posting
	prepared func() *alerts.Prepared

	words   []spelling // each once
	fields  []inText   // where each of them stands
	texts   [3][]int32
	skills  []string
	company string
	sites   []site
	places  []place.Site // of all sites

	whereabouts uint32
	resolved    atomic.Pointer[resolved]
}

// spelling is a word, of which all postings and filters share one copy: equal ones are found to be so
// without a look at their letters.
type spelling = unique.Handle[string]

// spellings is the words of a phrase.
func spellings(phrase string) []spelling {
	var all []spelling
	for word := range strings.SplitSeq(phrase, " ") {
		all = append(all, unique.Make(word))
	}
	return all
}

// resolved is the atoms of a set that are true of a posting, in order, at one version of the set.
type resolved struct {
	by      *Set
	version uint64
	atoms   []uint32
}

// inText is the texts of a posting that a word stands in, or that it is looked for in.
type inText uint8

const (
	inTitle inText = 1 << iota
	inCompany
	inDescription
	anywhere = inTitle | inCompany | inDescription
)

// site is a location with what areas are found by.
type site struct {
	place.Site
	name  string         // of its city, folded
	city  gazetteer.City // where known
	known bool
	// lat and lon are where it lies, where located is true.
	lat, lon float64
	located  bool
}

// Prepare makes a posting ready. The posting must not change any more.
func Prepare(p *alerts.Posting) *Posting {
	ready := &Posting{
		posting:  p,
		prepared: sync.OnceValue(func() *alerts.Prepared { return alerts.Prepare(p) }),
		skills:   skill.Shipped().Closure(p.Skills),
		company:  name.Company(p.Company),
	}
	const bytesADistinctWord = 14 // or a little less, in prose
	known := make(map[string]int32, len(p.Description)/bytesADistinctWord)
	for i, s := range []string{p.Title, p.Company, p.Description} {
		ready.read(i, s, known)
	}
	for _, l := range p.Locations {
		if place.Spot(l).Stated() {
			s := newSite(l)
			ready.sites = append(ready.sites, s)
			ready.places = append(ready.places, s.Site)
		}
	}
	ready.whereabouts = ready.part()
	return ready
}

// Whereabouts is a number by which postings of the same part of the world sort together.
func (p *Posting) Whereabouts() uint32 { return p.whereabouts }

// part is the first site's country and map cell; remote jobs for more than its country come last.
func (p *Posting) part() uint32 {
	if len(p.sites) == 0 || p.isRemote() && !slices.Equal(p.posting.RemoteFrom, []string{p.sites[0].Country}) {
		return math.MaxUint32
	}
	s := &p.sites[0]
	var country uint32
	for _, letter := range []byte(s.Country) {
		country = country<<5 | uint32(letter&31)
	}
	at := cell{}
	if s.located && s.onMap() {
		at = cellAt(s.lat, s.lon)
	}
	return country<<16 | uint32(at.row)<<8 | uint32(at.column)
}

// Posting is the posting itself.
func (p *Posting) Posting() *alerts.Posting { return p.posting }

// Prepared is the posting made ready for matchers, made when first asked for.
func (p *Posting) Prepared() *alerts.Prepared { return p.prepared() }

// read cuts text number i into words.
func (p *Posting) read(i int, s string, known map[string]int32) {
	words := text.Words(s)
	p.texts[i] = make([]int32, len(words))
	for at, word := range words {
		n, seen := known[word]
		if !seen {
			n = int32(len(p.words))
			known[word] = n
			p.words = append(p.words, unique.Make(word))
			p.fields = append(p.fields, 0)
		}
		p.fields[n] |= inTitle << i
		p.texts[i][at] = n
	}
}

// continues reports whether the text begins with the phrase.
func (p *Posting) continues(t []int32, phrase []spelling) bool {
	if len(t) < len(phrase) {
		return false
	}
	for i, word := range phrase {
		if p.words[t[i]] != word {
			return false
		}
	}
	return true
}

func newSite(l alerts.Location) site {
	s := site{Site: place.Spot(l).Find(), name: text.Key(l.City)}
	if l.City != "" {
		s.city, s.known = gazetteer.Lookup(l.City, l.Region, l.Country)
	}
	switch {
	case l.Lat != nil && l.Lon != nil:
		s.lat, s.lon, s.located = *l.Lat, *l.Lon, true
	case s.known:
		s.lat, s.lon, s.located = s.city.Lat, s.city.Lon, true
	}
	return s
}

// onMap reports whether the site's coordinates are legal ones.
func (s *site) onMap() bool { return math.Abs(s.lat) <= 90 && math.Abs(s.lon) <= 180 }

func (p *Posting) isRemote() bool { return p.posting.Workplace == alerts.WorkplaceRemote }

// remote reports whether somebody in the country may do the job from there.
func (p *Posting) remote(country string) bool {
	return p.isRemote() && place.Eligible(p.posting.RemoteFrom, p.places, country).OK
}
