package where

import (
	"strings"
	"testing"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/source"
)

func spelled(locations []alerts.Location) string {
	var out []string
	for _, l := range locations {
		out = append(out, l.City+"/"+l.Region+"/"+l.Country)
	}
	return strings.Join(out, " ")
}

func TestATownTooSmallToBeListedIsNotItsNamesake(t *testing.T) {
	r := New()
	tests := []struct{ in, want string }{
		{"Andover, MA", "Andover/MA/US"},
		{"New Albany, Ohio", "New Albany/OH/US"},
		{"Rogers, AR", "Rogers/AR/US"},
		{"New York, United States, Los Angeles, United States", "New York City/NY/US Los Angeles/CA/US"},
		{"US, CA, Santa Clara", "Santa Clara/CA/US"},
	}
	for _, test := range tests {
		if got := spelled(r.Read(test.in).Locations); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
	town := r.ReadFields(source.Place{City: "Andover", Region: "MA", Country: "United States"})
	if got := spelled(town.Locations); got != "Andover/MA/US" || town.Locations[0].Lat != nil {
		t.Errorf("in fields: %q", got)
	}
}

func TestWordsOfTheTradeAreNoPlacesByThemselves(t *testing.T) {
	r := New()
	for _, s := range []string{"Rust", "Mobile", "Enterprise", "Multiple Roles", "Spring 2026", "ML", "GTM", "ET", "North/South"} {
		if p, ok := r.ReadWhole(s); ok {
			t.Errorf("%q is %+v", s, p)
		}
	}
	for s, want := range map[string]string{"Mobile, AL": "", "Rogers, AR": "Rogers/AR/US", "DE/UK": "//DE //GB"} {
		if p, _ := r.ReadWhole(s); spelled(p.Locations) != want {
			t.Errorf("%q: got %q, want %q", s, spelled(p.Locations), want)
		}
	}
}

func TestATimeZoneIsNoCountry(t *testing.T) {
	for _, text := range []string{"This job is remote, ET business hours.", "Remote in ET or PT.", "Candidates in AI or ML."} {
		if areas, _ := New().Eligibility(Places{}, phrase.Split(text)); len(areas) > 0 {
			t.Errorf("%q: from %v", text, areas)
		}
	}
}
