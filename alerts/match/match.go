package match

import "math/bits"

// search is what one Match works with.
type search struct {
	truth
	candidates
	hits []Ref
}

// Match visits every filter that a posting matches, each once, in no particular order.
func (ix *Index) Match(p *Posting, visit func(Ref)) {
	s := ix.searches.Get().(*search)
	defer ix.searches.Put(s)
	ix.mu.RLock()
	now := ix.latest
	s.resolve(p, ix.atoms, ix.rules.Rates)
	ix.mu.RUnlock()
	s.find(&now)
	for _, ref := range s.hits {
		visit(ref)
	}
}

// find fills hits.
func (s *search) find(now *snapshot) {
	s.hits = s.hits[:0]
	s.grow(int(now.next))
	for _, atom := range s.atoms {
		if n := now.nodes.Get(atom); n != nil {
			n.find(&s.truth, &s.candidates)
		}
	}
	s.drain(func(first Ref, sure, doubtful uint64) {
		for ; doubtful != 0; doubtful &= doubtful - 1 {
			ref := first + Ref(bits.TrailingZeros64(doubtful))
			if r := now.record(ref); s.holds(r.header(), r.demands()) && now.confirms(ref, r, s.posting) {
				s.hits = append(s.hits, ref)
			}
		}
		for ; sure != 0; sure &= sure - 1 {
			s.hits = append(s.hits, first+Ref(bits.TrailingZeros64(sure)))
		}
	})
}

// confirms asks the matcher where the record does not tell all.
func (s *snapshot) confirms(ref Ref, r record, p *Posting) bool {
	return !r.isInexact() || s.matchers.Get(uint32(ref)).accepts(p)
}

// candidates are the filters that entries have led to: a bit for each, so that every one is visited
// once.
type candidates struct {
	marks  []marks  // of 64 refs each
	marked []uint64 // a bit for each of marks that is not empty
}

// marks has a bit for each of 64 refs.
type marks struct {
	sure, doubtful uint64 // that match, and that records tell more of
}

// grow makes room for refs below n.
func (c *candidates) grow(n int) {
	if need := n/64 + 1; need > len(c.marks) {
		c.marks, c.marked = make([]marks, need), make([]uint64, need/64+1)
	}
}

func (c *candidates) add(ref Ref, isSure bool) {
	m, bit := &c.marks[ref/64], uint64(1)<<(ref%64)
	if isSure {
		m.sure |= bit
	} else {
		m.doubtful |= bit
	}
	c.marked[ref/64/64] |= 1 << (ref / 64 % 64)
}

// drain visits the candidates, up to 64 refs at a time, and leaves none.
func (c *candidates) drain(visit func(first Ref, sure, doubtful uint64)) {
	for i, marked := range c.marked {
		for ; marked != 0; marked &= marked - 1 {
			at := i*64 + bits.TrailingZeros64(marked)
			m := c.marks[at]
			c.marks[at] = marks{}
			visit(Ref(at*64), m.sure, m.doubtful)
		}
		c.marked[i] = 0
	}
}
