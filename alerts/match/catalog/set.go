package catalog

import "math/bits"

// set is a set of slots.
type set []uint64

func newSet(slots int) set { return make(set, (slots+63)/64) }

func (s set) add(slot uint32) { s[slot/64] |= 1 << (slot % 64) }

func (s set) remove(slot uint32) { s[slot/64] &^= 1 << (slot % 64) }

func (s set) has(slot uint32) bool { return s[slot/64]>>(slot%64)&1 != 0 }

func (s set) and(other set) {
	for i := range s {
		s[i] &= other[i]
	}
}

func (s set) or(other set) {
	for i := range s {
		s[i] |= other[i]
	}
}

func (s set) without(other set) {
	for i := range s {
		s[i] &^= other[i]
	}
}

// each visits the slots in order.
func (s set) each(visit func(slot uint32)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			visit(uint32(i*64 + bits.TrailingZeros64(word)))
		}
	}
}

// keep removes the slots that do not pass.
func (s set) keep(passes func(slot uint32) bool) {
	s.each(func(slot uint32) {
		if !passes(slot) {
			s.remove(slot)
		}
	})
}

func (s set) len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}
