package match_test

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
	"jobalertd/alerts/match"
)

// world is an index under edit, and the filters that it should hold.
type world struct {
	index *match.Index
	held  map[match.Ref]*held
}

// held is a filter that was added so many times, in one of its spellings.
type held struct {
	filter  alerts.Filter
	matcher alerts.Matcher
	times   int
}

func newWorld(sample []*match.Posting) *world {
	return &world{match.New(alerts.Rules{}, sample), map[match.Ref]*held{}}
}

func (w *world) add(filters ...alerts.Filter) { w.note(filters, w.index.AddAll(filters)) }

// load adds filters by a loader, some at a time and several times at once.
func (w *world) load(filters ...alerts.Filter) {
	loader := w.index.Load()
	loader.Hasten(3)
	refs := make([]match.Ref, len(filters))
	var workers sync.WaitGroup
	for from := 0; from < len(filters); from += 4 {
		upto := min(from+4, len(filters))
		workers.Go(func() { copy(refs[from:upto], loader.AddAll(filters[from:upto])) })
	}
	workers.Wait()
	loader.Close()
	w.note(filters, refs)
}

func (w *world) note(filters []alerts.Filter, refs []match.Ref) {
	for i, ref := range refs {
		if w.held[ref] == nil {
			w.held[ref] = &held{}
		}
		h := w.held[ref]
		h.filter, h.matcher = filters[i], alerts.NewMatcher(filters[i])
		h.times++
	}
}

func (w *world) remove(ref match.Ref) {
	w.index.Remove(ref)
	if w.held[ref].times--; w.held[ref].times == 0 {
		delete(w.held, ref)
	}
}

func (w *world) refs() []match.Ref { return slices.Sorted(maps.Keys(w.held)) }

// pair is a filter and the number of a posting.
type pair struct {
	ref match.Ref
	i   int
}

// failer is a test of either kind.
type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// check compares the index, the join and the oracle. It returns how many pairs it compared and how
// many of them match.
func (w *world) check(t failer, postings []*match.Posting) (pairs, matches int) {
	t.Helper()
	if w.index.Len() != len(w.held) {
		t.Fatalf("the index holds %d filters instead of %d", w.index.Len(), len(w.held))
	}
	found, joined := map[pair]int{}, map[pair]int{}
	for i, p := range postings {
		w.index.Match(p, func(ref match.Ref) { found[pair{ref, i}]++ })
	}
	w.index.Join(w.refs(), postings, func(ref match.Ref, i int) { joined[pair{ref, i}]++ })
	for ref, h := range w.held {
		for i, p := range postings {
			want := 0
			if h.matcher.Judge(p.Prepared()).Match {
				want = 1
			}
			matches += want
			if at := (pair{ref, i}); found[at] != want || joined[at] != want {
				t.Fatalf("the oracle says %d, the index %d, the join %d, of\n%+v\n%+v", want, found[at], joined[at], h.filter, p.Posting())
			}
		}
	}
	if len(found) != matches || len(joined) != matches {
		t.Fatalf("%d pairs match; the index has %d, the join %d", matches, len(found), len(joined))
	}
	return len(w.held) * len(postings), matches
}

// drawn gives the postings of some seeds, ready.
func drawn(seeds, from int) []*match.Posting {
	posting := rapid.Custom(alertstest.Posting)
	var ready []*match.Posting
	for seed := range seeds {
		p := posting.Example(from + seed)
		ready = append(ready, match.Prepare(&p))
	}
	return ready
}

func TestAMillionPairsAreJudgedAsTheOracleDoes(t *testing.T) {
	filter := rapid.Custom(hardFilter)
	w := newWorld(drawn(50, 10_000))
	pairs, matches := 0, 0
	for round := range 4 {
		for seed := range 640 {
			w.add(filter.Example(round*640 + seed))
		}
		for i, ref := range w.refs() {
			if i%3 == round%3 {
				w.remove(ref)
			}
		}
		p, m := w.check(t, drawn(350, round*350))
		pairs, matches = pairs+p, matches+m
	}
	t.Logf("%d pairs, of which %d match", pairs, matches)
	if pairs < 1_000_000 || matches < pairs/50 {
		t.Error("these are too few")
	}
}

func TestEditsAreSeenAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(nil)
		old := alertstest.Posting(t)
		ready := match.Prepare(&old) // one that is there all the time, and others that are new
		t.Repeat(map[string]func(*rapid.T){
			"add":  func(t *rapid.T) { w.add(hardFilter(t)) },
			"adds": func(t *rapid.T) { w.add(rapid.SliceOfN(rapid.Custom(hardFilter), 1, 5).Draw(t, "filters")...) },
			"load": func(t *rapid.T) { w.load(rapid.SliceOfN(rapid.Custom(hardFilter), 0, 8).Draw(t, "filters")...) },
			"add again": func(t *rapid.T) {
				if len(w.held) > 0 {
					w.add(w.held[rapid.SampledFrom(w.refs()).Draw(t, "ref")].filter)
				}
			},
			"remove": func(t *rapid.T) {
				if len(w.held) > 0 {
					w.remove(rapid.SampledFrom(w.refs()).Draw(t, "ref"))
				}
			},
			"": func(t *rapid.T) {
				p := alertstest.Posting(t)
				w.check(t, []*match.Posting{ready, match.Prepare(&p)})
			},
		})
	})
}

