package where

import (
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/source"
)

// Places is what words about places say.
type Places struct {
	Locations []alerts.Location
	// Areas are what is named without a city: countries, groups of them, * for anywhere.
	Areas []string
	// Excluded are the country codes and groups that are ruled out: "non-US", "no US".
	Excluded []string
	// Whole is set where every word was understood as a place or as an ornament of one.
	Whole bool
}

// Join adds what another place says.
func (p *Places) Join(other Places) {
	p.Locations = append(p.Locations, other.Locations...)
	p.Areas = append(p.Areas, other.Areas...)
	p.Excluded = append(p.Excluded, other.Excluded...)
}

// entity is a stretch of words that can name a place.
type entity struct {
	first, last int
	text        string
	country     string   // the country it may name
	region      string   // the region it may name, as written
	group       []string // the countries of the part of the world it names
	city        bool     // it may name a city
	not         bool     // it is ruled out
}

// maxPlace is how much of a place is read, in letters: beyond it is no place but a text.
const maxPlace = 300

// maxPlaceWords is the longest name that is looked for: "Frankfurt am Main", "Bay Area, CA".
const maxPlaceWords = 5

// Read reads a free text that is meant to be a place: "Berlin, Germany", "Remote - US",
// "San Francisco, CA or New York, NY", "HQ: San Francisco (hybrid)".
func (r *Reader) Read(s string) Places { return r.read(s, false) }

// ReadWhole reads what may be a place or anything else, such as a part of a title. It is not ok
// where a word is neither part of a place nor an ornament of one.
func (r *Reader) ReadWhole(s string) (p Places, ok bool) {
	p = r.read(s, true)
	return p, p.Whole
}

// read stops at the first word that belongs to no place, where all must.
func (r *Reader) read(s string, all bool) Places {
	out := Places{Whole: true}
	if runes := []rune(s); len(runes) > maxPlace {
		s = string(runes[:maxPlace])
	}
	// Alternatives are told apart first: "Germany / France" are two places, "Munich, Germany" one.
	for _, alternative := range r.alternatives(s) {
		text := phrase.Split(alternative)
		if len(text.Tokens) == 0 {
			continue
		}
		found, whole := r.entities(text, all)
		if all && !whole {
			return Places{}
		}
		out.Whole = out.Whole && whole
		one := Places{}
		one.add(found)
		r.unlisted(alternative, &one)
		out.Join(one)
	}
	return out
}

// listJoints are what stands between the members of a list of places, as pairs for a replacer.
func listJoints() []string {
	var pairs []string
	for _, joint := range []string{" or ", " OR ", " and ", " & ", "/", "|", ";", "•", " ou ", " oder ", " und ", " + "} {
		pairs = append(pairs, joint, "\n")
	}
	return pairs
}

// alternatives cuts a list of places into its members.
func (r *Reader) alternatives(s string) []string {
	var out []string
	for part := range strings.SplitSeq(r.joints.Replace(s), "\n") {
		if strings.TrimSpace(part) != "" {
			out = append(out, part)
		}
	}
	return out
}

// entities finds the names of places in one alternative, longest first, and says whether nothing
// but ornaments was left over.
func (r *Reader) entities(text phrase.Text, all bool) (found []entity, whole bool) {
	whole = true
	for i := 0; i < len(text.Tokens); {
		if e, ok := r.entityAt(text, i); ok {
			if all && len(found) == 0 && e.first == e.last && r.trade[text.Tokens[i].Word] {
				return nil, false
			}
			e.not = text.RuledOut(i)
			found = append(found, e)
			i = e.last + 1
			continue
		}
		if !r.ornament[text.Tokens[i].Word] && !phrase.Digits(text.Tokens[i].Word) {
			whole = false
			if all {
				return nil, false
			}
		}
		i++
	}
	return found, whole
}

// entityAt is the longest name that begins at token i.
func (r *Reader) entityAt(text phrase.Text, i int) (entity, bool) {
	if m, ok := r.groups.At(text, i); ok {
		return entity{first: i, last: m.Last, text: text.Original(i, m.Last), group: m.Value}, true
	}
	for length := min(maxPlaceWords, len(text.Tokens)-i); length > 0; length-- {
		last := i + length - 1
		if text.Crosses(i, last) {
			continue
		}
		e := entity{first: i, last: last, text: text.Original(i, last)}
		if length == 1 && (r.ornament[text.Tokens[i].Word] || len(text.Tokens[i].Word) == 1) {
			return entity{}, false
		}
		if length == 1 && len(e.text) <= 3 {
			return r.abbreviation(text, i, e)
		}
		if e.country = country(e.text); e.country == "" && phrase.LowerCase(e.text) {
			continue
		}
		e.region, e.city = regionName(e.text), cityName(e.text)
		if e.country != "" || e.region != "" || e.city {
			return e, true
		}
	}
	return entity{}, false
}

