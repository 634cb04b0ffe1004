package alertform

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/phrase"
	"jobalertd/alerts/text"
	"jobalertd/mailer/locale"
	"jobalertd/subscribers/web/pages/shell"
)

// zonesFile is the zones of the tz database that have a country, and UTC.
//
//go:embed zones.txt
var zonesFile string

// currencies are those a form offers: what backend postings mostly pay in. The API takes any.
func currencies() []string {
	return []string{"EUR", "USD", "GBP", "CHF", "AUD", "BRL", "CAD", "CZK", "DKK", "HUF", "INR", "JPY",
		"MXN", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "ZAR"}
}

// skillSuggestions are the names a form suggests: the ones postings ask for most.
func skillSuggestions() []string {
	return []string{"go", "java", "python", "node.js", "typescript", "c#", ".net", "c++", "rust", "kotlin",
		"scala", "php", "ruby", "elixir", "sql", "postgresql", "mysql", "mongodb", "redis", "elasticsearch",
		"kafka", "rabbitmq", "graphql", "rest", "grpc", "microservices", "docker", "kubernetes", "terraform",
		"aws", "gcp", "azure", "linux", "spring boot", "django", "fastapi", "rails", "laravel",
		"spark", "snowflake"}
}

// Skills are the names a form suggests.
func (f Form) Skills() []string { return skillSuggestions() }

// Countries are the names a form suggests.
func (f Form) Countries() []string {
	names := make([]string, 0, len(countries()))
	for _, code := range countries() {
		names = append(names, countryName(f.Texts, code))
	}
	collate.New(f.Texts.Locale.Tag()).SortStrings(names)
	return names
}

// countryName is the name of a country in the reader's language, if the form would take it back, else
// in English.
func countryName(t *shell.Texts, code string) string {
	name := phrase.Country(t.Locale, code)
	if back, ok := countryCode(name); !ok || back != code {
		return gazetteer.CountryName(code)
	}
	return name
}

// countryCode is the country that a name means, in any language of the pages or as the gazetteer
// reads it.
func countryCode(name string) (string, bool) {
	if code, ok := gazetteer.Country(name); ok {
		return code, true
	}
	code, ok := foreignNames()[text.Key(name)]
	return code, ok
}

// foreignNames is the countries by their folded names in the languages of the pages.
var foreignNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, l := range locale.All() {
		for _, code := range countries() {
			names[text.Key(l.Country(code))] = code
		}
	}
	return names
})

// countries lists the code of every country.
var countries = sync.OnceValue(func() []string {
	var codes []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			if same, ok := gazetteer.Country(code); ok && same == code {
				codes = append(codes, code)
			}
		}
	}
	return codes
})

// option is one value of a choice.
type option struct {
	Value, Label string
	Note         string // a line below the label
	Selected     bool
}

// group is the options under one heading; no heading for the first.
type group struct {
	Label   string
	Options []option
}

// values lists what a choice offers.
func values(name string) []string {
	switch name {
	case "filter.workplace":
		return words(alerts.Workplaces())
	case "filter.seniority":
		return words(alerts.Seniorities())
	case "filter.employment":
		return words(alerts.Employments())
	case "filter.class":
		return words([]alerts.Class{alerts.ClassCore, alerts.ClassPartly})
	case "filter.salary_min.currency":
		return currencies()
	case "filter.salary_min.period":
		periods := words(alerts.Periods())
		slices.Reverse(periods)
		return periods
	case "filter.education_max":
		return append([]string{""}, words(alerts.Educations())...)
	case "cadence.every":
		return words(alerts.Rhythms())
	case "cadence.weekday":
		return alerts.Weekdays()
	case "cadence.hour":
		hours := make([]string, 24)
		for h := range hours {
			hours[h] = fmt.Sprint(h)
		}
		return hours
	}
	return nil
}

func words[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// zoneGroups lists the time zones by continent. A selected one that is not listed comes first.
func zoneGroups(selected string) []group {
	groups := []group{{}}
	found := false
	for name := range strings.FieldsSeq(zonesFile) {
		continent, city, ok := strings.Cut(name, "/")
		if !ok {
			continent, city = "", name
		}
		if last := groups[len(groups)-1]; last.Label != continent {
			groups = append(groups, group{Label: continent})
		}
		last := &groups[len(groups)-1]
		last.Options = append(last.Options, option{
			Value: name, Label: strings.ReplaceAll(strings.ReplaceAll(city, "_", " "), "/", ", "), Selected: name == selected,
		})
		found = found || name == selected
	}
	if !found && selected != "" {
		groups[0].Options = append([]option{{Value: selected, Label: selected, Selected: true}}, groups[0].Options...)
	}
	return groups
}
