package place_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts/place"
)

func point(lat, lon float64) place.Spot { return place.Spot{Lat: &lat, Lon: &lon} }

func TestHolds(t *testing.T) {
	berlin := place.Spot{City: "Berlin", Country: "DE"}
	tests := []struct {
		name string
		area place.Area
		spot place.Spot
		want bool
	}{
		{"the country", place.Area{Country: "DE"}, berlin, true},
		{"another country", place.Area{Country: "AT"}, berlin, false},
		{"the country of a city that stands alone", place.Area{Country: "DE"}, place.Spot{City: "Berlin"}, true},
		{"a country that is not said", place.Area{Country: "DE"}, place.Spot{City: "Kleinkleckersdorf"}, false},
		{"nothing holds nothing", place.Area{}, place.Spot{City: "Kleinkleckersdorf"}, false},

		{"the region by its code", place.Area{Country: "US", Region: "CA"}, place.Spot{Region: "CA", Country: "US"}, true},
		{"the region by its name", place.Area{Country: "US", Region: "California"}, place.Spot{Region: "CA", Country: "US"}, true},
		{"the region of a city", place.Area{Country: "DE", Region: "Bayern"}, place.Spot{City: "Nuremberg", Country: "DE"}, true},
		{"another region", place.Area{Country: "US", Region: "NY"}, place.Spot{Region: "CA", Country: "US"}, false},
		{"a region by a name nobody knows", place.Area{Country: "PL", Region: "mazowieckie"}, place.Spot{Region: "Mazowieckie", Country: "PL"}, true},
		{"a region of another country", place.Area{Country: "US", Region: "CA"}, place.Spot{Region: "CA", Country: "CA"}, false},

		{"the city by another name", place.Area{City: "München", Country: "DE"}, place.Spot{City: "Munich", Country: "DE"}, true},
		{"another city", place.Area{City: "Potsdam", Country: "DE"}, berlin, false},
		{"a namesake elsewhere", place.Area{City: "Portland", Region: "OR", Country: "US"}, place.Spot{City: "Portland", Region: "ME", Country: "US"}, false},
		{"a city that nobody knows, by its name", place.Area{City: "kleinkleckersdorf", Country: "DE"}, place.Spot{City: "Kleinkleckersdorf"}, true},
		{"its namesake in another country", place.Area{City: "Kleinkleckersdorf", Country: "DE"}, place.Spot{City: "Kleinkleckersdorf", Country: "AT"}, false},
		{"a country is no city", place.Area{City: "Berlin", Country: "DE"}, place.Spot{Country: "DE"}, false},

		{"near the city", place.Area{City: "Potsdam", Country: "DE", RadiusKM: 40}, berlin, true},
		{"not so near the city", place.Area{City: "Potsdam", Country: "DE", RadiusKM: 15}, berlin, false},
		{"near it beyond the border", place.Area{City: "Basel", Country: "CH", RadiusKM: 80}, place.Spot{City: "Mulhouse", Country: "FR"}, true},
		{"the spot's own coordinates come first", place.Area{City: "Berlin", Country: "DE", RadiusKM: 40}, place.Spot{City: "Berlin", Country: "DE", Lat: new(48.1), Lon: new(11.6)}, false},
		{"coordinates alone", place.Area{City: "Berlin", Country: "DE", RadiusKM: 40}, point(52.4, 13.1), true},
		{"coordinates of half a point", place.Area{City: "Berlin", Country: "DE", RadiusKM: 40}, place.Spot{Lat: new(52.4), City: "Munich", Country: "DE"}, false},
		{"a radius around a city that nobody knows is its name", place.Area{City: "Kleinkleckersdorf", Country: "DE", RadiusKM: 40}, place.Spot{City: "Kleinkleckersdorf", Country: "DE"}, true},
		{"across the date line", place.Area{City: "Suva", Country: "FJ", RadiusKM: 400}, point(-18.1, -179.9), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.area.Find().Holds(test.spot.Find()); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestALargerRadiusNeverHoldsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spot := point(rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")).Find()
		small := place.Area{City: "Berlin", Country: "DE", RadiusKM: rapid.Float64Range(1, 20000).Draw(t, "radius")}
		large := small
		large.RadiusKM *= rapid.Float64Range(1, 3).Draw(t, "factor")
		if small.Find().Holds(spot) && !large.Find().Holds(spot) {
			t.Fatalf("%v km hold it, %v km do not", small.RadiusKM, large.RadiusKM)
		}
		large.RadiusKM = 20_100 // more than half the circumference of the earth
		if !large.Find().Holds(spot) {
			t.Fatal("the whole earth does not hold it")
		}
	})
}

func TestCanonical(t *testing.T) {
	tests := []struct {
		name       string
		area, want place.Area
	}{
		{"case", place.Area{Country: "de"}, place.Area{Country: "DE"}},
		{"a region's code", place.Area{Country: "DE", Region: "Bavaria"}, place.Area{Country: "DE", Region: "BY"}},
		{"a city gets its country", place.Area{City: "berlin", RadiusKM: 5}, place.Area{City: "Berlin", Region: "BE", Country: "DE", RadiusKM: 5}},
		{"an unknown city stays", place.Area{City: " Kleinkleckersdorf ", Country: "DE"}, place.Area{City: "Kleinkleckersdorf", Country: "DE"}},
		{"a radius without a city goes", place.Area{Country: "DE", RadiusKM: 5}, place.Area{Country: "DE"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.area.Canonical()
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if again := got.Canonical(); again != got {
				t.Errorf("and of that %+v", again)
			}
		})
	}
	if a, b := (place.Area{City: "Munich", Country: "DE"}), (place.Area{City: "München", Region: "BY", Country: "DE"}); a.Canonical() != b.Canonical() {
		t.Errorf("%+v and %+v", a.Canonical(), b.Canonical())
	}
}

func TestSpotInWords(t *testing.T) {
	for want, spot := range map[string]place.Spot{
		"Berlin, DE": {City: "Berlin", Region: "BE", Country: "DE"}, "Bavaria, DE": {Region: "Bavaria", Country: "DE"},
		"DE": {Country: "DE"}, "Berlin": {City: "Berlin"}, "52.50, 13.40": point(52.5, 13.4), "": {},
	} {
		if got := spot.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEligible(t *testing.T) {
	german := []place.Site{place.Spot{City: "Berlin"}.Find()}
	nowhere := []place.Site{place.Spot{City: "Kleinkleckersdorf"}.Find()}
	tests := []struct {
		name    string
		from    []string
		sites   []place.Site
		country string
		want    place.Eligibility
	}{
		{"the country", []string{"AT", "DE"}, nil, "DE", place.Eligibility{OK: true, By: "DE", Stated: true}},
		{"not the country", []string{"AT", "CH"}, nil, "DE", place.Eligibility{Stated: true}},
		{"the entries come before the sites", []string{"AT"}, german, "DE", place.Eligibility{Stated: true}},
		{"a group", []string{"EU"}, nil, "DE", place.Eligibility{OK: true, By: "EU", Stated: true}},
		{"a group in small letters", []string{"emea"}, nil, "ZA", place.Eligibility{OK: true, By: "EMEA", Stated: true}},
		{"Britain has left the EU", []string{"EU"}, nil, "GB", place.Eligibility{Stated: true}},
		{"Norway is in the EEA", []string{"EEA"}, nil, "NO", place.Eligibility{OK: true, By: "EEA", Stated: true}},
		{"NA is Namibia", []string{"NA"}, nil, "US", place.Eligibility{Stated: true}},
		{"anywhere", []string{"*"}, nil, "NZ", place.Eligibility{OK: true, By: "*", Stated: true}},
		{"anywhere but", []string{"*", "-US"}, nil, "US", place.Eligibility{By: "-US", Stated: true}},
		{"the order does not matter", []string{"-US", "*"}, nil, "US", place.Eligibility{By: "-US", Stated: true}},
		{"a group but", []string{"EU", "-FR"}, nil, "FR", place.Eligibility{By: "-FR", Stated: true}},
		{"only an exclusion", []string{"-US"}, nil, "DE", place.Eligibility{OK: true, Stated: true}},
		{"by the site's country", nil, german, "DE", place.Eligibility{OK: true, Stated: true}},
		{"by the site's country, another", nil, german, "US", place.Eligibility{Stated: true}},
		{"a site that says no country", nil, nowhere, "DE", place.Eligibility{OK: true}},
		{"nothing known", nil, nil, "DE", place.Eligibility{OK: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, place.Eligible(test.from, test.sites, test.country)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestGroupsAreMadeOfCountries(t *testing.T) {
	sizes := map[string]int{"EU": 27, "EEA": 30, "DACH": 3, "BENELUX": 3, "NORDICS": 5}
	countries := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			if !place.IsCountry(code) {
				continue
			}
			countries++
			for group := range sizes {
				if place.Eligible([]string{group}, nil, code).OK {
					sizes[group]--
				}
			}
		}
	}
	for group, left := range sizes {
		if left != 0 {
			t.Errorf("%s: %d members too few", group, left)
		}
	}
	if countries < 240 {
		t.Errorf("only %d countries", countries)
	}
	for _, entry := range []string{"de", "XX", "", "-", "EUR", "--US"} {
		if place.IsEligibility(entry) {
			t.Errorf("%q is understood", entry)
		}
	}
}
