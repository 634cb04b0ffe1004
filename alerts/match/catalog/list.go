package catalog

import "encoding/binary"

// list is the slots of the postings that have something in common, in order, and for a word the
// positions where it stands in each. It takes two bytes for most slots, and one for most positions.
type list struct {
	// For each slot: how many slots it passes over, the length of its positions in bytes, and of each
	// position how many it lies behind the one before.
	bytes []byte
	next  uint32 // the first slot that may follow
}

// add puts a slot behind all others, with its positions as appendPositions makes them.
func (l *list) add(slot uint32, positions []byte) {
	l.bytes = binary.AppendUvarint(l.bytes, uint64(slot-l.next))
	l.bytes = binary.AppendUvarint(l.bytes, uint64(len(positions)))
	l.bytes = append(l.bytes, positions...)
	l.next = slot + 1
}

// appendPositions appends rising positions.
func appendPositions(to []byte, positions []uint32) []byte {
	before := uint32(0)
	for _, p := range positions {
		to = binary.AppendUvarint(to, uint64(p-before))
		before = p
	}
	return to
}

// cursor walks over a list.
type cursor struct {
	rest      []byte
	slot      int // where it is; -1 before the first
	positions []byte
}

// cursor begins before the first slot. A list that is nil is empty.
func (l *list) cursor() cursor {
	if l == nil {
		return cursor{slot: -1}
	}
	return cursor{rest: l.bytes, slot: -1}
}

// next goes on to the next slot; false at the end.
func (c *cursor) next() bool {
	if len(c.rest) == 0 {
		return false
	}
	c.slot += 1 + int(c.number())
	length := c.number()
	c.positions, c.rest = c.rest[:length], c.rest[length:]
	return true
}

// number reads a number, most of which are one byte.
func (c *cursor) number() uint64 {
	if first := c.rest[0]; first < 0x80 {
		c.rest = c.rest[1:]
		return uint64(first)
	}
	n, size := binary.Uvarint(c.rest)
	c.rest = c.rest[size:]
	return n
}

// reach goes on to a slot or, where the list has not got it, to the one behind it; false at the end.
func (c *cursor) reach(slot int) bool {
	for c.slot < slot {
		if !c.next() {
			return false
		}
	}
	return true
}

// appendTo appends the positions in the slot.
func (c *cursor) appendTo(positions []uint32) []uint32 {
	p := cursor{rest: c.positions}
	at := uint32(0)
	for len(p.rest) > 0 {
		at += uint32(p.number())
		positions = append(positions, at)
	}
	return positions
}

// addTo puts all slots into a set. It is where most time goes for common words, and so has a loop of
// its own.
func (l *list) addTo(s set) {
	if l == nil {
		return
	}
	slot, at := uint32(0), 0
	number := func() uint64 {
		if first := l.bytes[at]; first < 0x80 {
			at++
			return uint64(first)
		}
		n, size := binary.Uvarint(l.bytes[at:])
		at += size
		return n
	}
	for at < len(l.bytes) {
		slot += uint32(number())
		s.add(slot)
		slot++
		at += int(number())
	}
}

// phrase visits the slots where words stand side by side, and where in each the first of them does.
// The positions are valid during the visit.
func phrase(words []*list, visit func(slot uint32, positions []uint32)) {
	cursors := make([]cursor, len(words))
	for i, l := range words {
		cursors[i] = l.cursor()
	}
	var starts, others []uint32
	first := &cursors[0]
	for first.next() {
		starts = first.appendTo(starts[:0])
		for i := 1; i < len(cursors) && len(starts) > 0; i++ {
			c := &cursors[i]
			if !c.reach(first.slot) {
				return
			}
			if c.slot > first.slot {
				starts = starts[:0]
				break
			}
			others = c.appendTo(others[:0])
			starts = sideBySide(starts, others, uint32(i))
		}
		if len(starts) > 0 {
			visit(uint32(first.slot), starts)
		}
	}
}

// sideBySide keeps the starts that have another position so many places behind.
func sideBySide(starts, others []uint32, places uint32) []uint32 {
	kept := starts[:0]
	for _, at := range starts {
		for len(others) > 0 && others[0] < at+places {
			others = others[1:]
		}
		if len(others) > 0 && others[0] == at+places {
			kept = append(kept, at)
		}
	}
	return kept
}
