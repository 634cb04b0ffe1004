package atom

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
)

func TestWhatIsReleasedIsForgotten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewSet()
		var held []uint32
		for _, f := range rapid.SliceOfN(rapid.Custom(alertstest.Filter), 1, 20).Draw(t, "filters") {
			f = f.Canonical()
			clauses, _ := new(Reader).Clauses(&f)
			for _, l := range slices.Concat(clauses...) {
				held = append(held, s.Intern(l.Key))
			}
		}
		for _, id := range held {
			s.Release(id)
		}
		names := len(s.ids.places)
		for _, known := range s.ids.texts {
			names += len(known)
		}
		words, areas := &s.words, &s.areas
		left := names - 1 + len(s.list) - 1 - len(s.free) + len(words.words) + len(words.pairs) +
			len(areas.countries) + len(areas.cities) + len(areas.names) + len(areas.cells) + len(areas.wide) + len(areas.centres)
		if left != 0 {
			t.Fatalf("%d things are left: %+v", left, s)
		}
	})
}

func TestPhrasesAreFoundWhereverTheyBegin(t *testing.T) {
	s := NewSet()
	want := map[uint32]bool{}
	ask := func(k Kind, text string, found bool) { want[s.Intern(Key{Kind: k, Text: text})] = found }
	ask(SaysAny, "a", true)
	ask(SaysAny, "a a", true)
	ask(SaysAny, "a a a", false)
	ask(SaysAny, "a b a", true)
	ask(SaysAny, "b c", false)
	ask(SaysInTitle, "b a", false)
	ask(SaysInDescription, "b a", true)
	ask(SaysInTitle, "a a b", false)
	ask(SaysInCompany, "c", true)
	ask(SaysInTitle, "c", false)
	p := Prepare(&alerts.Posting{Title: "a a", Company: "c", Description: "b, a b a"})
	found, _ := s.Resolve(p, new(Space), nil)
	for id, is := range want {
		if slices.Contains(found, id) != is {
			t.Errorf("%+v is found: %v", s.Key(id), !is)
		}
	}
}

func TestAPostingForgetsItsAtomsWhenFiltersAskForOthers(t *testing.T) {
	s := NewSet()
	p := Prepare(&alerts.Posting{Title: "go"})
	for _, text := range []string{"rust", "go", "zig"} {
		s.Intern(Key{Kind: SaysAny, Text: text})
		for range 2 {
			found, _ := s.Resolve(p, new(Space), nil)
			if want := text != "rust"; len(found) > 1 != want {
				t.Errorf("after %s: %d atoms", text, len(found))
			}
		}
	}
}

// Some postings are resolved after every update, some after several, and one anew each time.
func TestPostingsFollowEveryUpdate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewSet()
		var held []uint32
		raw := alertstest.Posting(t)
		often, seldom := Prepare(&raw), Prepare(&raw)
		compare := func(name string, p *Posting) {
			got, bits := s.Resolve(p, new(Space), nil)
			want, wantBits := s.Resolve(Prepare(&raw), new(Space), nil)
			if !slices.Equal(got, want) || !slices.Equal(bits, wantBits) {
				t.Fatalf("one resolved %s has the atoms %d instead of %d of %+v", name, got, want, s.list)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"intern": func(t *rapid.T) {
				f := alertstest.Filter(t).Canonical()
				clauses, _ := new(Reader).Clauses(&f)
				for _, l := range slices.Concat(clauses...) {
					held = append(held, s.Intern(l.Key))
				}
			},
			"release": func(t *rapid.T) {
				n := rapid.IntRange(0, len(held)).Draw(t, "so many")
				for _, id := range held[:n] {
					s.Release(id)
				}
				held = held[n:]
			},
			"resolve": func(*rapid.T) { compare("seldom", seldom) },
			"":        func(*rapid.T) { compare("often", often) },
		})
	})
}
