package where

import (
	"slices"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/place"
)

// Eligibility reads where a remote worker may live: the areas that fields and title name, else what
// the text says right behind one of the phrases above. Nothing is guessed from the employer's seat.
func (r *Reader) Eligibility(p Places, text phrase.Text) ([]string, alerts.Origin) {
	if len(p.Areas) > 0 {
		return tidyAreas(p.Areas, p.Excluded), alerts.FromField
	}
	var areas, excluded []string
	r.reach.Scan(text, func(m phrase.Match[bool]) {
		from := m.Last + 1
		for i := from; i < min(from+12, len(text.Tokens)); {
			if text.Tokens[i].Gap == phrase.Stop {
				return
			}
			e, ok := r.entityAt(text, i)
			if ok && e.first == e.last && len(e.text) <= 3 && r.trade[text.Tokens[i].Word] {
				return // "remote, 9 to 5 ET"
			}
			switch {
			case ok && e.city && e.country == "" && len(e.group) == 0:
				i = e.last + 1
			case ok && (e.country != "" || len(e.group) > 0) && (e.region == "" || e.country == "US"):
				if text.RuledOut(i) {
					excluded = append(append(excluded, e.group...), e.country)
				} else if e.country != "" {
					areas = append(areas, e.country)
				} else {
					areas = append(areas, e.group...)
				}
				i = e.last + 1
			case r.between[text.Tokens[i].Word]:
				i++
			default:
				return
			}
		}
	})
	if len(areas) > 0 || len(excluded) > 0 {
		return tidyAreas(areas, append(excluded, p.Excluded...)), alerts.FromText
	}
	return tidyAreas(nil, p.Excluded), alerts.FromField
}

// tidyAreas makes the list short and even: anywhere says all but what is ruled out, which stands
// behind a minus.
func tidyAreas(areas, excluded []string) []string {
	ruledOut := func(area string) bool { return area == "" || slices.Contains(excluded, area) }
	areas = slices.DeleteFunc(slices.Clone(areas), ruledOut)
	if slices.Contains(areas, place.Anywhere) {
		areas = []string{place.Anywhere}
	}
	areas = sortedSet(areas)
	for _, code := range sortedSet(excluded) {
		if code != "" {
			areas = append(areas, "-"+code)
		}
	}
	return areas
}

func sortedSet(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
