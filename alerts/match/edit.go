package match

import (
	"maps"
	"slices"

	"jobalertd/alerts/match/atom"
)

// edit is a change to an index on the way. Atoms are numbered at once; everything else is seen by
// nobody until publish.
type edit struct {
	index *Index
	next  snapshot
	// What publish puts into next.
	first    Ref      // of the records that are added
	added    []record // in the order of their refs, all of them new
	removed  []Ref    // none of them added
	entries  []entry  // for each filter one, without a token, in the order of their refs
	entering steps    // the entries to be added
	leaving  steps    // and to be removed
	words    room     // of records and entries
	// Atoms that nobody needs once next is published.
	released []uint32
}

// begin begins a change; editing is held until it is published or dropped.
func (ix *Index) begin() *edit {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return &edit{index: ix, next: ix.latest, first: ix.latest.next, entering: steps{}, leaving: steps{}}
}

// steps are the changes to nodes, by their atoms: for each entry its token above its number in edit.entries.
// There are several of them for a filter, so they are kept small.
type steps map[uint32][]uint64

// room is memory for many short lists, which live as long as one another.
type room []uint32

// list is an empty one for n words.
func (r *room) list(n int) []uint32 {
	const least, most = 64, 1 << 14
	if cap(*r)-len(*r) < n {
		*r = make(room, 0, max(n, least, min(2*cap(*r), most)))
	}
	at := len(*r)
	*r = (*r)[:at+n]
	return (*r)[at : at : at+n]
}

// record is the record of a ref as the edit leaves it, if that is not removed.
func (e *edit) record(ref Ref) record {
	if ref >= e.first {
		return e.added[ref-e.first]
	}
	return e.next.record(ref)
}

// addition is a filter whose atoms are held.
type addition struct {
	record  record
	access  atom.Access
	matcher *matcher // nil where the record tells all
}

// number holds the atoms of plans and adds them to the additions.
func (e *edit) number(adding []addition, plans []plan) []addition {
	e.index.mu.Lock()
	defer e.index.mu.Unlock()
	for _, p := range plans {
		n := len(p.head)
		for _, c := range p.clauses {
			n += len(c)
		}
		r := append(e.words.list(n), p.head...)
		for _, c := range p.clauses {
			for _, l := range c {
				word := e.index.atoms.Intern(l.Key) << atomShift
				if l.Not {
					word |= inverted
				}
				r = append(r, word)
			}
			r[len(r)-1] |= closes
		}
		adding = append(adding, addition{r, p.access, p.matcher})
	}
	return adding
}

// addAll takes filters in, those of the same places side by side.
func (e *edit) addAll(adding []addition) []Ref {
	order := make([]int, len(adding))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, k int) int {
		return slices.Compare(adding[i].record.literals(), adding[k].record.literals())
	})
	refs := make([]Ref, len(adding))
	for _, i := range order {
		refs[i] = e.add(adding[i])
	}
	return refs
}

// add takes a filter in.
func (e *edit) add(a addition) Ref {
	hash := e.index.hash(a.record, a.matcher)
	if h := e.index.held.Find(hash, func(h holding) bool { return e.isSame(h.ref(), a.record, a.matcher) }); h != 0 {
		e.index.more[h.ref()]++
		e.release(a.record)
		return h.ref()
	}
	ref := e.next.next
	e.next.next++
	e.next.filters++
	e.added = append(e.added, a.record)
	if a.matcher != nil {
		e.next.matchers = e.next.matchers.Set(uint32(ref), a.matcher)
	}
	e.index.held.Put(newHolding(hash, ref))
	e.enter(e.entering, ref, a.record, a.access)
	return ref
}

func (e *edit) isSame(ref Ref, r record, m *matcher) bool {
	if !slices.Equal(e.record(ref), r) {
		return false
	}
	return m == nil || e.next.matchers.Get(uint32(ref)).key == m.key
}

