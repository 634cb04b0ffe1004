package match

import (
	"slices"

	"jobalertd/alerts/match/atom"
)

// edit is a change to an index on the way. Atoms are numbered at once; everything else is seen by
// nobody until publish.
type edit struct {
	index *Index
	next  snapshot
	// What publish puts into next.
	records map[Ref]record     // nil is removed
	entries map[uint32][]entry // to be added, by node
	gone    map[uint32][]entry // to be removed
	// Atoms that nobody needs once next is published.
	released []uint32
}

// begin begins a change; editing is held until it is published or dropped.
func (ix *Index) begin() *edit {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return &edit{index: ix, next: ix.latest, records: map[Ref]record{}, entries: map[uint32][]entry{}, gone: map[uint32][]entry{}}
}

// record is the record of a ref as the edit leaves it.
func (e *edit) record(ref Ref) record {
	if r, edited := e.records[ref]; edited {
		return r
	}
	return e.next.record(ref)
}

// addition is a filter whose atoms are held.
type addition struct {
	i       int // among the filters that are added together
	record  record
	matcher *matcher // nil where the record tells all
}

// number holds the atoms of a plan; i is kept in the addition.
func (e *edit) number(p plan, i int) addition {
	e.index.mu.Lock()
	defer e.index.mu.Unlock()
	r := p.head
	for _, c := range p.clauses {
		for i, l := range c {
			word := e.index.atoms.Intern(l.Key) << atomShift
			if l.Not {
				word |= inverted
			}
			if i == len(c)-1 {
				word |= closes
			}
			r = append(r, word)
		}
	}
	return addition{i, slices.Clip(r), p.matcher}
}

// add takes a filter in.
func (e *edit) add(a addition) Ref {
	hash := e.index.hash(a.record, a.matcher)
	h, taken := e.index.held[hash]
	if taken && e.isSame(h.ref, a.record, a.matcher) {
		h.times++
		e.index.held[hash] = h
		e.release(a.record)
		return h.ref
	}
	ref := e.next.next
	e.next.next++
	e.next.filters++
	e.records[ref] = a.record
	if a.matcher != nil {
		e.next.matchers = e.next.matchers.Set(uint32(ref), a.matcher)
	}
	if !taken { // else an unequal filter has the same hash, and this one is held twice if it is added twice
		e.index.held[hash] = holding{ref, 1}
	}
	e.enter(e.entries, ref, a.record)
	return ref
}

func (e *edit) isSame(ref Ref, r record, m *matcher) bool {
	if !slices.Equal(e.record(ref), r) {
		return false
	}
	return m == nil || e.next.matchers.Get(uint32(ref)).key == m.key
}

// enter notes the entries that lead to a filter.
func (e *edit) enter(list map[uint32][]entry, ref Ref, r record) {
	pay, literals := cutPay(r.header(), r.demands())
	clauses := clausesOf(literals)
	a := e.index.access(clauses)
	to := entry{ref: ref, header: r.header(), demands: slices.Clone(pay)}
	for i, c := range clauses {
		if i != a.where && i != a.tokens {
			to.demands = append(to.demands, c...)
		}
	}
	if len(to.demands) > maxDemands {
		to.header, to.demands = r.facets()|isInexact, nil
	}
	for _, where := range atomsOf(clauses, a.where) {
		for _, token := range atomsOf(clauses, a.tokens) {
			to.token = token
			list[where] = append(list[where], to)
		}
	}
}

// access chooses the clauses by which a filter is found.
func (ix *Index) access(clauses [][]uint32) access {
	read := make([]atom.Clause, len(clauses))
	for i, c := range clauses {
		read[i] = ix.clause(c)
	}
	return accessTo(read, ix.chances)
}

// clause reads a clause of a record back.
func (ix *Index) clause(literals []uint32) atom.Clause {
	c := make(atom.Clause, len(literals))
	for i, l := range literals {
		c[i] = atom.Literal{Key: ix.atoms.Key(l >> atomShift), Not: l&inverted != 0} // only edits change the atoms
	}
	return c
}

// atomsOf is the atoms of a clause, or the one that is always true for noClause.
func atomsOf(clauses [][]uint32, number int) []uint32 {
	if number == noClause {
		return []uint32{atom.Always}
	}
	atoms := make([]uint32, len(clauses[number]))
	for i, l := range clauses[number] {
		atoms[i] = l >> atomShift
	}
	return atoms
}

// release lets go of the atoms of a record, once the edit is published.
func (e *edit) release(r record) {
	for _, l := range r.literals() {
		e.released = append(e.released, l>>atomShift)
	}
}

// countDown takes note that a filter is needed once less. It reports whether it was the last time.
func (e *edit) countDown(ref Ref, r record) bool {
	hash := e.index.hash(r, e.next.matchers.Get(uint32(ref)))
	h, ok := e.index.held[hash]
	if !ok || h.ref != ref {
		return true
	}
	if h.times--; h.times > 0 {
		e.index.held[hash] = h
		return false
	}
	delete(e.index.held, hash)
	return true
}

// remove takes a filter out.
func (e *edit) remove(ref Ref, r record) {
	e.records[ref] = nil
	e.next.filters--
	if r.isInexact() {
		e.next.matchers = e.next.matchers.Set(uint32(ref), nil)
	}
	e.enter(e.gone, ref, r)
	e.release(r)
}

// publish makes the edit known to all.
func (e *edit) publish() {
	for where, more := range e.entries {
		slices.SortFunc(more, entry.compare)
		e.next.nodes = e.next.nodes.Set(where, e.next.nodes.Get(where).with(more))
	}
	for where, less := range e.gone {
		slices.SortFunc(less, entry.compare)
		e.next.nodes = e.next.nodes.Set(where, e.next.nodes.Get(where).without(less))
	}
	changed := map[uint32]*[pageRecords]record{}
	for ref, r := range e.records {
		number := uint32(ref) / pageRecords
		if changed[number] == nil {
			changed[number] = e.next.pages.Get(number).records()
		}
		changed[number][ref%pageRecords] = r
	}
	for number, records := range changed {
		e.next.pages = e.next.pages.Set(number, newPage(records))
	}
	e.index.publish(e.next, e.released)
}

// publish replaces the latest snapshot and lets go of atoms.
func (ix *Index) publish(s snapshot, released []uint32) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.latest = s
	ix.gone = append(ix.gone, released...)
	ix.tidy()
}

// tidy forgets the atoms that are gone, unless a Join counts on them; a later edit will do it then.
func (ix *Index) tidy() {
	if ix.joins > 0 {
		return
	}
	for _, id := range ix.gone {
		ix.atoms.Release(id)
	}
	ix.gone = nil // it may have been long
}
