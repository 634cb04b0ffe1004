package alertstest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
)

func TestWhatIsDrawnIsValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if errs := alertstest.Filter(t).Validate(); errs != nil {
			t.Fatal(errs)
		}
		p := alertstest.Posting(t)
		if errs := p.Validate(); errs != nil {
			t.Fatal(errs)
		}
		if diff := cmp.Diff(p, p.Normalized()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEveryFacetIsDecidedEveryWay(t *testing.T) {
	seen := map[alerts.Facet]map[string]int{}
	for _, facet := range alerts.Facets() {
		seen[facet] = map[string]int{}
	}
	matches, pairs := 0, 0
	draw := rapid.Custom(func(t *rapid.T) alerts.Verdict {
		p := alertstest.Posting(t)
		return alertstest.Filter(t).Match(&p)
	})
	for seed := range 1000 {
		v := draw.Example(seed)
		pairs++
		if v.Match {
			matches++
		}
		for _, r := range v.Reasons {
			switch {
			case r.Unknown && r.Pass:
				seen[r.Facet]["unknown, accepted"]++
			case r.Unknown:
				seen[r.Facet]["unknown, refused"]++
			case r.Pass:
				seen[r.Facet]["accepted"]++
			default:
				seen[r.Facet]["refused"]++
			}
		}
	}
	t.Logf("%d of %d pairs match; %v", matches, pairs, seen)
	if matches < pairs/20 || matches > pairs/2 {
		t.Errorf("%d of %d pairs match", matches, pairs)
	}
	for facet, ways := range seen {
		if ways["accepted"] == 0 || ways["refused"] == 0 {
			t.Errorf("%s is decided in these ways only: %v", facet, ways)
		}
	}
}
