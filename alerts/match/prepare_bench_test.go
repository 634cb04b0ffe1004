package match

import "testing"

// BenchmarkPrepare makes postings with whole texts ready, where the words of others are known.
func BenchmarkPrepare(b *testing.B) {
	postings := newWorkload(b, 3).postings(200)
	ready := make([]*Posting, len(postings))
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		at := i % len(postings)
		ready[at] = Prepare(&postings[at])
		i++
	}
}
