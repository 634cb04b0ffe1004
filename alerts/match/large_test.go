package match

import (
	"slices"
	"testing"

	"jobalertd/alerts"
)

// The workload that the benchmark is run with, small: the filters of a job board, and postings with
// whole texts.
func TestALargeBoardIsJudgedAsTheOracleDoes(t *testing.T) {
	const filters, postings, checked = 5000, 600, 40
	asked, jobs := newWorkload(t, 1).filters(filters), newWorkload(t, 3).postings(postings)
	var ready []*Posting
	for i := range jobs {
		ready = append(ready, Prepare(&jobs[i]))
	}
	ix := New(alerts.Rules{}, ready[:100])
	refs := ix.AddAll(asked)
	if distinct := float64(ix.Len()) / filters; distinct < 0.55 || distinct > 0.75 {
		t.Errorf("%.2f of the filters are distinct", distinct)
	}
	found, joined := make([]map[Ref]bool, postings), make([]map[Ref]bool, postings)
	matches := 0
	for i, p := range ready {
		found[i], joined[i] = map[Ref]bool{}, map[Ref]bool{}
		ix.Match(p, func(ref Ref) { found[i][ref] = true })
		matches += len(found[i])
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(refs)))
	ix.Join(distinct, ready, func(ref Ref, i int) { joined[i][ref] = true })
	for i := range ready {
		if len(found[i]) != len(joined[i]) {
			t.Fatalf("posting %d: the index finds %d filters, the join %d", i, len(found[i]), len(joined[i]))
		}
	}
	for n, ref := range refs {
		matcher := alerts.NewMatcher(asked[n])
		for i, p := range ready[:checked] {
			want := matcher.Judge(p.Prepared()).Match
			if found[i][ref] != want || joined[i][ref] != want {
				t.Fatalf("%+v and posting %d: the oracle says %v, the index %v, the join %v", asked[n], i, want, found[i][ref], joined[i][ref])
			}
		}
	}
	if share := float64(matches) / postings / float64(len(distinct)); share < 0.001 || share > 0.01 {
		t.Errorf("a posting matches %.4f of the filters", share)
	}
}
