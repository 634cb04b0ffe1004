package catalog_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
	"jobalertd/alerts/match/catalog"
)

// world is a catalog under edit, and the postings that it should hold.
type world struct {
	catalog *catalog.Catalog[string]
	held    map[string]*alerts.Posting
}

func newWorld() *world {
	return &world{catalog.New[string](), map[string]*alerts.Posting{}}
}

// put takes postings in; each is to be found by its ID.
func (w *world) put(postings ...alerts.Posting) {
	var entries []catalog.Entry[string]
	for _, p := range postings {
		w.held[p.ID] = &p
		entries = append(entries, catalog.Entry[string]{ID: p.ID, Posting: &p, Value: p.ID})
	}
	w.catalog.Put(entries)
}

func (w *world) remove(ids ...string) {
	w.catalog.Remove(ids)
	for _, id := range ids {
		delete(w.held, id)
	}
}

func (w *world) ids() []string { return slices.Sorted(maps.Keys(w.held)) }

// failer is a test of either kind.
type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// check compares the catalog with the oracle, and returns how many postings match.
func (w *world) check(t failer, f alerts.Filter) int {
	t.Helper()
	if w.catalog.Len() != len(w.held) {
		t.Fatalf("the catalog holds %d postings instead of %d", w.catalog.Len(), len(w.held))
	}
	var want []string
	m := alerts.NewMatcher(f)
	for _, id := range w.ids() {
		if m.Match(w.held[id]).Match {
			want = append(want, id)
		}
	}
	got := w.catalog.Find(f, alerts.Rules{})
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Fatalf("%+v\nfinds  %q\nwanted %q", f, got, want)
	}
	return len(want)
}

// numbered draws a posting that has an ID of its own.
func numbered(n int) alerts.Posting {
	p := rapid.Custom(alertstest.Posting).Example(n)
	p.ID = fmt.Sprint(n)
	return p
}

// filter draws filters as alertstest does, and now and then what is hard: deep queries, many places,
// faults that Validate refuses.
func filter(t *rapid.T) alerts.Filter {
	f := alertstest.Filter(t)
	switch rapid.IntRange(0, 7).Draw(t, "hard") {
	case 0:
		f.Query = deepQuery(t, 3)
	case 1:
		f.Languages = rapid.SliceOfN(rapid.SampledFrom([]string{"en", "sv", "da", "de"}), 1, 3).Draw(t, "languages")
	case 2:
		f.Places = rapid.SliceOfN(rapid.Custom(alertstest.Place), 1, 20).Draw(t, "places")
	case 3:
		f.Query = rapid.SampledFrom([]string{"(go", "unheard", "-unheard", `"go go"`, `"acme we"`}).Draw(t, "query")
	case 4:
		f.Class = append(f.Class, "strange")
	case 5:
		f.SalaryMin = &alerts.SalaryMin{Amount: 1, Currency: "gold", Period: "eon"}
	}
	return f
}

func deepQuery(t *rapid.T, depth int) string {
	if depth == 0 {
		return alertstest.Query(t)
	}
	var parts []string
	for range rapid.IntRange(1, 3).Draw(t, "parts") {
		parts = append(parts, rapid.SampledFrom([]string{"", "-"}).Draw(t, "not")+"("+deepQuery(t, depth-1)+")")
	}
	return strings.Join(parts, rapid.SampledFrom([]string{" ", " OR "}).Draw(t, "operator"))
}

func TestFindAnswersAsTheOracleDoes(t *testing.T) {
	w := newWorld()
	for n := range 300 {
		w.put(numbered(n))
	}
	matches, filters := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		matches += w.check(t, filter(t))
		filters++
	})
	if share := float64(matches) / float64(filters) / 300; share < 0.01 {
		t.Errorf("a filter matches %.4f of the postings: that is too few", share)
	}
}

func TestEditsAreSeenAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		drawn := func(t *rapid.T) []alerts.Posting {
			return rapid.SliceOfN(rapid.Custom(alertstest.Posting), 0, 30).Draw(t, "postings")
		}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) { w.put(drawn(t)...) },
			"change": func(t *rapid.T) {
				changed := drawn(t)
				for i, id := range w.ids()[:min(len(w.held), len(changed))] {
					changed[i].ID = id
				}
				w.put(changed...)
			},
			"remove": func(t *rapid.T) {
				if ids := w.ids(); len(ids) > 0 {
					w.remove(ids[:rapid.IntRange(1, len(ids)).Draw(t, "so many")]...)
				}
			},
			"": func(t *rapid.T) { w.check(t, filter(t)) },
		})
	})
}

func TestNothingIsKeptOfPostingsThatAreGone(t *testing.T) {
	const held, edits = 10, 1000
	c := catalog.New[int]()
	for n := range edits {
		p := numbered(n)
		p.Title = fmt.Sprint("word", n)
		p.Locations = []alerts.Location{{City: p.Title, Country: "DE"}}
		c.Put([]catalog.Entry[int]{{ID: fmt.Sprint(n % held), Posting: &p, Value: n}})
		if most := 200; c.Slots() > most || c.Words() > most || c.Spots() > most {
			t.Fatalf("after %d edits of %d postings it has %d slots, %d words, %d locations", n, held, c.Slots(), c.Words(), c.Spots())
		}
	}
}

func TestPhrasesDoNotReachFromOneTextIntoTheNext(t *testing.T) {
	w := newWorld()
	w.put(alerts.Posting{ID: "1", Class: alerts.ClassCore, Title: "Go", Company: "Acme", Description: "We go far. " + strings.Repeat("very ", 300) + "far"})
	for query, want := range map[string]int{
		`"go acme"`: 0, `"acme we"`: 0, `"we go far"`: 1, `"very far"`: 1, `"far very"`: 1, `"far far"`: 0,
		"title:go": 1, "title:far": 0, "company:acme": 1, "company:we": 0, "description:acme": 0, `description:"very very far"`: 1,
	} {
		if got := w.check(t, alerts.Filter{Query: query}); got != want {
			t.Errorf("%s finds %d postings instead of %d", query, got, want)
		}
	}
}

func TestFindGoesOnDuringEdits(t *testing.T) {
	w := newWorld()
	for n := range 100 {
		w.put(numbered(n))
	}
	all := alerts.Filter{Class: alerts.Classes()}
	want := w.catalog.Find(all, alerts.Rules{})
	slices.Sort(want)
	var edits sync.WaitGroup
	edits.Go(func() {
		for n := range 300 {
			p := numbered(100 + n)
			w.catalog.Put([]catalog.Entry[string]{{ID: p.ID, Posting: &p, Value: "other"}})
			w.catalog.Remove([]string{p.ID})
		}
	})
	for range 100 {
		got := slices.DeleteFunc(w.catalog.Find(all, alerts.Rules{}), func(id string) bool { return id == "other" })
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
	edits.Wait()
}

func FuzzQueryAndText(f *testing.F) {
	f.Add(`"distributed systems" (go OR rust) -php title:c++`, "Senior C++ engineer", "Acme", "Distributed systems in Rust")
	f.Add(`-(a b) OR (c d e)`, "a", "b", "c d")
	f.Add(`node.js .net "後端"`, "Node JS", "", "後端 asp.net")
	f.Fuzz(func(t *testing.T, typed, title, company, description string) {
		w := newWorld()
		w.put(alerts.Posting{ID: "1", Class: alerts.ClassCore, Title: title, Company: company, Description: description})
		w.check(t, alerts.Filter{Query: typed})
		w.check(t, alerts.Filter{Companies: alerts.CompanySet{None: []string{typed}}})
	})
}
