package match

import (
	"slices"
	"strconv"
	"testing"

	"jobalertd/alerts"
	"jobalertd/alerts/match/catalog"
)

// BenchmarkFind is how long somebody waits who asks which of 100,000 postings a filter matches: by the
// catalog, and by a scan, which is timed on every tenth posting and counted up.
func BenchmarkFind(b *testing.B) {
	const postings, share = 100_000, 10
	listed, scanned := catalog.New[int](), make([]*alerts.Prepared, 0, postings/share)
	w := newWorkload(b, 3)
	for n := 0; n < postings; {
		var page []catalog.Entry[int]
		for range 500 {
			p := w.posting(n)
			page = append(page, catalog.Entry[int]{ID: strconv.Itoa(n), Posting: &p, Value: n})
			if n%share == 0 {
				scanned = append(scanned, alerts.Prepare(&p))
			}
			n++
		}
		listed.Put(page)
	}
	for _, asked := range asks(w) {
		b.Run(asked.name+"/catalog", func(b *testing.B) {
			found := 0
			for b.Loop() {
				found = len(listed.Find(asked.filter, alerts.Rules{}))
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1e3/float64(b.N), "ms")
			b.ReportMetric(float64(found), "found")
		})
		b.Run(asked.name+"/scan", func(b *testing.B) {
			m := alerts.NewMatcher(asked.filter)
			found := 0
			for b.Loop() {
				found = 0
				for _, p := range scanned {
					if m.Judge(p).Match {
						found++
					}
				}
			}
			b.ReportMetric(share*float64(b.Elapsed().Microseconds())/1e3/float64(b.N), "ms")
			b.ReportMetric(share*float64(found), "found")
		})
	}
}

// ask is a filter by name.
type ask struct {
	name   string
	filter alerts.Filter
}

// asks is what people ask, and what costs most.
func asks(w *workload) []ask {
	queries := slices.DeleteFunc(w.filters(200), func(f alerts.Filter) bool { return f.Query == "" || len(f.Places) == 0 })
	places := make([]alerts.Place, alerts.MaxListed)
	for i := range places {
		places[i] = alerts.Place{City: w.cities[i].Name, Region: w.cities[i].Region, Country: w.cities[i].Country, RadiusKM: 100}
	}
	var words string
	for _, word := range w.words[:50] {
		words += " -" + word
	}
	return []ask{
		{"usual", alerts.Filter{Query: "kafka OR w" + w.words[200][1:], Skills: alerts.SkillSet{Any: []string{"go", "rust"}}, Places: []alerts.Place{{City: "Berlin", Country: "DE", RadiusKM: 50}}}},
		{"drawn", queries[0]},
		{"everything", alerts.Filter{}},
		{"common phrase", alerts.Filter{Query: `"` + w.words[0] + " " + w.words[1] + `"`}},
		{"fifty common words", alerts.Filter{Query: words}},
		{"hundred places", alerts.Filter{Places: places}},
		{"salary", alerts.Filter{SalaryMin: &alerts.SalaryMin{Amount: 60_000, Currency: "EUR", Period: alerts.PeriodYear}}},
	}
}
