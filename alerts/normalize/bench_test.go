package normalize_test

import (
	"testing"

	"jobalertd/alerts/normalize"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
)

// BenchmarkPosting normalizes and classifies real postings, one an operation.
func BenchmarkPosting(b *testing.B) {
	labels := readLabels(b)
	raws := make([]source.Raw, len(labels))
	for i, l := range labels {
		raws[i] = l.raw()
	}
	n := normalize.New(skill.Shipped())
	board := source.Board{Name: "bench"}
	n.Posting("bench", board, raws[0])
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		n.Posting("bench", board, raws[i%len(raws)])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "postings/s")
}
