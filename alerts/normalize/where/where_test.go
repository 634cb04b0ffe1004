package where

import (
	"testing"

	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/place"
)

func TestOnlyWhatIsAPlaceThroughoutIsRead(t *testing.T) {
	r := New()
	for s, want := range map[string]bool{
		"Berlin": true, "Remote (EU)": true, "Hybrid in Toronto": true, "San Francisco Bay Area or Remote": true, "100% Remote": true,
		"Payments": false, "Product": false, "Berlin Ledger Team": false, "Go": false, "Nice to have": false,
	} {
		if _, ok := r.ReadWhole(s); ok != want {
			t.Errorf("%q is a place: %v, want %v", s, ok, want)
		}
	}
}

func TestEveryAreaOfTheTableIsOneThatFiltersKnow(t *testing.T) {
	for section, p := range phrase.Sections(phrasesFile) {
		areas := New().read(p, false).Areas
		if section == "reach" {
			continue
		}
		if len(areas) == 0 {
			t.Errorf("%q names nothing", p)
		}
		for _, area := range areas {
			if !place.IsEligibility(area) {
				t.Errorf("%q names %q, which is no area", p, area)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"San Francisco, CA / Remote (non-US)", "US, CA, Santa Clara", "Tel Aviv-Yafo, Israel", ", ,", "the UK", "İstanbul", "Andover, MA", "SF, NY", "Rust/Solana"} {
		f.Add(seed)
	}
	r := New()
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range r.Read(s).Locations {
			if l.Country != "" && gazetteer.CountryName(l.Country) == l.Country {
				t.Errorf("%q is in %q, which is no country", s, l.Country)
			}
			if (l.Lat == nil) != (l.Lon == nil) {
				t.Errorf("%q has half a coordinate", s)
			}
		}
	})
}
