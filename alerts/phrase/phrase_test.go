package phrase_test

import (
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"jobalertd/alerts/phrase"
)

func TestPhrases(t *testing.T) {
	p := phrase.English()
	tests := []struct{ name, got, want string }{
		{"a value", phrase.Value(p, "full_time"), "full time"},
		{"a value with a name of its own", phrase.Value(p, "partly"), "partly backend"},
		{"a value that is a word", phrase.Value(p, "principal"), "principal"},
		{"what is no value is left alone", phrase.Value(p, "snake_case 50%d"), "snake_case 50%d"},
		{"values", phrase.Values(p, []string{"onsite", "hybrid"}), "on site, hybrid"},
		{"languages", phrase.Languages(p, []string{"en", "pt"}), "English, Portuguese"},
		{"money", phrase.Money(p, 1234567.5, "USD", "day"), "1,234,567.5 USD a day"},
		{"money by the week", phrase.Money(p, 900, "GBP", "week"), "900 GBP a week"},
		{"money by the month", phrase.Money(p, 900, "GBP", "month"), "900 GBP a month"},
		{"a salary", phrase.Salary(p, 80_000, 95_000, "EUR", "year"), "80,000–95,000 EUR a year"},
		{"a salary with one bound", phrase.Salary(p, 40, 0, "EUR", "hour"), "40 EUR an hour"},
		{"a salary with equal bounds", phrase.Salary(p, 40, 40, "EUR", "hour"), "40 EUR an hour"},
		{"a country", phrase.Place(p, "", "", "DE", 0), "Germany"},
		{"a city's surroundings", phrase.Place(p, "Berlin", "BE", "DE", 7.5), "within 7.5 km of Berlin, Germany"},
		{"a city that needs its region", phrase.Place(p, "Portland", "OR", "US", 0), "Portland, OR, United States"},
		{"a region", phrase.Place(p, "", "BY", "DE", 0), "BY, Germany"},
		{"a city alone", phrase.Place(p, "Berlin", "", "", 0), "Berlin"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %q, want %q", test.got, test.want)
			}
		})
	}
}

func TestNumbersAreWrittenTheLocalesWay(t *testing.T) {
	if got, want := phrase.Money(message.NewPrinter(language.German), 80_000, "EUR", "year"), "80.000 EUR a year"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
