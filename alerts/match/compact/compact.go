// Package compact is a hash table for very many small values. It takes a seventh more memory than its values when it
// is trimmed, and less than half as much again when it is not, where a map of Go takes up to two and a half times
// as much.
package compact

import "iter"

// Value is what a table holds. The zero value is not allowed.
type Value interface {
	comparable
	// Hash is the same for values that are sought alike.
	Hash() uint32
}

// Table holds values. The zero table is empty.
type Table[V Value] struct {
	// slots has each value as near behind the home of its hash as there was room, round the end; the zero
	// value where there is none.
	slots []V
	len   int
}

// full is which share of the slots is taken at most. It takes a look at five slots or so to find a value then.
const full = 0.85

// Len is how many values there are.
func (t *Table[V]) Len() int { return t.len }

// All visits the values, in no order. They must not be changed meanwhile.
func (t *Table[V]) All() iter.Seq[V] {
	return func(yield func(V) bool) {
		var none V
		for _, v := range t.slots {
			if v != none && !yield(v) {
				return
			}
		}
	}
}

// Find is a value with a hash, for which isIt is true, or the zero value.
func (t *Table[V]) Find(hash uint32, isIt func(V) bool) V {
	if at, found := t.find(hash, isIt); found {
		return t.slots[at]
	}
	var none V
	return none
}

func (t *Table[V]) find(hash uint32, isIt func(V) bool) (int, bool) {
	if t.len == 0 {
		return 0, false
	}
	var none V
	at := t.home(hash)
	for ; t.slots[at] != none; at = t.next(at) {
		if v := t.slots[at]; v.Hash() == hash && isIt(v) {
			return at, true
		}
	}
	return at, false
}

// Put takes a value in.
func (t *Table[V]) Put(v V) {
	if t.len++; float64(t.len) > full*float64(len(t.slots)) {
		t.resize(len(t.slots) + len(t.slots)/4 + 8)
	}
	t.enter(v)
}

// Remove takes out a value with a hash, for which isIt is true, if there is one.
func (t *Table[V]) Remove(hash uint32, isIt func(V) bool) {
	gap, found := t.find(hash, isIt)
	if !found {
		return
	}
	// What comes behind would be sought in vain across a gap: it moves there, unless its home is behind it.
	var none V
	for at := t.next(gap); t.slots[at] != none; at = t.next(at) {
		if t.distance(t.home(t.slots[at].Hash()), at) >= t.distance(gap, at) {
			t.slots[gap], gap = t.slots[at], at
		}
	}
	t.slots[gap] = none
	t.len--
}

// Trim gives back the room that growing has left over.
func (t *Table[V]) Trim() { t.resize(int(float64(t.len)/full) + 1) }

// home is where a hash is sought first.
func (t *Table[V]) home(hash uint32) int { return int(uint64(hash) * uint64(len(t.slots)) >> 32) }

func (t *Table[V]) next(at int) int {
	if at++; at < len(t.slots) {
		return at
	}
	return 0
}

// distance is how many slots one is behind another.
func (t *Table[V]) distance(from, to int) int {
	if to >= from {
		return to - from
	}
	return to - from + len(t.slots)
}

func (t *Table[V]) resize(slots int) {
	old := Table[V]{slots: t.slots}
	t.slots = make([]V, slots)
	for v := range old.All() {
		t.enter(v)
	}
}

func (t *Table[V]) enter(v V) {
	var none V
	at := t.home(v.Hash())
	for t.slots[at] != none {
		at = t.next(at)
	}
	t.slots[at] = v
}
