package match_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
	"jobalertd/alerts/match"
)

// world is an index under edit, and the filters that it should hold.
type world struct {
	index *match.Index
	held  map[match.Ref][]alerts.Filter // as often as they were added
}

func newWorld() *world {
	return &world{match.New(alerts.Rules{}, nil), map[match.Ref][]alerts.Filter{}}
}

func (w *world) add(filters ...alerts.Filter) {
	for i, ref := range w.index.AddAll(filters) {
		w.held[ref] = append(w.held[ref], filters[i])
	}
}

func (w *world) remove(ref match.Ref) {
	w.index.Remove(ref)
	if w.held[ref] = w.held[ref][1:]; len(w.held[ref]) == 0 {
		delete(w.held, ref)
	}
}

func (w *world) refs() []match.Ref {
	var refs []match.Ref
	for ref := range w.held {
		refs = append(refs, ref)
	}
	slices.Sort(refs)
	return refs
}

// pair is a filter and the number of a posting.
type pair struct {
	ref match.Ref
	i   int
}

// check compares all three ways to match. It returns how many pairs it compared.
func (w *world) check(t interface{ Fatalf(string, ...any) }, postings []alerts.Posting) int {
	var ready []*match.Posting
	found := map[pair]int{}
	for i := range postings {
		ready = append(ready, match.Prepare(&postings[i]))
		w.index.Match(ready[i], func(ref match.Ref) { found[pair{ref, i}]++ })
	}
	joined := map[pair]int{}
	w.index.Join(w.refs(), ready, func(ref match.Ref, i int) { joined[pair{ref, i}]++ })
	matches := 0
	for ref, filters := range w.held {
		matcher := alerts.NewMatcher(filters[0])
		for i, p := range ready {
			want := 0
			if matcher.Judge(p.Prepared()).Match {
				want = 1
			}
			matches += want
			if at := (pair{ref, i}); found[at] != want || joined[at] != want {
				t.Fatalf("the oracle says %d, the index %d, the join %d\nfilter %+v\nposting %+v", want, found[at], joined[at], filters[0], postings[i])
			}
		}
	}
	if len(found) != matches || len(joined) != matches {
		t.Fatalf("%d pairs match; the index has %d, the join %d", matches, len(found), len(joined))
	}
	return len(w.held) * len(postings)
}

func TestScratch(t *testing.T) {
	filter, posting := rapid.Custom(alertstest.Filter), rapid.Custom(alertstest.Posting)
	w := newWorld()
	for i := range 2000 {
		w.add(filter.Example(i))
	}
	var ps []alerts.Posting
	for i := range 300 {
		ps = append(ps, posting.Example(i))
	}
	fmt.Println(w.check(t, ps), w.index.Len())
}
