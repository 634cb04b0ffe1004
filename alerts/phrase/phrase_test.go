package phrase

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/mailer/locale"
)

func TestPhrases(t *testing.T) {
	const en, de = locale.English, locale.German
	tests := []struct{ name, got, want string }{
		{"a value", Value(en, "full_time"), "full time"},
		{"a value in another language", Value(de, "full_time"), "Vollzeit"},
		{"a value with a name of its own", Value(en, "partly"), "partly backend"},
		{"a value that is a word", Value(en, "principal"), "principal"},
		{"what is no value is left alone", Value(de, "snake_case 50%d"), "snake_case 50%d"},
		{"values", Values(en, []string{"onsite", "hybrid"}), "on site, hybrid"},
		{"languages", Languages(en, []string{"en", "pt"}), "English, Portuguese"},
		{"a country", Place(en, "", "", "DE", 0), "Germany"},
		{"a country whose formal name is not used", Place(en, "", "", "HK", 0), "Hong Kong"},
		{"a city's surroundings", Place(en, "Berlin", "BE", "DE", 7.5), "within 7.5 km of Berlin, Germany"},
		{"a city that needs its region", Place(en, "Portland", "OR", "US", 0), "Portland, OR, United States"},
		{"a region", Place(de, "", "BY", "DE", 0), "BY, Deutschland"},
		{"a city alone", Place(en, "Berlin", "", "", 0), "Berlin"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %q, want %q", test.got, test.want)
			}
		})
	}
}

func TestEveryTextIsInEveryLanguageWithTheSamePlaceholders(t *testing.T) {
	verbs := regexp.MustCompile(`%.`)
	var keys []string
	for _, r := range rows() {
		keys = append(keys, r.english)
		for _, text := range []string{r.german, r.french, r.spanish} {
			if strings.Contains(text, " :") {
				t.Errorf("%q may break its line before the colon", text)
			}
			if text == "" {
				t.Errorf("%q has an empty translation", r.english)
			}
			if diff := cmp.Diff(verbs.FindAllString(r.english, -1), verbs.FindAllString(text, -1)); diff != "" {
				t.Errorf("%q: the placeholders of %q differ:\n%s", r.english, text, diff)
			}
		}
	}
	if slices.Sort(keys); len(slices.Compact(slices.Clone(keys))) != len(keys) {
		t.Errorf("a text stands there twice: %q", keys)
	}
}

func TestEveryTextThatIsSaidIsInTheCatalogue(t *testing.T) {
	known := map[string]bool{}
	for _, r := range rows() {
		known[r.english] = true
	}
	var said []string
	for _, f := range alerts.Facets() {
		said = append(said, strings.ReplaceAll(string(f), "_", " "))
	}
	for _, file := range []string{"words.go", "phrase.go", "../../subscribers/compose/words.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`(?:[sS]ay\((?:\w+, )?|value = )"([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			said = append(said, call[1])
		}
	}
	said = append(said, "none", "certificate", "doctorate", "remote", "hybrid", "contract", "temporary", "internship")
	for _, s := range alerts.Seniorities() {
		said = append(said, string(s))
	}
	if len(said) < len(rows()) {
		t.Errorf("%d texts are said, the catalogue has %d", len(said), len(rows()))
	}
	for _, text := range said {
		if !known[text] {
			t.Errorf("%q is in no language but English", text)
		}
	}
}
