package where

import (
	_ "embed"
	"strings"

	"golang.org/x/text/language"

	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/place"
)

//go:embed phrases.txt
var phrasesFile string

// readPhrases reads phrases.txt: the names of parts of the world, and what stands before a place.
func readPhrases() (groups *phrase.Set[[]string], reach *phrase.Set[bool]) {
	groups, reach = phrase.NewSet[[]string](), phrase.NewSet[bool]()
	for section, p := range phrase.Sections(phrasesFile) {
		if section == "reach" {
			reach.Add(true, p)
			continue
		}
		countries := strings.Fields(section)
		if m49, ok := strings.CutPrefix(section, "m49 "); ok {
			countries = worldCountries(m49)
		}
		groups.Add(countries, p)
	}
	return groups, reach
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

// worldCountries lists the country codes of a part of the world by its UN M49 code.
func worldCountries(m49 string) []string {
	part, err := language.ParseRegion(m49)
	if err != nil {
		return nil
	}
	var out []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			if r, err := language.ParseRegion(code); err == nil && place.IsCountry(code) && part.Contains(r) {
				out = append(out, code)
			}
		}
	}
	return out
}
