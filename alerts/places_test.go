package alerts_test

import (
	"testing"

	"jobalertd/alerts"
)

func TestPlacesFacet(t *testing.T) {
	at := func(places ...alerts.Place) alerts.Filter { return alerts.Filter{Places: places} }
	remote := func(from []string, locations ...alerts.Location) func(*alerts.Posting) {
		return func(p *alerts.Posting) {
			p.Workplace, p.RemoteFrom, p.Locations = alerts.WorkplaceRemote, from, locations
		}
	}
	yes := func(words ...string) alerts.Reason { return alerts.Reason{Pass: true, Words: words} }
	no := func(words ...string) alerts.Reason { return alerts.Reason{Words: words} }
	german, american := alerts.Place{Country: "DE"}, alerts.Place{Country: "US"}
	onsiteOnly := at(american)
	onsiteOnly.Workplace = []alerts.Workplace{alerts.WorkplaceOnsite, alerts.WorkplaceHybrid}
	checkFacet(t, alerts.FacetPlaces, []facetCase{
		{"in the country", at(german), nil, yes("Berlin, DE")},
		{"in one of the countries", at(american, german), nil, yes("Berlin, DE")},
		{"in another country", at(american), nil, no("Berlin, DE", "Hamburg, DE")},
		{"the second location counts as well", at(alerts.Place{City: "Hamburg", Country: "DE"}), nil, yes("Hamburg, DE")},
		{"within the radius of a city", at(alerts.Place{City: "Potsdam", Country: "DE", RadiusKM: 50}), nil, yes("Berlin, DE")},
		{"beyond the radius of a city", at(alerts.Place{City: "Potsdam", Country: "DE", RadiusKM: 10}), nil, no("Berlin, DE", "Hamburg, DE")},
		{"nowhere said", at(german), silently, alerts.Reason{Unknown: true}},

		{"remote, open to the country", at(german), remote([]string{"AT", "DE"}), yes("remote", "DE")},
		{"remote, open to the country's group", at(german), remote([]string{"EU"}), yes("remote", "EU")},
		{"remote, open to everybody", at(german), remote([]string{"*"}), yes("remote")},
		{"remote, open to others", at(german), remote([]string{"US", "CA"}), no("remote", "US", "CA")},
		{"remote, open to many others", at(german), remote([]string{"US", "CA", "MX", "BR", "AR", "CL"}), no("remote", "US", "CA", "MX", "BR", "AR", "…")},
		{"remote, the country excluded", at(american), remote([]string{"*", "-US"}), no("remote", "*", "-US")},
		{"remote, another country excluded", at(german), remote([]string{"*", "-US"}), yes("remote")},
		{"remote, eligible by a city's country", at(alerts.Place{City: "Munich", RadiusKM: 20}), remote([]string{"DE"}), yes("remote", "DE")},
		{"remote, only a location says where", at(german), remote(nil, alerts.Location{City: "Berlin", Country: "DE"}), yes("Berlin, DE")},
		{"remote, the location in the city's country", at(alerts.Place{City: "Munich", Country: "DE"}), remote(nil, alerts.Location{City: "Berlin", Country: "DE"}), yes("remote")},
		{"remote, the location in another country", at(american), remote(nil, alerts.Location{City: "Berlin", Country: "DE"}), no("remote", "Berlin, DE")},
		{"remote, and nothing says for whom", at(german), remote(nil), alerts.Reason{Pass: true, Unknown: true, Words: []string{"remote"}}},
	})
	p := job()
	remote([]string{"*"})(&p)
	for _, r := range onsiteOnly.Match(&p).Reasons {
		if r.Facet == alerts.FacetPlaces && r.Pass {
			t.Error("a remote job is near although the filter does not take remote jobs")
		}
	}
}
