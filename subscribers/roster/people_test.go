package roster

import (
	"maps"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts/match"
)

// refs is what is kept of somebody, told by the refs of their alerts.
func (p *people) refs(id key) []match.Ref {
	var refs []match.Ref
	for s := range p.chain(p.find(id)) {
		refs = append(refs, s.ref)
	}
	return refs
}

func TestPeopleAreKeptAsTheyWerePutWhoeverElseComesAndGoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, want := newPeople(), map[key][]match.Ref{}
		most := 0 // subscriptions at once
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				id := key{rapid.Byte().Draw(t, "id")}
				p.drop(id)
				delete(want, id)
				refs := rapid.SliceOfN(rapid.Map(rapid.Uint32(), func(n uint32) match.Ref { return match.Ref(n) }), 0, 4).Draw(t, "refs")
				subs := make([]subscription, len(refs))
				for i, ref := range refs {
					subs[i].ref = ref
				}
				p.put(person{id: id, state: 1}, subs)
				want[id] = slices.Clip(append([]match.Ref(nil), refs...))
			},
			"drop": func(t *rapid.T) {
				if len(want) > 0 {
					id := rapid.SampledFrom(slices.SortedFunc(maps.Keys(want), func(a, b key) int { return int(a[0]) - int(b[0]) })).Draw(t, "id")
					p.drop(id)
					delete(want, id)
				}
			},
			"trim": func(*rapid.T) { p.trim() },
			"": func(t *rapid.T) {
				got, now := map[key][]match.Ref{}, 0
				for who := range p.known.All() {
					got[who.id] = p.refs(who.id)
					now += len(got[who.id])
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("(-want +got):\n%s", diff)
				}
				if most = max(most, now); len(p.subs)-1 > most {
					t.Fatalf("room for %d subscriptions, there were never more than %d", len(p.subs)-1, most)
				}
			},
		})
	})
}

func TestAnAlertTakesLittleMemory(t *testing.T) {
	if n := unsafe.Sizeof(subscription{}); n > 32 {
		t.Errorf("%d bytes a subscription, ten million of them should fit in 2 GiB with the index", n)
	}
	if n := unsafe.Sizeof(person{}); n > 20 {
		t.Errorf("%d bytes a person", n)
	}
}
