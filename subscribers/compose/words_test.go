package compose

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/mailer/locale"
)

func TestPlacesInWords(t *testing.T) {
	berlin, paris := alerts.Location{City: "Berlin", Region: "BE", Country: "DE"}, alerts.Location{City: "Paris", Country: "FR"}
	for _, test := range []struct {
		name   string
		places []alerts.Location
		want   string
	}{
		{"nothing stated", nil, ""},
		{"nothing stated in one place", []alerts.Location{{}}, ""},
		{"a city", []alerts.Location{berlin}, "Berlin, Germany"},
		{"a city alone", []alerts.Location{{City: "Berlin"}}, "Berlin"},
		{"a region", []alerts.Location{{Region: "Bavaria", Country: "DE"}}, "Bavaria, Germany"},
		{"a country", []alerts.Location{{Country: "US"}}, "United States"},
		{"a country there is not", []alerts.Location{{City: "Atlantis", Country: "Sea"}}, "Atlantis, Sea"},
		{"two", []alerts.Location{berlin, paris}, "Berlin, Germany · Paris, France"},
		{"five", []alerts.Location{berlin, paris, {Country: "AT"}, {Country: "CH"}, {Country: "IT"}}, "Berlin, Germany · Paris, France · Austria · 2 more"},
	} {
		if got := placeWords(locale.English, &alerts.Posting{Locations: test.places}); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPayInWords(t *testing.T) {
	for _, test := range []struct {
		name string
		pay  *alerts.Salary
		want string
	}{
		{"none", nil, ""},
		{"a board's guess", &alerts.Salary{Min: 80_000, Currency: "EUR", Period: alerts.PeriodYear, Predicted: true}, ""},
		{"no amount", &alerts.Salary{Currency: "EUR", Period: alerts.PeriodYear}, ""},
		{"a range", &alerts.Salary{Min: 80_000, Max: 95_000, Currency: "EUR", Period: alerts.PeriodYear}, "€80,000–95,000 a year"},
		{"one amount", &alerts.Salary{Min: 6_500, Max: 6_500, Currency: "CHF", Period: alerts.PeriodMonth}, "CHF\u00a06,500 a month"},
		{"a lower bound", &alerts.Salary{Min: 500, Currency: "GBP", Period: alerts.PeriodDay}, "from £500 a day"},
		{"an upper bound", &alerts.Salary{Max: 1_000_000, Currency: "JPY", Period: alerts.PeriodWeek}, "up to ¥1,000,000 a week"},
		{"cents by the hour", &alerts.Salary{Min: 42.5, Max: 60.255, Currency: "USD", Period: alerts.PeriodHour}, "$42.50–60.26 an hour"},
	} {
		if got := payWords(locale.English, test.pay); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestFactsInWords(t *testing.T) {
	full := &alerts.Posting{
		Workplace: alerts.WorkplaceRemote, Seniority: []alerts.Seniority{alerts.SenioritySenior, alerts.SeniorityStaff},
		Employment: []alerts.Employment{alerts.EmploymentFullTime},
	}
	if diff := cmp.Diff([]string{"Remote", "Senior", "Staff", "Full time"}, factWords(locale.English, full)); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	if facts := factWords(locale.English, &alerts.Posting{}); facts != nil {
		t.Errorf("nothing stated: %v", facts)
	}
}
