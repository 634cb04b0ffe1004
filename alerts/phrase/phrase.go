package phrase

import (
	"strings"

	"jobalertd/alerts/gazetteer"
	"jobalertd/mailer/locale"
)

// Value is a value of an enumeration in words: full_time is full time. Anything else, such as a skill
// or the name of a city, stays as it is.
func Value(l locale.Locale, value string) string {
	switch value {
	case "core":
		value = "backend"
	case "partly":
		value = "partly backend"
	case "no":
		value = "not backend"
	case "onsite":
		value = "on site"
	case "full_time":
		value = "full time"
	case "part_time":
		value = "part time"
	case "associate":
		value = "associate degree"
	case "bachelor":
		value = "bachelor's degree"
	case "master":
		value = "master's degree"
	case "none", "certificate", "doctorate", "remote", "hybrid", "contract", "temporary", "internship",
		"intern", "junior", "mid", "senior", "staff", "principal", "lead", "manager":
	default:
		return value
	}
	return Say(l, value)
}

// Values is several values of an enumeration, separated by commas.
func Values[T ~string](l locale.Locale, values []T) string {
	parts := make([]string, 0, 4) // mostly there are fewer
	for _, v := range values {
		parts = append(parts, Value(l, string(v)))
	}
	return strings.Join(parts, ", ")
}

// Languages is the names of languages by their codes, separated by commas.
func Languages(l locale.Locale, codes []string) string {
	parts := make([]string, len(codes))
	for i, code := range codes {
		parts[i] = l.Language(code)
	}
	return strings.Join(parts, ", ")
}

// Place is a country, a region, a city or its surroundings: within 50 km of Berlin, Germany.
func Place(l locale.Locale, city, region, country string, radiusKM float64) string {
	var parts []string
	for _, part := range []string{city, region} {
		if part != "" && !(part == region && city != "" && country != "US") {
			parts = append(parts, part)
		}
	}
	if country != "" {
		parts = append(parts, Country(l, country))
	}
	whole := strings.Join(parts, ", ")
	if radiusKM == 0 {
		return whole
	}
	return Say(l, "within %s km of %s", l.Number(radiusKM), whole)
}

// Country is the name of a country by its two-letter code.
func Country(l locale.Locale, code string) string {
	if l == locale.English {
		return gazetteer.CountryName(code)
	}
	return l.Country(code)
}