// abbreviation reads one short word. In "IN", "OR" or "IT" a code and a common word look the same,
// so a code must be written in capitals and stand by itself, or behind a city as in "Lehi UT".
func (r *Reader) abbreviation(text phrase.Text, i int, e entity) (entity, bool) {
	if e.text != strings.ToUpper(e.text) {
		return entity{}, false
	}
	switch e.text {
	case "US", "USA", "UK", "UAE", "GBR":
		e.country = country(e.text)
		return e, true
	case "SF", "NYC", "LA", "DC", "SJ", "TLV", "BLR", "CDMX":
		e.city = cityName(e.text)
		e.region = regionName(e.text)
		return e, e.city || e.region != ""
	}
	if len(e.text) == 3 {
		if alone(text, i) {
			e.country = country(e.text)
		}
		return e, e.country != ""
	}
	if i > 0 && text.Tokens[i].Gap == phrase.Space || alone(text, i) {
		e.region, e.country = regionName(e.text), country(e.text)
	}
	// Behind nothing, a code is not a state: "CA" may be Canada.
	if text.Tokens[i].Gap == phrase.Space && i > 0 && e.region == "" {
		return entity{}, false
	}
	return e, e.region != "" || e.country != ""
}

// alone says whether a token stands between signs or the ends of the text.
func alone(text phrase.Text, i int) bool {
	after := i+1 == len(text.Tokens) || text.Tokens[i+1].Gap != phrase.Space
	return text.Tokens[i].Gap != phrase.Space && after || i > 0 && text.Tokens[i].Gap >= phrase.Comma
}

// country is the code of a country's name or code.
func country(s string) string {
	code, ok := gazetteer.Country(s)
	if !ok || len(s) <= 3 && s != strings.ToUpper(s) {
		return ""
	}
	return code
}

// regionName gives s back if some country has a region of that name or code.
func regionName(s string) string {
	for _, c := range regionCountries() {
		if _, ok := gazetteer.Region(s, c); ok {
			return s
		}
	}
	return ""
}

// regionCountries are those whose regions the gazetteer knows, the United States first.
func regionCountries() []string {
	return []string{"US", "CA", "GB", "DE", "FR", "IN", "AU", "CH", "AT", "NL"}
}

// cityName says whether some city bears the name, whatever else may.
func cityName(s string) bool {
	if _, ok := gazetteer.Lookup(s, "", ""); ok {
		return true
	}
	for _, c := range regionCountries() {
		if _, ok := gazetteer.Lookup(s, "", c); ok {
			return true
		}
	}
	return false
}

// ReadFields reads a place that comes in fields, completed by its free text.
func (r *Reader) ReadFields(p source.Place) Places {
	out := r.Read(p.Text)
	if p.City == "" && p.Country == "" && p.Region == "" {
		return out
	}
	code := country(strings.TrimSpace(p.Country))
	if code == "" && len(p.Country) == 2 {
		code = country(strings.ToUpper(p.Country))
	}
	region, ok := gazetteer.Region(p.Region, code)
	if !ok && country(p.Region) == "" {
		region = strings.TrimSpace(p.Region)
	}
	fields := alerts.Location{Region: region, Country: code}
	city := strings.TrimSpace(p.City)
	if c, ok := gazetteer.Lookup(city, region, code); ok && city != "" {
		fields = Located(c)
	} else if c, ok := gazetteer.Lookup(city, "", code); ok && city != "" && !elsewhere(c, region, code) {
		fields = Located(c)
	} else if city != "" && code != "" && country(city) == "" && regionName(city) == "" && !r.ornament[strings.ToLower(city)] {
		fields.City = city
	}
	if p.Lat != nil && p.Lon != nil {
		fields.Lat, fields.Lon = p.Lat, p.Lon
	}
	if fields.City == "" && fields.Country == "" {
		return out
	}
	out.merge(fields)
	return out
}

// merge joins the place of the fields with those of the text. Boards fill the fields of an address
// once for the office and keep the text for the job, so where the text names a city the fields
// only complete it.
func (p *Places) merge(fields alerts.Location) {
	for _, l := range p.Locations {
		if l.City != "" || l.Country != "" && l.Country != fields.Country {
			return
		}
	}
	if len(p.Areas) > 0 && fields.City == "" && len(p.Locations) == 0 {
		return // "Europe" says more than the country that the address was filled with
	}
	p.Locations = []alerts.Location{fields}
}
