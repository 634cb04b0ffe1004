package place

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/text"
)

// Spot is where a job is, as far as its posting says.
type Spot struct {
	City     string
	Region   string // a code of ISO 3166-2 without the country, or a name
	Country  string // ISO 3166-1 alpha-2
	Lat, Lon *float64
}

// Stated reports whether the spot says anything.
func (s Spot) Stated() bool {
	return s.City != "" || s.Region != "" || s.Country != "" || s.Lat != nil && s.Lon != nil
}

// String is the spot in words: Berlin, DE.
func (s Spot) String() string {
	name := cmp.Or(s.City, s.Region)
	switch {
	case name != "" && s.Country != "":
		return name + ", " + s.Country
	case name == "" && s.Country == "" && s.Stated():
		return fmt.Sprintf("%.2f, %.2f", *s.Lat, *s.Lon)
	}
	return cmp.Or(name, s.Country)
}

// Site is a spot, looked up.
type Site struct {
	// Label is the spot in words.
	Label string
	// Country is the spot's country, or the one its city is in; empty where neither is known.
	Country string

	spot   Spot
	region string // as regionCode gives it
	city   gazetteer.City
	known  bool // the gazetteer knows the city
}

// Find looks the spot up.
func (s Spot) Find() Site {
	site := Site{Label: s.String(), Country: s.Country, spot: s}
	region := s.Region
	if s.City != "" {
		site.city, site.known = gazetteer.Lookup(s.City, s.Region, s.Country)
	}
	if site.known && site.Country == "" {
		site.Country = site.city.Country
	}
	if site.known && region == "" {
		region = site.city.Region
	}
	site.region = regionCode(region, site.Country)
	return site
}

// point is where the site lies, in degrees.
func (s Site) point() (lat, lon float64, ok bool) {
	if s.spot.Lat != nil && s.spot.Lon != nil {
		return *s.spot.Lat, *s.spot.Lon, true
	}
	return s.city.Lat, s.city.Lon, s.known
}

// Area is where somebody wants to work: a country, a region, a city, or the surroundings of a city.
type Area struct {
	Country  string
	Region   string
	City     string
	RadiusKM float64 // kilometres around the city's centre; 0 is the city alone
}

// Canonical is the area in the form that all its spellings share: the city as the gazetteer writes
// it, with its region and country, as long as that form leads back to the same city.
func (a Area) Canonical() Area {
	a.Country = strings.ToUpper(strings.TrimSpace(a.Country))
	a.Region, a.City = strings.TrimSpace(a.Region), strings.TrimSpace(a.City)
	if code, ok := gazetteer.Region(a.Region, a.Country); ok && a.Country != "" {
		a.Region = code
	}
	if a.City == "" {
		a.RadiusKM = 0
		return a
	}
	city, ok := gazetteer.Lookup(a.City, a.Region, a.Country)
	if !ok || a.City == city.Name && a.Region == city.Region && a.Country == city.Country {
		return a
	}
	if again, same := gazetteer.Lookup(city.Name, city.Region, city.Country); same && again == city {
		a.City, a.Region, a.Country = city.Name, city.Region, city.Country
	}
	return a
}

// Known reports whether the gazetteer knows the one city that is meant.
func (a Area) Known() bool {
	_, ok := gazetteer.Lookup(a.City, a.Region, a.Country)
	return ok
}

// Ground is an area, looked up.
type Ground struct {
	Area
	region string
	city   gazetteer.City
	known  bool
}

// Find looks the area up.
func (a Area) Find() Ground {
	g := Ground{Area: a, region: regionCode(a.Region, a.Country)}
	if a.City != "" {
		g.city, g.known = gazetteer.Lookup(a.City, a.Region, a.Country)
	}
	return g
}

// Holds reports whether the site lies in the area. With a radius, what counts is the distance from
// the city's centre to the spot's own coordinates or to the centre of its city; where one of these
// is not known, and without a radius, it has to be the same city.
func (g Ground) Holds(s Site) bool {
	if g.City == "" {
		return g.Country != "" && g.Country == s.Country && (g.region == "" || g.region == s.region)
	}
	if lat, lon, ok := s.point(); ok && g.known && g.RadiusKM > 0 {
		return !tooFarNorth(g.city.Lat-lat, g.RadiusKM) && distanceKM(g.city.Lat, g.city.Lon, lat, lon) <= g.RadiusKM
	}
	if g.known && s.known {
		return g.city == s.city
	}
	return text.Key(s.spot.City) == text.Key(g.City) && agree(g.Country, s.Country) && agree(g.region, s.region)
}

// agree reports whether two facts are equal or one of them is not known.
func agree(a, b string) bool { return a == b || a == "" || b == "" }

// regionCode is the ISO 3166-2 code of a region where the gazetteer knows it, else the folded name.
func regionCode(region, country string) string {
	if code, ok := gazetteer.Region(region, country); ok && country != "" {
		return code
	}
	return text.Key(region)
}

// tooFarNorth reports whether so many degrees of latitude alone, north or south, are more than a
// radius. It is a little less sure than distanceKM, and much faster.
func tooFarNorth(degrees, radiusKM float64) bool {
	const kmPerDegree = 111 // 111.19 by the radius of distanceKM
	return math.Abs(degrees)*kmPerDegree > radiusKM
}

// distanceKM is the great-circle distance of two points in degrees, by the haversine formula on a
// sphere with the mean radius of the earth (IUGG). It errs by at most half a per cent.
func distanceKM(lat1, lon1, lat2, lon2 float64) float64 {
	const radius, degree = 6371.0088, math.Pi / 180
	sinLat := math.Sin((lat2 - lat1) * degree / 2)
	sinLon := math.Sin((lon2 - lon1) * degree / 2)
	h := sinLat*sinLat + math.Cos(lat1*degree)*math.Cos(lat2*degree)*sinLon*sinLon
	return 2 * radius * math.Asin(math.Sqrt(min(h, 1)))
}
