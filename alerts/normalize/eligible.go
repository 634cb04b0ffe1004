package normalize

import (
	"slices"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

// reaches are the words before the place that a remote worker must live in.
func reaches() *phrase.Set[bool] {
	return phrase.NewSet[bool]().Add(true, "candidates located in", "candidates based in", "candidates residing in", "candidates who are based in",
		"must be located in", "must be based in", "must reside in", "must live in", "must currently reside in", "should be based in", "should be located in",
		"need to be based in", "need to be located in", "have to be based in", "applicants located in", "applicants based in", "applicants in", "candidates in",
		"candidates from", "people based in", "people located in", "located anywhere in", "based anywhere in", "remote within", "remote in", "remote anywhere in",
		"remotely within", "remotely from anywhere in", "remotely from", "remotely in", "work from anywhere in", "work from anywhere within", "remote across", "remote from anywhere in", "remote from",
		"hire in", "hiring in", "open to candidates in", "open to candidates from", "open to applicants in", "eligible to work in", "authorized to work in", "remote position in",
		"remote role in", "remote role based in", "remote position based in", "remote based in", "residents of", "physically located in", "residing in", "reside in", "located within", "remote", "remote only")
}

// eligibility reads where a remote worker may live: the areas that fields and title name, else what
// the text says right behind one of the phrases above. Nothing is guessed from the employer's seat.
func (n *Normalizer) eligibility(p placed, text phrase.Text) ([]string, alerts.Origin) {
	if len(p.areas) > 0 {
		return tidyAreas(p.areas, p.excluded), alerts.FromField
	}
	var areas, excluded []string
	n.words.reach.Scan(text, func(m phrase.Match[bool]) {
		from := m.Last + 1
		for i := from; i < min(from+12, len(text.Tokens)); {
			if text.Tokens[i].Gap == phrase.Stop {
				return
			}
			e, ok := n.entityAt(text, i)
			switch {
			case ok && e.city && e.country == "" && len(e.group) == 0:
				i = e.last + 1
			case ok && (e.country != "" || len(e.group) > 0) && (e.region == "" || e.country == "US"):
				if ruledOut(text, i) {
					excluded = append(append(excluded, e.group...), e.country)
				} else if e.country != "" {
					areas = append(areas, e.country)
				} else {
					areas = append(areas, e.group...)
				}
				i = e.last + 1
			case n.between[text.Tokens[i].Word]:
				i++
			default:
				return
			}
		}
	})
	if len(areas) > 0 || len(excluded) > 0 {
		return tidyAreas(areas, append(excluded, p.excluded...)), alerts.FromText
	}
	var countries []string
	for _, l := range p.locations {
		if l.Country != "" {
			countries = append(countries, l.Country)
		}
	}
	return tidyAreas(countries, p.excluded), alerts.FromField
}

// tidyAreas makes the list short and even: anywhere says it all, unless a country is ruled out;
// then it is every other country.
func tidyAreas(areas, excluded []string) []string {
	areas = without(unique(areas), []string{""})
	excluded = without(slices.Clone(excluded), []string{""})
	if len(excluded) > 0 && (len(areas) == 0 || slices.Contains(areas, "*")) {
		areas = worldCountries("001")
	}
	areas = without(areas, excluded)
	if slices.Contains(areas, "*") {
		return []string{"*"}
	}
	slices.Sort(areas)
	return areas
}
