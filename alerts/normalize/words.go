package normalize

import (
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

// words is everything that is looked up in texts, compiled once.
type words struct {
	groups    *phrase.Set[[]string]           // parts of the world
	ornament  map[string]bool                 // words beside places that name none
	workplace *phrase.Set[workplaceCue]       // see workplace.go
	seniority *phrase.Set[[]alerts.Seniority] // rungs in titles
	education *phrase.Set[alerts.Education]
	contracts *phrase.Set[alerts.Employment]
	reach     *phrase.Set[bool] // what stands before where a remote worker may live
}

func newWords() words {
	return words{
		groups:    groups(),
		ornament:  ornaments(),
		workplace: workplaceCues(),
		seniority: rungs(),
		education: degrees(),
		contracts: contracts(),
		reach:     reaches(),
	}
}

// groups are parts of the world, by what postings call them. EU stands for itself.
func groups() *phrase.Set[[]string] {
	europe := append([]string{"EU"}, worldCountries("150")...)
	s := phrase.NewSet[[]string]()
	s.Add([]string{"*"}, "worldwide", "world wide", "anywhere in the world", "anywhere", "global", "globally", "international",
		"internationally", "any location", "any country", "everywhere", "weltweit")
	s.Add([]string{"EU"}, "eu", "european union", "eu only", "eea")
	s.Add(europe, "europe", "european", "emea europe", "europa")
	s.Add(append(append([]string{}, europe...), worldCountries("002", "145")...), "emea")
	s.Add(worldCountries("419"), "latam", "lat am", "latin america", "latinamerica", "latinoamérica")
	s.Add(worldCountries("005"), "south america")
	s.Add([]string{"US", "CA", "MX"}, "north america", "namer", "noram", "northern america")
	s.Add(worldCountries("019"), "americas", "the americas")
	s.Add(worldCountries("142", "009"), "apac", "asia pacific", "asia pac")
	s.Add(worldCountries("142"), "asia")
	s.Add(worldCountries("035"), "sea", "south east asia", "southeast asia")
	s.Add(worldCountries("002"), "africa")
	s.Add(worldCountries("145"), "middle east")
	s.Add(worldCountries("009"), "oceania")
	s.Add([]string{"AU", "NZ"}, "anz", "australia and new zealand")
	s.Add([]string{"DE", "AT", "CH"}, "dach")
	s.Add([]string{"DK", "FI", "IS", "NO", "SE"}, "nordics", "nordic", "scandinavia")
	s.Add([]string{"BE", "NL", "LU"}, "benelux")
	s.Add([]string{"GB", "IE"}, "uk and ireland", "uk & ireland")
	s.Add(worldCountries("151"), "eastern europe", "cee")
	return s
}

// ornaments are the words that postings put beside a place.
func ornaments() map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(`remote remotely hybrid onsite on site in office offices hq headquarters headquarter head
		person only fully 100 first friendly based area metro greater or and the of a at from within near around preferred multiple
		locations location local home work working wfh flexible optional possible available any time timezone timezones zone
		zones hours region district center centre central city state county downtown ok okay only option m w f tue thu mon wed
		fri day days week per permanent full part time contract role position relocate relocation non no not except us-based
		required candidates east west coast campus site studio hub main new building floor plus`) {
		set[w] = true
	}
	// These look like ornaments and begin the names of towns.
	for _, w := range []string{"new", "us-based", "west", "east", "center", "of"} {
		delete(set, w)
	}
	return set
}
