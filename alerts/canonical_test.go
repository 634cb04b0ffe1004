package alerts_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
)

func TestFiltersOfOneMeaningShareTheirKey(t *testing.T) {
	tests := []struct{ name, a, b string }{
		{"the id is no part", `{"id":"a"}`, `{"id":"b"}`},
		{"core is the default class", `{"class":["core"]}`, `{}`},
		{"order and doubles", `{"class":["partly","core","partly"]}`, `{"class":["core","partly"]}`},
		{"include is the default for unlisted", `{"salary_min":{"amount":1,"currency":"EUR","period":"year"},"salary_unlisted":"include"}`, `{"salary_min":{"amount":1,"currency":"eur","period":"year"}}`},
		{"unlisted says nothing without a minimum", `{"salary_unlisted":"exclude"}`, `{}`},
		{"synonyms of skills", `{"skills":{"any":["Golang","postgres"]}}`, `{"skills":{"any":["postgresql","go","go"]}}`},
		{"empty lists", `{"skills":{"any":[]},"places":[],"query":" "}`, `{}`},
		{"forms of a company's name", `{"companies":{"none":["ACME GmbH"]}}`, `{"companies":{"none":["acme"]}}`},
		{"spelling of a query", `{"query":"rust AND Go"}`, `{"query":"go rust go"}`},
		{"case of codes", `{"places":[{"country":"de"}],"languages":["EN"]}`, `{"places":[{"country":"DE"}],"languages":["en"]}`},
		{"names of a city", `{"places":[{"city":"München","country":"DE"}]}`, `{"places":[{"city":"munich","region":"Bavaria","country":"de"}]}`},
		{"order of places", `{"places":[{"country":"US"},{"country":"DE"}]}`, `{"places":[{"country":"DE"},{"country":"US"},{"country":"DE"}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, b := filter(t, test.a), filter(t, test.b)
			if a.Key() != b.Key() {
				t.Errorf("%s\n%s", a.Key(), b.Key())
			}
		})
	}
}

func TestWhatWasRememberedOfOtherFiltersChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c alerts.Canonizer
		for _, f := range rapid.SliceOfN(rapid.Custom(alertstest.Filter), 1, 20).Draw(t, "filters") {
			if diff := cmp.Diff(f.Canonical(), c.Canonical(f)); diff != "" {
				t.Fatalf("(-alone +after others):\n%s", diff)
			}
		}
	})
}

func TestFiltersOfDifferentMeaningDoNotShareTheirKey(t *testing.T) {
	var keys []string
	for _, f := range []string{
		`{}`, `{"class":["partly"]}`, `{"query":"go"}`, `{"query":"title:go"}`, `{"skills":{"any":["go"]}}`, `{"skills":{"all":["go"]}}`,
		`{"skills":{"none":["go"]}}`, `{"places":[{"country":"DE"}]}`, `{"places":[{"city":"Berlin","country":"DE"}]}`,
		`{"places":[{"city":"Berlin","country":"DE","radius_km":5}]}`, `{"workplace":["remote"]}`, `{"seniority":["senior"]}`,
		`{"salary_min":{"amount":1,"currency":"EUR","period":"year"}}`, `{"salary_min":{"amount":1,"currency":"EUR","period":"year"},"salary_unlisted":"exclude"}`,
		`{"salary_min":{"amount":1,"currency":"EUR","period":"month"}}`, `{"companies":{"any":["a"]}}`, `{"companies":{"none":["a"]}}`,
		`{"education_max":"none"}`, `{"languages":["en"]}`, `{"employment":["contract"]}`,
	} {
		keys = append(keys, filter(t, f).Key())
	}
	slices.Sort(keys)
	if n := len(slices.Compact(slices.Clone(keys))); n != len(keys) {
		t.Errorf("%d filters have %d keys", len(keys), n)
	}
}

func filter(t *testing.T, data string) alerts.Filter {
	t.Helper()
	f, err := alerts.DecodeFilter([]byte(data))
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return f
}

func TestCanonicalIsAtRestAndMeansTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, p := alertstest.Filter(t), alertstest.Posting(t)
		before, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		canonical := f.Canonical()
		if diff := cmp.Diff(canonical, canonical.Canonical()); diff != "" {
			t.Fatalf("Canonical moves what is canonical: %s", diff)
		}
		if errs := canonical.Validate(); errs != nil {
			t.Fatalf("the canonical form of a valid filter is refused: %v", errs)
		}
		if diff := cmp.Diff(f.Match(&p), canonical.Match(&p)); diff != "" {
			t.Fatalf("%s", diff)
		}
		if canonical.Key() != f.Key() {
			t.Fatalf("%s\n%s", canonical.Key(), f.Key())
		}
		if after, _ := json.Marshal(f); string(after) != string(before) {
			t.Fatalf("Canonical changed the filter it was asked of: %s, then %s", before, after)
		}
	})
}

func TestAFilterSurvivesItsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := alertstest.Filter(t)
		data, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		again, err := alerts.DecodeFilter(data)
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if again.Key() != f.Key() || again.ID != f.ID {
			t.Fatalf("%s became %+v", data, again)
		}
	})
}
