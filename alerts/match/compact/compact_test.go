package compact

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// thing is a number below its hash.
type thing uint64

func newThing(hash, number uint32) thing { return thing(uint64(hash)<<32 | uint64(number+1)) }

func (t thing) Hash() uint32 { return uint32(t >> 32) }

func is(number uint32) func(thing) bool { return func(t thing) bool { return uint32(t) == number+1 } }

// The hashes are few, and lie at both ends, so that slots are taken round the end.
func TestTheTableHoldsWhatIsThereAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var table Table[thing]
		there := map[uint32]thing{} // by number
		number := rapid.Uint32Range(0, 40)
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				n, hash := number.Draw(t, "number"), rapid.SampledFrom([]uint32{0, 1, 1 << 30, 1<<32 - 2, 1<<32 - 1}).Draw(t, "hash")
				if _, has := there[n]; !has {
					there[n] = newThing(hash, n)
					table.Put(there[n])
				}
			},
			"remove": func(t *rapid.T) {
				n := number.Draw(t, "number")
				table.Remove(there[n].Hash(), is(n))
				delete(there, n)
			},
			"trim": func(*rapid.T) { table.Trim() },
			"": func(t *rapid.T) {
				all := slices.Sorted(table.All())
				if !slices.Equal(all, slices.Sorted(maps.Values(there))) || table.Len() != len(there) {
					t.Fatalf("%d values %x, want %x", table.Len(), all, there)
				}
				for n := range uint32(41) {
					if found := table.Find(there[n].Hash(), is(n)); found != there[n] {
						t.Fatalf("number %d is found as %x, want %x", n, found, there[n])
					}
				}
			},
		})
	})
}

func TestTheTableTakesLittleMemory(t *testing.T) {
	var table Table[thing]
	const n = 100_000
	for i := range uint32(n) {
		table.Put(newThing(i*2654435761, i))
		if slack := float64(len(table.slots)) / float64(i+1); i > n/10 && slack > 1.5 {
			t.Fatalf("%.2f slots for each of %d", slack, i+1)
		}
	}
	if table.Trim(); float64(len(table.slots)) > n/full+2 {
		t.Errorf("%d slots for %d when it is trimmed", len(table.slots), n)
	}
}
