package match

import (
	"testing"

	"jobalertd/alerts"
)

// BenchmarkCanonical brings filters into their canonical form.
func BenchmarkCanonical(b *testing.B) {
	filters := newWorkload(b, 1).filters(10_000)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		filters[i%len(filters)].Canonical()
		i++
	}
}

// BenchmarkAddAll makes an index of many filters.
func BenchmarkAddAll(b *testing.B) {
	filters := newWorkload(b, 1).filters(50_000)
	for b.Loop() {
		New(alerts.Rules{}, nil).AddAll(filters)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(filters)), "µs/filter")
}
