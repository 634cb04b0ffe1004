package normalize

import (
	"strings"

	"golang.org/x/text/language"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/source"
)

// placed is what words about places say.
type placed struct {
	locations []alerts.Location
	areas     []string // what is named without a city: country codes, EU, *
	excluded  []string // country codes that are ruled out: "non-US", "no US"
	// whole is set where every word was understood as a place or as an ornament of one.
	whole bool
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

// maxPlaceWords is the longest name that is looked for: "Frankfurt am Main", "Bay Area, CA".
const maxPlaceWords = 5

// readPlace reads a free text that is meant to be a place: "Berlin, Germany", "Remote - US",
// "San Francisco, CA or New York, NY", "HQ: San Francisco (hybrid)".
func (n *Normalizer) readPlace(s string) placed {
	var out placed
	out.whole = true
	s = cut(s, 300)
	// Alternatives are told apart first: "Germany / France" are two places, "Munich, Germany" one.
	for _, alternative := range alternatives(s) {
		text := phrase.Split(alternative)
		if len(text.Tokens) == 0 {
			continue
		}
		found, whole := n.entities(text)
		out.whole = out.whole && whole
		one := placed{}
		one.add(found)
		n.unlisted(alternative, &one)
		out.locations = append(out.locations, one.locations...)
		out.areas = append(out.areas, one.areas...)
		out.excluded = append(out.excluded, one.excluded...)
	}
	out.areas = without(unique(out.areas), out.excluded)
	return out
}

// alternatives cuts a list of places into its members.
func alternatives(s string) []string {
	s = strings.NewReplacer(" or ", "\n", " OR ", "\n", " and ", "\n", " & ", "\n", "/", "\n", "|", "\n", ";", "\n", "•", "\n",
		" ou ", "\n", " oder ", "\n", " und ", "\n", " + ", "\n").Replace(s)
	var out []string
	for part := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(part) != "" {
			out = append(out, part)
		}
	}
	return out
}

// entities finds the names of places in one alternative, longest first, and says whether nothing
// but ornaments was left over.
func (n *Normalizer) entities(text phrase.Text) (found []entity, whole bool) {
	whole = true
	for i := 0; i < len(text.Tokens); {
		if e, ok := n.entityAt(text, i); ok {
			e.not = ruledOut(text, i)
			found = append(found, e)
			i = e.last + 1
			continue
		}
		if !n.words.ornament[text.Tokens[i].Word] && !digits(text.Tokens[i].Word) {
			whole = false
		}
		i++
	}
	return found, whole
}

// entityAt is the longest name that begins at token i.
func (n *Normalizer) entityAt(text phrase.Text, i int) (entity, bool) {
	if m, ok := n.words.groups.At(text, i); ok {
		return entity{first: i, last: m.Last, text: text.Original(i, m.Last), group: m.Value}, true
	}
	for length := min(maxPlaceWords, len(text.Tokens)-i); length > 0; length-- {
		last := i + length - 1
		if crosses(text, i, last) {
			continue
		}
		e := entity{first: i, last: last, text: text.Original(i, last)}
		if length == 1 && (n.words.ornament[text.Tokens[i].Word] || len(text.Tokens[i].Word) == 1) {
			return entity{}, false
		}
		if length == 1 && len(e.text) <= 3 {
			return n.abbreviation(text, i, e)
		}
		if e.country = country(e.text); e.country == "" && lowerCase(e.text) {
			continue
		}
		e.region, e.city = regionName(e.text), cityName(e.text)
		if e.country != "" || e.region != "" || e.city {
			return e, true
		}
	}
	return entity{}, false
}

// lowerCase says whether a text begins with a small letter: places do not, and "of" and "nice" are
// towns somewhere.
func lowerCase(s string) bool { return s[0] >= 'a' && s[0] <= 'z' }

// crosses says whether a comma or bracket stands inside the stretch.
func crosses(text phrase.Text, first, last int) bool {
	for i := first + 1; i <= last; i++ {
		if text.Tokens[i].Gap >= phrase.Comma {
			return true
		}
	}
	return false
}