// enter notes the entries that lead to a filter.
func (e *edit) enter(list steps, ref Ref, r record, a atom.Access) {
	pay, literals := cutPay(r.header(), r.demands())
	to := entry{ref: ref, header: r.header(), demands: append(e.words.list(len(r.demands())), pay...)}
	always := [1]uint32{atom.Always << atomShift}
	places, tokens := always[:], always[:]
	for i := 0; len(literals) > 0; i++ {
		var clause []uint32
		switch clause, literals = cutClause(literals); i {
		case a.Places:
			places = clause
		case a.Tokens:
			tokens = clause
		default:
			to.demands = append(to.demands, clause...)
		}
	}
	if len(to.demands) > maxDemands {
		to.header, to.demands = r.facets()|isInexact, nil
	}
	number := uint64(len(e.entries))
	e.entries = append(e.entries, to)
	for _, place := range places {
		where := place >> atomShift
		for _, token := range tokens {
			list[where] = append(list[where], uint64(token>>atomShift)<<32|number)
		}
	}
}

// access chooses the clauses by which a filter is found.
func (ix *Index) access(r record) atom.Access {
	var clauses []atom.Clause
	for literals := r.literals(); len(literals) > 0; {
		var clause []uint32
		clause, literals = cutClause(literals)
		clauses = append(clauses, ix.clause(clause))
	}
	return ix.chances.Access(clauses)
}

// clause reads a clause of a record back.
func (ix *Index) clause(literals []uint32) atom.Clause {
	c := make(atom.Clause, len(literals))
	for i, l := range literals {
		c[i] = atom.Literal{Key: ix.atoms.Key(l >> atomShift), Not: l&inverted != 0} // only edits change the atoms
	}
	return c
}

// release lets go of the atoms of a record, once the edit is published.
func (e *edit) release(r record) {
	for _, l := range r.literals() {
		e.released = append(e.released, l>>atomShift)
	}
}

// countDown takes note that a filter is needed once less. It reports whether it was the last time.
func (e *edit) countDown(ref Ref, r record) bool {
	if n := e.index.more[ref]; n > 1 {
		e.index.more[ref] = n - 1
		return false
	} else if n == 1 {
		delete(e.index.more, ref)
		return false
	}
	e.index.held.Remove(e.index.hash(r, e.next.matchers.Get(uint32(ref))), func(h holding) bool { return h.ref() == ref })
	return true
}

// remove takes a filter out.
func (e *edit) remove(ref Ref, r record) {
	e.removed = append(e.removed, ref)
	e.next.filters--
	if r.isInexact() {
		e.next.matchers = e.next.matchers.Set(uint32(ref), nil)
	}
	e.enter(e.leaving, ref, r, e.index.access(r))
	e.release(r)
}

// publish makes the edit known to all.
func (e *edit) publish() {
	e.change(e.entering, (*node).with)
	e.change(e.leaving, (*node).without)
	for _, ref := range e.removed {
		number := uint32(ref) / pageRecords
		records := e.next.pages.Get(number).records()
		records[ref%pageRecords] = nil
		e.next.pages = e.next.pages.Set(number, newPage(records))
	}
	for ref, added := e.first, e.added; len(added) > 0; {
		number := uint32(ref) / pageRecords
		records := e.next.pages.Get(number).records()
		n := copy(records[ref%pageRecords:], added)
		e.next.pages = e.next.pages.Set(number, newPage(records))
		ref, added = ref+Ref(n), added[n:]
	}
	e.index.publish(e.next, e.released)
}

// change changes nodes, on all processors where there are many.
func (e *edit) change(list steps, to func(*node, []entry) *node) {
	atoms := slices.Collect(maps.Keys(list))
	nodes := make([]*node, len(atoms))
	each(len(atoms), func(i int) {
		nodes[i] = to(e.next.nodes.Get(atoms[i]), e.inOrder(list[atoms[i]]))
	})
	for i, atom := range atoms {
		e.next.nodes = e.next.nodes.Set(atom, nodes[i])
	}
}

// inOrder is the entries of one node, sorted.
func (e *edit) inOrder(steps []uint64) []entry {
	slices.Sort(steps)
	entries := make([]entry, len(steps))
	for i, step := range steps {
		entries[i] = e.entries[uint32(step)]
		entries[i].token = uint32(step >> 32)
	}
	return entries
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
