package compose

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
)

func TestCadencesInWords(t *testing.T) {
	for want, c := range map[string]alerts.Cadence{
		"as soon as a job appears": {Every: alerts.EveryInstant},
		"every day at 08:00":       {Every: alerts.EveryDaily, Hour: 8},
		"every day at 00:00":       {Every: alerts.EveryDaily},
		"every Sunday at 23:00":    {Every: alerts.EveryWeekly, Hour: 23, Weekday: "sunday"},
	} {
		if got := cadenceWords(c); got != want {
			t.Errorf("%v: %q, want %q", c, got, want)
		}
	}
}

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
		if got := placeWords(&alerts.Posting{Locations: test.places}); got != test.want {
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
		{"a range", &alerts.Salary{Min: 80_000, Max: 95_000, Currency: "EUR", Period: alerts.PeriodYear}, "80,000–95,000 EUR a year"},
		{"one amount", &alerts.Salary{Min: 6_500, Max: 6_500, Currency: "CHF", Period: alerts.PeriodMonth}, "6,500 CHF a month"},
		{"a lower bound", &alerts.Salary{Min: 500, Currency: "GBP", Period: alerts.PeriodDay}, "from 500 GBP a day"},
		{"an upper bound", &alerts.Salary{Max: 1_000_000, Currency: "JPY", Period: alerts.PeriodWeek}, "up to 1,000,000 JPY a week"},
		{"cents by the hour", &alerts.Salary{Min: 42.5, Max: 60.255, Currency: "USD", Period: alerts.PeriodHour}, "42.5–60.26 USD an hour"},
	} {
		if got := payWords(test.pay); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestFactsInWords(t *testing.T) {
	full := &alerts.Posting{
		Workplace: alerts.WorkplaceRemote, Seniority: []alerts.Seniority{alerts.SenioritySenior, alerts.SeniorityStaff},
		Employment: []alerts.Employment{alerts.EmploymentFullTime},
	}
	if diff := cmp.Diff([]string{"Remote", "Senior", "Staff", "Full-time"}, factWords(full)); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	if facts := factWords(&alerts.Posting{}); facts != nil {
		t.Errorf("nothing stated: %v", facts)
	}
}