func TestEqualFiltersAreOne(t *testing.T) {
	ix := match.New(alerts.Rules{}, nil)
	one := ix.Add(alerts.Filter{ID: "a", Skills: alerts.SkillSet{Any: []string{"golang", "rust"}}, Query: "kafka OR go"})
	two := ix.Add(alerts.Filter{ID: "b", Skills: alerts.SkillSet{Any: []string{"Rust", "go"}}, Query: "(go) OR Kafka"})
	if one != two || ix.Len() != 1 {
		t.Fatalf("refs %d and %d, %d filters", one, two, ix.Len())
	}
	ix.Remove(one)
	if ix.Len() != 1 {
		t.Error("removing one of two took both")
	}
	ix.Remove(one)
	ix.Remove(one)
	if ix.Len() != 0 {
		t.Errorf("%d filters are left", ix.Len())
	}
	if again := ix.Add(alerts.Filter{Query: "go"}); again == one {
		t.Error("a ref was used again for another filter")
	}
}

func TestAllThatWasRemovedIsForgotten(t *testing.T) {
	ix := match.New(alerts.Rules{}, nil)
	filter := rapid.Custom(hardFilter)
	numbers := 0
	for round := range 3 {
		var refs []match.Ref
		for seed := range 300 {
			refs = append(refs, ix.Add(filter.Example(seed)))
		}
		for _, ref := range refs {
			ix.Remove(ref)
		}
		left := ix.Left()
		if round == 0 {
			numbers = left.Numbers
		}
		if left != (match.Leftovers{Numbers: numbers}) {
			t.Errorf("round %d: an index without filters keeps %+v; the first round needed %d numbers", round, left, numbers)
		}
	}
}

func TestJoinTakesAnyNumberOfPostingsAndUnknownRefs(t *testing.T) {
	w := newWorld(nil)
	w.add(alerts.Filter{}, alerts.Filter{Class: alerts.Classes()}, alerts.Filter{Query: "-go", Class: alerts.Classes()})
	for _, n := range []int{0, 1, 63, 64, 2047, 2048, 2049, 1} {
		w.check(t, drawn(n, 0))
	}
	ref := w.refs()[0]
	w.remove(ref)
	w.index.Join([]match.Ref{ref, 1 << 30}, drawn(3, 0), func(ref match.Ref, _ int) { t.Errorf("ref %d matches", ref) })
}

// Filters that stay must be found all the time, and with the right answer, while others come and
// go.
func TestMatchingGoesOnDuringEdits(t *testing.T) {
	filter := rapid.Custom(hardFilter)
	w := newWorld(nil)
	for seed := range 100 {
		w.add(filter.Example(seed))
	}
	postings := drawn(40, 0)
	want := make([]map[match.Ref]bool, len(postings))
	for i, p := range postings {
		want[i] = map[match.Ref]bool{}
		w.index.Match(p, func(ref match.Ref) { want[i][ref] = true })
	}
	stay := w.refs()
	var edits, readers sync.WaitGroup
	done := make(chan struct{})
	edits.Go(func() {
		for seed := range 400 {
			w.index.Remove(w.index.Add(filter.Example(100 + seed)))
		}
	})
	for range 2 {
		readers.Go(func() {
			for running := true; running; {
				select {
				case <-done:
					running = false
				default:
				}
				compare(t, w.index, stay, postings, want)
			}
		})
	}
	edits.Wait()
	close(done)
	readers.Wait()
}

// compare checks the answers about some filters; there may be others.
func compare(t *testing.T, ix *match.Index, refs []match.Ref, postings []*match.Posting, want []map[match.Ref]bool) {
	for i, p := range postings {
		found := map[match.Ref]bool{}
		ix.Match(p, func(ref match.Ref) {
			if _, stays := slices.BinarySearch(refs, ref); stays {
				found[ref] = true
			}
		})
		if !maps.Equal(found, want[i]) {
			t.Errorf("posting %d: %d filters found, %d wanted", i, len(found), len(want[i]))
		}
	}
	joined := make([]map[match.Ref]bool, len(postings))
	for i := range joined {
		joined[i] = map[match.Ref]bool{}
	}
	ix.Join(refs, postings, func(ref match.Ref, i int) { joined[i][ref] = true })
	if !slices.EqualFunc(joined, want, maps.Equal) {
		t.Error("the join gives other answers")
	}
}
