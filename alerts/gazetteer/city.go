package gazetteer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"jobalertd/alerts/gazetteer/internal/fold"
)

// City is a populated place.
type City struct {
	Name string // as GeoNames writes it: the English name of a capital, the local one elsewhere
	// Region is the ISO 3166-2 code without the country; empty for countries without a table.
	Region  string
	Country string // ISO 3166-1 alpha-2
	// Lat and Lon are degrees north and east of the centre.
	Lat, Lon   float64
	Population int // inhabitants
}

// What makes a name ambiguous; see Lookup.
const (
	clearMajority  = 2.0  // times as many inhabitants as the next city of that name
	alternateShare = 0.25 // the weight of a city that bears the name only as an alternate one
	firstShare     = 100  // the weight of a city that exonyms.tsv gives the name to
	samePlaceKM    = 50.0
)

// Lookup finds a city by its name in any common spelling or language, such as München, MUENCHEN or
// Munich. Region and country narrow the search: each is a code or a name, or empty. With no country
// given, region may also name one ("Paris", "TX" and "Paris", "France" both work). A region unknown
// to Region is passed over if there is a country, and is no match if there is none.
//
// Of several cities the one with the most inhabitants is meant, if it has at least twice as many
// as the next. A city that bears the name only as an alternate one counts a quarter; one that
// exonyms.tsv gives the name to comes before all others. Cities within 50 km of the largest are no
// rivals: they are parts or neighbours of the same place. So London is in England and Portland in
// Oregon, but Cambridge without a region is no answer.
func Lookup(city, region, country string) (City, bool) {
	accept, ok := area(region, country)
	if !ok {
		return City{}, false
	}
	var best City
	var bestWeight, rival float64
	for _, c := range loaded().named(fold.Name(city)) {
		if !accept(c.City) {
			continue
		}
		switch near := distanceKM(best, c.City) < samePlaceKM; {
		case c.weight > bestWeight:
			if !near {
				rival = bestWeight
			}
			best, bestWeight = c.City, c.weight
		case !near:
			rival = max(rival, c.weight)
		}
	}
	return best, bestWeight > 0 && bestWeight >= clearMajority*rival
}

// area reads region and country as a condition on cities.
func area(region, country string) (accept func(City) bool, ok bool) {
	if country == "" && region == "" {
		return func(City) bool { return true }, true
	}
	if country == "" {
		regions := regionsNamed(region)
		code, isCountry := Country(region)
		return func(c City) bool {
			return isCountry && c.Country == code || slices.Contains(regions, c.Country+"."+c.Region)
		}, isCountry || len(regions) > 0
	}
	code, ok := Country(country)
	if !ok {
		return nil, false
	}
	want, known := Region(region, code)
	return func(c City) bool { return c.Country == code && (!known || c.Region == want) }, true
}

// distanceKM is good to a percent between points as near as it is asked about.
func distanceKM(a, b City) float64 {
	const kmPerDegree = 111.2
	dLat := a.Lat - b.Lat
	dLon := (a.Lon - b.Lon) * math.Cos((a.Lat+b.Lat)/2*math.Pi/180)
	return kmPerDegree * math.Hypot(dLat, dLon)
}

type candidate struct {
	City
	weight float64 // inhabitants times the share of the name
}

// named finds the cities of a folded name, the most populous first.
func (d *data) named(key string) []candidate {
	at, _ := slices.BinarySearch(d.names, key+"\t")
	if at == len(d.names) || !strings.HasPrefix(d.names[at], key+"\t") {
		return nil
	}
	var found []candidate
	for field := range strings.SplitSeq(d.names[at][len(key)+1:], "\t") {
		i, err := strconv.Atoi(strings.TrimLeft(field, "~^"))
		if err != nil {
			continue
		}
		c := candidate{City: parseCity(d.cities[i])}
		c.weight = float64(c.Population)
		switch field[0] {
		case '~':
			c.weight *= alternateShare
		case '^':
			c.weight *= firstShare
		}
		found = append(found, c)
	}
	return found
}

func parseCity(line string) City {
	f := strings.Split(line, "\t")
	c := City{Name: f[0], Region: f[1], Country: f[2]}
	// The generator wrote these numbers, and a test parses every line.
	c.Lat, _ = strconv.ParseFloat(f[3], 64)
	c.Lon, _ = strconv.ParseFloat(f[4], 64)
	c.Population, _ = strconv.Atoi(f[5])
	return c
}
