package match

import (
	"sync"

	"jobalertd/alerts"
)

// Loader takes in very many filters, much faster than edits by the thousand: these copy what they touch
// of all that is there already. What it takes in is found from time to time, and all of it after Close.
// Other edits of the index wait until then. Many goroutines may use it at once.
type Loader struct {
	index   *Index
	readers sync.Pool // of *reader
	mu      sync.Mutex
	edit    *edit
	least   int // how many filters are not worth making known
}

// Load begins to take in filters.
func (ix *Index) Load() *Loader {
	ix.editing.Lock()
	return &Loader{index: ix, edit: ix.begin(), least: 1 << 16, readers: sync.Pool{New: func() any { return new(reader) }}}
}

// Close makes all filters known that were taken in. Nothing may be added after it.
func (l *Loader) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.edit.publish()
	l.edit = nil // it is large, and pools are remembered for a while
	l.index.editing.Unlock()
}

// AddAll is Index.AddAll, by the calling goroutine alone.
func (l *Loader) AddAll(filters []alerts.Filter) []Ref {
	by := l.readers.Get().(*reader)
	plans := make([]plan, len(filters))
	for i, f := range filters {
		plans[i] = l.index.plan(by, f)
	}
	l.readers.Put(by)
	l.mu.Lock()
	defer l.mu.Unlock()
	refs := l.edit.addAll(l.edit.number(make([]addition, 0, len(plans)), plans))
	// Each time, half as many again are made known at once: so every entry is copied a few times only.
	if waiting := len(l.edit.added); waiting > max(l.least, l.edit.next.filters/3) {
		l.edit.publish()
		l.edit = l.index.begin()
	}
	return refs
}
