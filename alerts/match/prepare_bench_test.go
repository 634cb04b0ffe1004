package match

import "testing"

// BenchmarkPrepare makes postings with whole texts ready.
func BenchmarkPrepare(b *testing.B) {
	postings := newWorkload(b, 3).postings(200)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		Prepare(&postings[i%len(postings)])
		i++
	}
}
