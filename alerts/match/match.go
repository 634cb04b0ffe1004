package match

import "slices"

// search is what one Match works with.
type search struct {
	truth
	candidates
	seen []uint64 // a bit for each ref that was visited; zero between searches
	hits []Ref
	// What judge works with.
	records [32]record
	touched uint32
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
	s.whole, s.found, s.hits = s.whole[:0], s.found[:0], s.hits[:0]
	for _, atom := range s.atoms {
		if n := now.nodes.get(atom); n != nil {
			n.find(&s.truth, &s.candidates)
		}
	}
	if need := int(now.next)/64 + 1; need > len(s.seen) {
		s.seen = make([]uint64, need)
	}
	for _, ref := range s.whole {
		if s.isNew(ref) {
			s.hits = append(s.hits, ref)
		}
	}
	for some := range slices.Chunk(s.found, len(s.records)) {
		s.judge(now, some)
	}
	for _, ref := range s.hits {
		s.seen[ref/64] = 0
	}
}

// judge appends to hits. Most records lie far from each other in memory: they are touched before the
// first is read, so that the processor can fetch them all at once.
func (s *search) judge(now *snapshot, refs []Ref) {
	for i, ref := range refs {
		s.records[i] = now.record(ref)
	}
	for i := range refs {
		s.touched ^= s.records[i][0]
	}
	for i, ref := range refs {
		if r := s.records[i]; s.holds(r) && now.confirms(ref, r, s.posting) && s.isNew(ref) {
			s.hits = append(s.hits, ref)
		}
	}
}

// isNew is true the first time.
func (s *search) isNew(ref Ref) bool {
	word, bit := &s.seen[ref/64], uint64(1)<<(ref%64)
	isNew := *word&bit == 0
	*word |= bit
	return isNew
}

// confirms asks the matcher where the record does not tell all.
func (s *snapshot) confirms(ref Ref, r record, p *Posting) bool {
	return !r.isInexact() || s.matchers.get(uint32(ref)).accepts(p)
}
