package alerts_test

import (
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
)

// BenchmarkAccepts is what a preview costs for each open posting.
func BenchmarkAccepts(b *testing.B) {
	const postings = 2_000
	generator := rapid.Custom(alertstest.Posting)
	prepared := make([]*alerts.Prepared, postings)
	for i := range prepared {
		p := generator.Example(i)
		prepared[i] = alerts.Prepare(&p)
	}
	for name, f := range map[string]alerts.Filter{
		"class":  {},
		"skills": {Skills: alerts.SkillSet{Any: []string{"go", "rust"}}},
		"place":  {Places: []alerts.Place{{City: "Berlin", Country: "DE", RadiusKM: 50}}},
		"query":  {Query: `"distributed systems" (go OR rust) -php`},
	} {
		b.Run(name, func(b *testing.B) {
			m := alerts.NewMatcher(f)
			n := 0
			for b.Loop() {
				for _, p := range prepared {
					if m.Accepts(p) {
						n++
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*postings), "ns/posting")
			b.ReportMetric(0, "ns/op")
		})
	}
}
