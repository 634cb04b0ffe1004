package catalog

import (
	"runtime"
	"strings"
	"sync"

	"jobalertd/alerts"
	"jobalertd/alerts/match/facet"
	"jobalertd/alerts/place"
)

// Catalog holds values, each with a posting, and finds them by it. Its methods may be called by many
// goroutines at once.
type Catalog[T any] struct {
	editing sync.Mutex // one edit at a time

	mu    sync.RWMutex // held for writing only while a page of postings is entered
	index *index[T]
}

// Entry is a posting, which must not change any more, and the value it is to be found as.
type Entry[T any] struct {
	ID      string
	Posting *alerts.Posting
	Value   T
}

// New makes an empty catalog.
func New[T any]() *Catalog[T] { return &Catalog[T]{index: newIndex[T]()} }

// Put takes entries in, each in the place of an earlier one of the same ID.
func (c *Catalog[T]) Put(entries []Entry[T]) {
	c.editing.Lock()
	defer c.editing.Unlock()
	readings := readAll(entries)
	c.mu.Lock()
	for i, e := range entries {
		c.index.remove(e.ID)
		c.index.enter(e, &readings[i])
	}
	c.mu.Unlock()
	c.tidy()
}

// readAll reads postings, on all processors where there are many.
func readAll[T any](entries []Entry[T]) []reading {
	readings := make([]reading, len(entries))
	workers := min(runtime.GOMAXPROCS(0), len(entries))
	var running sync.WaitGroup
	for worker := range workers {
		running.Go(func() {
			for i := worker; i < len(entries); i += workers {
				readings[i] = read(entries[i].Posting)
			}
		})
	}
	running.Wait()
	return readings
}

// Remove takes out the entries of these IDs. Others are passed over.
func (c *Catalog[T]) Remove(ids []string) {
	c.editing.Lock()
	defer c.editing.Unlock()
	c.mu.Lock()
	for _, id := range ids {
		c.index.remove(id)
	}
	c.mu.Unlock()
	c.tidy()
}

// tidy writes the index anew where most of it is left over from postings that are gone.
func (c *Catalog[T]) tidy() {
	const few = 64
	if slots, held := len(c.index.slots), len(c.index.held); slots-held < held+few {
		return
	}
	fresh := c.index.compact() // only edits change the old one
	c.mu.Lock()
	c.index = fresh
	c.mu.Unlock()
}

// Len is how many entries the catalog holds.
func (c *Catalog[T]) Len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.index.held)
}

// index is where everything about the postings stands.
type index[T any] struct {
	slots  []slot[T]
	live   set               // slots that are not empty
	held   map[string]uint32 // slots by ID
	words  map[string]*list
	facts  map[fact]*list
	spots  map[string]*located
	remote map[string]*eligible
}

// slot is what an entry is compared by that is not in a list.
type slot[T any] struct {
	Entry[T]
	facets               facet.Set
	company, description uint32 // see reading
}

// located is a location and the slots of the postings there.
type located struct {
	site place.Site
	list
}

// eligible is the slots of remote postings that are open to the same people.
type eligible struct {
	from  []string
	sites []place.Site
	list
}

func newIndex[T any]() *index[T] {
	return &index[T]{
		held: map[string]uint32{}, words: map[string]*list{}, facts: map[fact]*list{},
		spots: map[string]*located{}, remote: map[string]*eligible{},
	}
}

// remove empties the slot of an entry.
func (ix *index[T]) remove(id string) {
	if at, held := ix.held[id]; held {
		delete(ix.held, id)
		ix.live.remove(at)
		ix.slots[at] = slot[T]{}
	}
}

// enter puts a posting into the next slot.
func (ix *index[T]) enter(e Entry[T], r *reading) {
	at := ix.take(slot[T]{e, r.facets, r.company, r.description})
	for _, w := range r.words {
		l := ix.words[w.text]
		if l == nil {
			l = new(list)
			ix.words[strings.Clone(w.text)] = l // the text it was cut from is let go
		}
		l.add(at, w.positions)
	}
	for _, f := range r.facts {
		l := ix.facts[f]
		if l == nil {
			l = new(list)
			ix.facts[f] = l
		}
		l.add(at, nil)
	}
	sites := make([]place.Site, len(r.spots))
	for i, s := range r.spots {
		l := ix.spots[s.key]
		if l == nil {
			l = &located{site: s.site}
			ix.spots[s.key] = l
		}
		l.add(at, nil)
		sites[i] = s.site
	}
	if r.remote == "" {
		return
	}
	l := ix.remote[r.remote]
	if l == nil {
		l = &eligible{from: e.Posting.RemoteFrom, sites: sites}
		ix.remote[r.remote] = l
	}
	l.add(at, nil)
}

// take is the next slot, filled.
func (ix *index[T]) take(s slot[T]) uint32 {
	at := uint32(len(ix.slots))
	ix.slots = append(ix.slots, s)
	if int(at/64) == len(ix.live) {
		ix.live = append(ix.live, 0)
	}
	ix.live.add(at)
	ix.held[s.ID] = at
	return at
}

// compact is the index without its empty slots.
func (ix *index[T]) compact() *index[T] {
	fresh := newIndex[T]()
	moved := make([]uint32, len(ix.slots))
	ix.live.each(func(at uint32) { moved[at] = fresh.take(ix.slots[at]) })
	without := func(l *list) (list, bool) {
		var kept list
		for c := l.cursor(); c.next(); {
			if at := uint32(c.slot); ix.live.has(at) {
				kept.add(moved[at], c.positions)
			}
		}
		return kept, len(kept.bytes) > 0
	}
	for text, l := range ix.words {
		if kept, some := without(l); some {
			fresh.words[text] = &kept
		}
	}
	for f, l := range ix.facts {
		if kept, some := without(l); some {
			fresh.facts[f] = &kept
		}
	}
	for key, l := range ix.spots {
		if kept, some := without(&l.list); some {
			fresh.spots[key] = &located{l.site, kept}
		}
	}
	for key, l := range ix.remote {
		if kept, some := without(&l.list); some {
			fresh.remote[key] = &eligible{l.from, l.sites, kept}
		}
	}
	return fresh
}