// abbreviation reads one short word. In "IN", "OR" or "IT" a code and a common word look the same,
// so a code must be written in capitals and stand by itself, or behind a city as in "Lehi UT".
func (n *Normalizer) abbreviation(text phrase.Text, i int, e entity) (entity, bool) {
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

// ruledOut says whether the words before token i exclude what follows: "non-US", "no US", "-US",
// "except Germany", "outside the US".
func ruledOut(text phrase.Text, i int) bool {
	start := text.Tokens[i].Start
	if start > 1 && text.Source[start-1] == '-' && text.Source[start-2] == ' ' {
		return true
	}
	for back := 1; back <= 3 && i-back >= 0; back++ {
		switch text.Tokens[i-back].Word {
		case "non", "no", "not", "except", "excluding", "excl", "outside":
			return true
		case "the", "in", "from", "for", "of", "available", "to", "eligible":
		default:
			return false
		}
	}
	return false
}

// add resolves the names of one alternative with one another: a region or country tells which city
// is meant, wherever in the alternative it stands.
func (p *placed) add(found []entity) {
	cities := 0
	for i, e := range found {
		if e.not {
			p.exclude(e)
			continue
		}
		if !e.city || !isCityHere(found, i) {
			continue
		}
		if location, ok := resolveCity(found, i); ok {
			p.locations = append(p.locations, location)
			cities++
		}
	}
	if cities == 0 {
		p.addAreas(found)
	}
}

// unlisted takes a name that stands before its region or country, and that the gazetteer is too
// coarse to know, for a city without coordinates: "Presidio, CA".
func (n *Normalizer) unlisted(alternative string, p *placed) {
	name, _, ok := strings.Cut(alternative, ",")
	name = strings.TrimSpace(name)
	if !ok || len(p.locations) != 1 || p.locations[0].City != "" || name == "" || lowerCase(name) {
		return
	}
	text := phrase.Split(name)
	if len(text.Tokens) > 3 {
		return
	}
	for i, token := range text.Tokens {
		if n.words.ornament[token.Word] || n.notCity[token.Word] || digits(token.Word) || i > 0 && token.Gap > phrase.Join {
			return
		}
	}
	if _, known := n.entityAt(text, 0); known {
		return
	}
	p.locations[0].City = name
	p.areas = without(p.areas, []string{p.locations[0].Country})
}

func (p *placed) exclude(e entity) {
	if e.country != "" {
		p.excluded = append(p.excluded, e.country)
	}
	p.excluded = append(p.excluded, e.group...)
}

// addAreas takes in an alternative without a city.
func (p *placed) addAreas(found []entity) {
	for i, e := range found {
		switch {
		case e.not:
		case len(e.group) > 0:
			p.areas = append(p.areas, e.group...)
		case e.country != "" && (e.region == "" || otherCountry(found, i) == ""):
			// "DE" alone is Germany and "GA" alone is nothing we could know.
			if e.region != "" && len(e.text) <= 2 && e.country != "DE" {
				continue
			}
			p.locations = append(p.locations, nation(e.country))
			p.areas = append(p.areas, e.country)
		case e.region != "":
			if location, ok := stateOf(e.region, otherCountry(found, i)); ok {
				p.locations = append(p.locations, location)
				p.areas = append(p.areas, location.Country)
			}
		}
	}
	// A country beside its own region adds nothing: "Karnataka, India" is one place.
	p.locations = dropCovered(p.locations)
}

// nation is the location of a whole country; of a city state it is the city.
func nation(code string) alerts.Location {
	switch code {
	case "SG", "HK", "MO", "MC", "GI":
		if c, ok := gazetteer.Lookup(gazetteer.CountryName(code), "", code); ok {
			return located(c)
		}
	}
	return alerts.Location{Country: code}
}

// stateOf is the location of a region. Without a country, one that several countries have is the
// American one only if it is written out: "Georgia" is a country too, "WA" is Western Australia.
func stateOf(region, country string) (alerts.Location, bool) {
	if country != "" {
		code, ok := gazetteer.Region(region, country)
		return alerts.Location{Region: code, Country: country}, ok
	}
	for _, c := range regionCountries() {
		if code, ok := gazetteer.Region(region, c); ok {
			_, clear := gazetteer.Region(region, "")
			return alerts.Location{Region: code, Country: c}, clear || len(region) > 3
		}
	}
	return alerts.Location{}, false
}

func dropCovered(locations []alerts.Location) []alerts.Location {
	detailed := map[string]bool{}
	for _, l := range locations {
		if l.City != "" || l.Region != "" {
			detailed[l.Country] = true
		}
	}
	var out []alerts.Location
	for _, l := range locations {
		if l.City == "" && l.Region == "" && detailed[l.Country] {
			continue
		}
		out = append(out, l)
	}
	return out
}

func otherCountry(found []entity, i int) string {
	for k, e := range found {
		if k != i && e.country != "" && !e.not && !(e.region != "" && len(e.text) <= 2) {
			return e.country
		}
	}
	return ""
}

// isCityHere says whether a name that could also be a region or a country stands for the city:
// "New York" does when it is alone, and does not in "Buffalo, New York".
func isCityHere(found []entity, i int) bool {
	e := found[i]
	if e.country != "" {
		return false
	}
	if e.region == "" {
		return true
	}
	for k, other := range found {
		if k == i || !other.city || other.country != "" || other.region != "" && k > i {
			continue
		}
		if _, inside := gazetteer.Lookup(other.text, e.text, otherCountry(found, i)); inside {
			return false
		}
	}
	city, ok := gazetteer.Lookup(e.text, "", "")
	if !ok {
		return false
	}
	// A region whose name is its chief city's: New York, Berlin, Zürich.
	if code, ok := gazetteer.Region(e.region, city.Country); ok {
		return code == city.Region
	}
	return true
}

// resolveCity looks the city up with what stands beside it.
func resolveCity(found []entity, i int) (alerts.Location, bool) {
	country := otherCountry(found, i)
	region := ""
	for k, e := range found {
		// A region stands behind its city, or before all: "US, CA, Santa Clara".
		if k != i && e.region != "" && (k == i+1 || region == "") {
			region = e.region
		}
	}
	name := found[i].text
	for _, try := range [][2]string{{region, country}, {region, ""}, {"", country}} {
		if try[0] == "" && try[1] == "" {
			continue
		}
		if city, ok := gazetteer.Lookup(name, try[0], try[1]); ok {
			return located(city), true
		}
	}
	if country != "" {
		return alerts.Location{}, false
	}
	// A code that is both a state's and a country's: Darmstadt, DE.
	for k, e := range found {
		if k != i && e.country != "" && e.region != "" {
			if city, ok := gazetteer.Lookup(name, "", e.country); ok {
				return located(city), true
			}
		}
	}
	if city, ok := gazetteer.Lookup(name, "", ""); ok && (region == "" || cityName(region)) {
		return located(city), true
	}
	return alerts.Location{}, false
}

// located is a city as a location.
func located(c gazetteer.City) alerts.Location {
	return alerts.Location{City: c.Name, Region: c.Region, Country: c.Country, Lat: &c.Lat, Lon: &c.Lon}
}

// readParts reads a place that comes in fields, completed by its free text.
func (n *Normalizer) readParts(place source.Place) placed {
	out := n.readPlace(place.Text)
	if place.City == "" && place.Country == "" && place.Region == "" {
		return out
	}
	code := country(strings.TrimSpace(place.Country))
	if code == "" && len(place.Country) == 2 {
		code = country(strings.ToUpper(place.Country))
	}
	region, ok := gazetteer.Region(place.Region, code)
	if !ok && country(place.Region) == "" {
		region = strings.TrimSpace(place.Region)
	}
	fields := alerts.Location{Region: region, Country: code}
	city := strings.TrimSpace(place.City)
	if c, ok := gazetteer.Lookup(city, region, code); ok && city != "" {
		fields = located(c)
	} else if c, ok := gazetteer.Lookup(city, "", code); ok && city != "" {
		fields = located(c)
	} else if city != "" && code != "" && country(city) == "" && regionName(city) == "" && !n.words.ornament[strings.ToLower(city)] {
		fields.City = city
	}
	if place.Lat != nil && place.Lon != nil {
		fields.Lat, fields.Lon = place.Lat, place.Lon
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
func (p *placed) merge(fields alerts.Location) {
	for _, l := range p.locations {
		if l.City != "" || l.Country != "" && l.Country != fields.Country {
			return
		}
	}
	if len(p.areas) > 0 && fields.City == "" && len(p.locations) == 0 {
		return // "Europe" says more than the country that the address was filled with
	}
	p.locations = []alerts.Location{fields}
}

// worldCountries lists the country codes of a part of the world by its UN M49 code.
func worldCountries(m49 ...string) []string {
	var out []string
	for _, area := range m49 {
		part, err := language.ParseRegion(area)
		if err != nil {
			continue
		}
		for a := 'A'; a <= 'Z'; a++ {
			for b := 'A'; b <= 'Z'; b++ {
				code := string(a) + string(b)
				if c, ok := gazetteer.Country(code); !ok || c != code {
					continue
				}
				if r, err := language.ParseRegion(code); err == nil && part.Contains(r) {
					out = append(out, code)
				}
			}
		}
	}
	return unique(out)
}
