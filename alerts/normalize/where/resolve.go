package where

import (
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/normalize/phrase"
)

// add resolves the names of one alternative with one another: a region or country tells which city
// is meant, wherever in the alternative it stands.
func (p *Places) add(found []entity) {
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
			p.Locations = append(p.Locations, location)
			cities++
		}
	}
	if cities == 0 {
		p.addAreas(found)
	}
}

// unlisted takes a name that stands before its region or country, and that the gazetteer is too
// coarse to know, for a city without coordinates: "Presidio, CA".
func (r *Reader) unlisted(alternative string, p *Places) {
	name, rest, ok := strings.Cut(alternative, ",")
	name, rest = strings.TrimSpace(name), strings.TrimSpace(rest)
	// Behind a name and a comma, two letters are the American state before they are a country.
	if state, american := gazetteer.Region(rest, "US"); ok && american && len(p.Locations) == 0 && len(rest) == 2 {
		p.Locations = []alerts.Location{{Region: state, Country: "US"}}
	}
	if !ok || len(p.Locations) != 1 || p.Locations[0].City != "" || name == "" || phrase.LowerCase(name) {
		return
	}
	text := phrase.Split(name)
	if len(text.Tokens) == 0 || len(text.Tokens) > 3 {
		return
	}
	for i, token := range text.Tokens {
		if r.ornament[token.Word] || r.notCity[token.Word] || phrase.Digits(token.Word) || i > 0 && token.Gap > phrase.Join {
			return
		}
	}
	if e, known := r.entityAt(text, 0); known && !namesake(e, text, p.Locations[0]) {
		return
	}
	p.Locations[0].City = name
	p.Areas = nil
}

// namesake says whether a name that the gazetteer knows is that of a town in another state of the same
// country, so that one too small for it may be meant: "Andover, MA".
func namesake(e entity, text phrase.Text, l alerts.Location) bool {
	if !e.city || e.country != "" || e.region != "" || e.last+1 < len(text.Tokens) || len(e.text) <= 3 {
		return false
	}
	c, ok := gazetteer.Lookup(e.text, "", l.Country)
	return ok && elsewhere(c, l.Region, l.Country)
}

func (p *Places) exclude(e entity) {
	if e.country != "" {
		p.Excluded = append(p.Excluded, e.country)
	}
	p.Excluded = append(p.Excluded, e.group...)
}

// addAreas takes in an alternative without a city.
func (p *Places) addAreas(found []entity) {
	for i, e := range found {
		switch {
		case e.not:
		case len(e.group) > 0:
			p.Areas = append(p.Areas, e.group...)
		case e.country != "" && (e.region == "" || otherCountry(found, i) == ""):
			// "DE" alone is Germany and "GA" alone is nothing we could know.
			if e.region != "" && len(e.text) <= 2 && e.country != "DE" {
				continue
			}
			p.Locations = append(p.Locations, nation(e.country))
			p.Areas = append(p.Areas, e.country)
		case e.region != "":
			if location, ok := stateOf(e.region, otherCountry(found, i)); ok {
				p.Locations = append(p.Locations, location)
				p.Areas = append(p.Areas, location.Country)
			}
		}
	}
	// A country beside its own region adds nothing: "Karnataka, India" is one place.
	p.Locations = dropCovered(p.Locations)
}

// nation is the location of a whole country; of a city state it is the city.
func nation(code string) alerts.Location {
	switch code {
	case "SG", "HK", "MO", "MC", "GI":
		if c, ok := gazetteer.Lookup(gazetteer.CountryName(code), "", code); ok {
			return Located(c)
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
	region, behind := "", ""
	for k, e := range found {
		// A region stands behind its city, or before all: "US, CA, Santa Clara".
		if k != i && e.region != "" && (k == i+1 || region == "") {
			region = e.region
		}
		if k == i+1 {
			behind = e.region
		}
	}
	name := found[i].text
	for _, try := range [][2]string{{region, country}, {region, ""}, {"", country}} {
		if try[0] == "" && try[1] == "" {
			continue
		}
		if city, ok := gazetteer.Lookup(name, try[0], try[1]); ok && !elsewhere(city, behind, country) {
			return Located(city), true
		}
	}
	if country != "" {
		return alerts.Location{}, false
	}
	// A code that is both a state's and a country's: Darmstadt, DE.
	for k, e := range found {
		if k != i && e.country != "" && e.region != "" {
			if city, ok := gazetteer.Lookup(name, "", e.country); ok {
				return Located(city), true
			}
		}
	}
	if city, ok := gazetteer.Lookup(name, "", ""); ok && (region == "" || cityName(region)) {
		return Located(city), true
	}
	return alerts.Location{}, false
}

// elsewhere says whether a city lies in another state than the one that was named, so that a small
// town is not taken for its namesake: Andover, MA, is not the one in Minnesota.
func elsewhere(c gazetteer.City, region, country string) bool {
	if country == "" {
		country = c.Country
	}
	if country != "US" && country != "CA" && country != "AU" {
		return false // elsewhere boards fill regions as they like
	}
	code, ok := gazetteer.Region(region, country)
	return ok && region != "" && code != c.Region
}

// Located is a city as a location.
func Located(c gazetteer.City) alerts.Location {
	return alerts.Location{City: c.Name, Region: c.Region, Country: c.Country, Lat: &c.Lat, Lon: &c.Lon}
}

// HasCity says whether one of the places is a city.
func HasCity(locations []alerts.Location) bool {
	return slices.ContainsFunc(locations, func(l alerts.Location) bool { return l.City != "" })
}

// Distinct drops places named twice, and countries of which a city is named.
func Distinct(locations []alerts.Location) []alerts.Location {
	var out []alerts.Location
	for _, l := range dropCovered(locations) {
		same := func(o alerts.Location) bool {
			return o.City == l.City && o.Region == l.Region && o.Country == l.Country
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, l)
		}
	}
	return out
}
