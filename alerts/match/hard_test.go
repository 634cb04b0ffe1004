package match_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
	"jobalertd/alerts/match"
)

// hardFilter draws filters as alertstest does, and now and then what is hard for an index: long
// lists, deep queries, words that nobody asked for before, faults that Validate refuses.
func hardFilter(t *rapid.T) alerts.Filter {
	f := alertstest.Filter(t)
	f.Class = append(f.Class, alerts.ClassCore)
	switch rapid.IntRange(0, 9).Draw(t, "hard") {
	case 0:
		f.Query = deepQuery(t, 3)
	case 1:
		f.Query = fmt.Sprintf("-unheard%d", rapid.IntRange(0, 99).Draw(t, "new"))
	case 2:
		f.Languages = rapid.SliceOfN(rapid.SampledFrom([]string{"en", "sv", "da", "de"}), 1, 3).Draw(t, "languages")
	case 3:
		for i := range 12 {
			f.Skills.Any = append(f.Skills.Any, fmt.Sprint("skill ", i), "go")
			f.Places = append(f.Places, alertstest.Place(t), alerts.Place{Country: "FR", Region: fmt.Sprint("r", i)})
		}
	case 4:
		fault(t, &f)
	}
	return f
}

// deepQuery draws queries whose normal form may be large.
func deepQuery(t *rapid.T, depth int) string {
	if depth == 0 {
		return alertstest.Query(t)
	}
	var parts []string
	for range rapid.IntRange(1, 3).Draw(t, "parts") {
		parts = append(parts, rapid.SampledFrom([]string{"", "-"}).Draw(t, "not")+"("+deepQuery(t, depth-1)+")")
	}
	return strings.Join(parts, rapid.SampledFrom([]string{" ", " OR "}).Draw(t, "operator"))
}

// fault draws a fault; the oracle decides what becomes of it.
func fault(t *rapid.T, f *alerts.Filter) {
	switch rapid.IntRange(0, 9).Draw(t, "fault") {
	case 0:
		f.Query = "(go"
	case 1:
		f.Class = []alerts.Class{"strange", alerts.ClassCore}
	case 2:
		f.Workplace = []alerts.Workplace{"strange"}
	case 3:
		f.Seniority = []alerts.Seniority{"strange", alerts.SenioritySenior}
	case 4:
		f.EducationMax = "strange"
	case 5:
		f.SalaryMin = &alerts.SalaryMin{Amount: 1, Currency: "gold", Period: "eon"}
	case 6:
		f.SalaryMin = &alerts.SalaryMin{Amount: math.NaN(), Currency: "EUR", Period: alerts.PeriodYear}
	case 7:
		f.Places = []alerts.Place{{City: "Berlin", RadiusKM: rapid.SampledFrom([]float64{-1, math.NaN(), math.Inf(1), 30_000, 9_000}).Draw(t, "radius")}}
	case 8:
		f.Places = []alerts.Place{{Region: "Bavaria"}, {City: "Nowhere"}}
	case 9:
		f.Languages = []string{"strange", "en"}
	}
}

// hardPosting draws postings with faults and, now and then, on the other side of the world.
func hardPosting(t *rapid.T) alerts.Posting {
	p := alertstest.Posting(t)
	switch rapid.IntRange(0, 9).Draw(t, "hard") {
	case 0:
		p.Class, p.Workplace, p.Education, p.Language = "strange", "strange", "strange", "sv"
		p.Seniority, p.Employment = append(p.Seniority, "strange"), append(p.Employment, "strange")
	case 1:
		p.Salary = &alerts.Salary{Max: rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), -5}).Draw(t, "max"), Currency: "EUR", Period: alerts.PeriodYear}
	case 2:
		lat := rapid.SampledFrom([]float64{90, -90, 89.9, 52.5, 100, math.NaN()}).Draw(t, "lat")
		lon := rapid.SampledFrom([]float64{180, -180, 179.9, 13.4, 373.4, math.Inf(1)}).Draw(t, "lon")
		p.Locations = []alerts.Location{{Lat: &lat, Lon: &lon}}
	case 3:
		p.Workplace, p.Locations = alerts.WorkplaceRemote, nil
	}
	return p
}

func TestFaultsAreJudgedAsTheOracleDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(nil)
		w.add(rapid.SliceOfN(rapid.Custom(hardFilter), 1, 20).Draw(t, "filters")...)
		var ready []*match.Posting
		for _, p := range rapid.SliceOfN(rapid.Custom(hardPosting), 1, 20).Draw(t, "postings") {
			ready = append(ready, match.Prepare(&p))
		}
		w.check(t, ready)
	})
}

// So many that what they ask would not fit beside the entries that lead to them.
func TestManyFiltersWithLongListsAreJudgedAsTheOracleDoes(t *testing.T) {
	listed := func(what string, from int) []string {
		var names []string
		for i := range 200 {
			names = append(names, fmt.Sprint(what, " ", from+i))
		}
		return names
	}
	w := newWorld(nil)
	for i := range 250 {
		f := alerts.Filter{Skills: alerts.SkillSet{Any: []string{"go"}, None: listed("skill", i)}, Companies: alerts.CompanySet{None: listed("company", i)}}
		if i%50 == 0 {
			f.Query = "-(" + strings.Repeat("(a b) OR (c d) OR ", 9) + "e)"
		}
		w.add(f)
	}
	var ready []*match.Posting
	for _, p := range []alerts.Posting{
		{Skills: []string{"go"}},
		{Skills: []string{"rust"}},
		{Skills: []string{"go", "skill 210"}},
		{Skills: []string{"go"}, Company: "company 100"},
		{Skills: []string{"go"}, Company: "company 300", Title: "a b"},
	} {
		p.Class = alerts.ClassCore
		ready = append(ready, match.Prepare(&p))
	}
	if _, matches := w.check(t, ready); matches == 0 || matches == 250*len(ready) {
		t.Errorf("%d pairs match", matches)
	}
}

// Around many cities, at random distances: what lies just inside and just outside, beyond the date
// line and near the poles.
func TestRadiusSearchIsExact(t *testing.T) {
	cities := []alerts.Place{
		{Country: "DE", City: "Berlin"}, {Country: "FJ", City: "Suva"}, {Country: "NZ", City: "Auckland"}, {Country: "RU", City: "Murmansk"},
		{Country: "US", Region: "AK", City: "Anchorage"}, {Country: "EC", City: "Quito"}, {Country: "AR", City: "Ushuaia"}, {Country: "RU", City: "Anadyr"},
	}
	w := newWorld(nil)
	for _, c := range cities {
		for _, km := range []float64{0.5, 5, 25, 100, 333, 1000, 5000, 20_100} {
			c.RadiusKM = km
			w.add(alerts.Filter{Places: []alerts.Place{c}})
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var ready []*match.Posting
		for range 50 {
			lat := rapid.OneOf(rapid.Float64Range(-90, 90), rapid.Float64Range(52.4, 52.6), rapid.Float64Range(-20, -16)).Draw(t, "lat")
			lon := rapid.OneOf(rapid.Float64Range(-180, 180), rapid.Float64Range(13.3, 13.5), rapid.Float64Range(177, 180)).Draw(t, "lon")
			ready = append(ready, match.Prepare(&alerts.Posting{Class: alerts.ClassCore, Locations: []alerts.Location{{Lat: &lat, Lon: &lon}}}))
		}
		w.check(t, ready)
	})
}

func FuzzQueryAndText(f *testing.F) {
	f.Add(`"distributed systems" (go OR rust) -php title:c++`, "Senior C++ engineer", "Acme", "Distributed systems in Rust")
	f.Add(`-(a b) OR (c d e)`, "a", "b", "c d")
	f.Add(`node.js .net "後端"`, "Node JS", "", "後端 asp.net")
	f.Fuzz(func(t *testing.T, typed, title, company, description string) {
		w := newWorld(nil)
		w.add(alerts.Filter{Query: typed}, alerts.Filter{Query: "NOT (" + typed + ")"}, alerts.Filter{Companies: alerts.CompanySet{Any: []string{typed}}})
		w.check(t, []*match.Posting{match.Prepare(&alerts.Posting{Class: alerts.ClassCore, Title: title, Company: company, Description: description})})
	})
}
