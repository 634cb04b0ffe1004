package alerts_test

import (
	"strings"
	"testing"

	"jobalertd/alerts"
)

// BenchmarkMatch judges one posting with a text of usual length by one filter that sets most facets.
func BenchmarkMatch(b *testing.B) {
	f := alerts.Filter{
		Query: "go OR rust", Skills: alerts.SkillSet{Any: []string{"go"}}, Places: []alerts.Place{{City: "Potsdam", Country: "DE", RadiusKM: 50}},
		Seniority: []alerts.Seniority{"senior"}, SalaryMin: &alerts.SalaryMin{Amount: 80_000, Currency: "EUR", Period: "year"},
	}
	p := job()
	p.Description = strings.Repeat(p.Description+" ", 64)
	b.Run("everything anew", func(b *testing.B) {
		for b.Loop() {
			f.Match(&p)
		}
	})
	b.Run("filter ready", func(b *testing.B) {
		m := alerts.NewMatcher(f)
		for b.Loop() {
			m.Match(&p)
		}
	})
	b.Run("both ready", func(b *testing.B) {
		m, prepared := alerts.NewMatcher(f), alerts.Prepare(&p)
		for b.Loop() {
			m.Judge(prepared)
		}
	})
}
