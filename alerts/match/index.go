package match

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"jobalertd/alerts"
	"jobalertd/alerts/match/atom"
	"jobalertd/alerts/match/compact"
	"jobalertd/alerts/match/facet"
	"jobalertd/alerts/match/table"
	"jobalertd/alerts/rates"
)

// Posting is a posting made ready for any index: its text cut into words, its places looked up. It
// is safe for use by many goroutines.
type Posting = atom.Posting

// Prepare makes a posting ready. The posting must not change any more.
func Prepare(p *alerts.Posting) *Posting { return atom.Prepare(p) }

// Ref names a distinct filter in an index. It is never used again for another.
type Ref uint32

// Index holds filters, equal ones once. All its methods may be called by many goroutines at once:
// Match and Join go on with what they began with while filters are added and removed.
type Index struct {
	rules   alerts.Rules
	chances atom.Chances
	seed    maphash.Seed

	// editing is held while filters are added or removed, and guards what only edits use.
	editing sync.Mutex
	held    compact.Table[holding]
	more    map[Ref]uint32 // how often filters were added beyond once

	// mu is held only shortly: to number atoms, to look a posting's atoms up, to publish.
	mu     sync.RWMutex
	atoms  *atom.Set
	latest snapshot
	// Atoms that are let go while a Join looks postings up stay known until it is through.
	joins int
	gone  []uint32

	searches sync.Pool // of *search
	blocks   sync.Pool // of *block
}

// holding is a ref, plus one, under the hash of its record.
type holding uint64

func newHolding(hash uint32, ref Ref) holding { return holding(uint64(hash)<<32 | uint64(ref+1)) }

// Hash is the hash of the record.
func (h holding) Hash() uint32 { return uint32(h >> 32) }

func (h holding) ref() Ref { return Ref(h) - 1 }

// snapshot is all filters at one moment. It does not change.
type snapshot struct {
	pages    table.Table[page]     // of records, by ref
	nodes    table.Table[*node]    // by atom
	matchers table.Table[*matcher] // of inexact records, by ref
	next     Ref                   // the first that is not taken
	filters  int
}

// New makes an empty index. The sample, of postings as they are to be expected, teaches it which
// words are common; without one it guesses, and is slower.
func New(rules alerts.Rules, sample []*Posting) *Index {
	if rules.Rates == nil {
		rules.Rates = rates.Shipped()
	}
	return &Index{
		rules: rules, chances: atom.NewChances(sample), seed: maphash.MakeSeed(),
		more: map[Ref]uint32{}, atoms: atom.NewSet(),
		searches: sync.Pool{New: func() any { return new(search) }},
		blocks:   sync.Pool{New: func() any { return new(block) }},
	}
}

// Len is how many distinct filters the index holds.
func (ix *Index) Len() int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.latest.filters
}

// Add takes a filter in, or once more. It is found by every Match and Join that begins after Add
// returns.
func (ix *Index) Add(f alerts.Filter) Ref { return ix.AddAll([]alerts.Filter{f})[0] }

// AddAll takes many filters in, which is several times faster than one by one, and lays filters of
// the same places side by side, so that they are matched faster. The refs are in the order of the
// filters. Other edits wait.
func (ix *Index) AddAll(filters []alerts.Filter) []Ref {
	ix.editing.Lock()
	defer ix.editing.Unlock()
	e := ix.begin()
	adding := make([]addition, 0, len(filters))
	for some := range slices.Chunk(filters, planned) {
		plans := make([]plan, len(some))
		each(len(some), func(i int) { plans[i] = ix.plan(new(reader), some[i]) })
		adding = e.number(adding, plans)
	}
	refs := e.addAll(adding)
	e.publish()
	return refs
}

// Remove takes a filter out that was added once, and counts one down that was added more often. A ref that
// names no filter is passed over.
func (ix *Index) Remove(ref Ref) {
	ix.editing.Lock()
	defer ix.editing.Unlock()
	e := ix.begin()
	if r := e.next.record(ref); r != nil && e.countDown(ref, r) {
		e.remove(ref, r)
		e.publish()
	}
}

func (s *snapshot) record(ref Ref) record {
	return s.pages.Get(uint32(ref) / pageRecords).record(uint32(ref) % pageRecords)
}

// plan is a filter made ready to be added: all that needs no lock.
type plan struct {
	head    record        // without literals
	clauses []atom.Clause // the places first, then the most selective
	access  atom.Access
	matcher *matcher // nil where the record tells all
}

// planned is how many filters are made ready at once. A plan takes much more memory than a record.
const planned = 1 << 12

// each calls do with every number below n, on all processors where there are many.
func each(n int, do func(i int)) {
	const few = 16
	workers := min(runtime.GOMAXPROCS(0), n/few)
	if workers < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	running.Wait()
}

// reader reads filters, the faster the more of them. It is for one goroutine at a time.
type reader struct {
	alerts.Canonizer
	atom.Reader
}

// plan makes a filter ready.
func (ix *Index) plan(by *reader, f alerts.Filter) plan {
	f = by.Canonical(f)
	clauses, allClauses := by.Clauses(&f)
	accepted, allFacets := facet.OfFilter(&f, ix.rules.Rates)
	exact := allClauses && allFacets
	var asked *facet.Pay
	if f.SalaryMin != nil {
		p, ok := facet.PayOf(&f)
		if exact = exact && ok; ok {
			asked = &p
		}
	}
	others := clauses
	if len(clauses) > 0 && clauses[0].IsPlaces() {
		others = clauses[1:]
	}
	slices.SortStableFunc(others, func(a, b atom.Clause) int {
		return cmp.Compare(ix.chances.Of(a), ix.chances.Of(b))
	})
	p := plan{head: newRecord(accepted, exact, asked), clauses: clauses, access: ix.chances.Access(clauses)}
	if !exact {
		p.matcher = &matcher{f.Key(), ix.rules.Matcher(f)}
	}
	return p
}

// hash is the same for equal filters.
func (ix *Index) hash(r record, m *matcher) uint32 {
	var h maphash.Hash
	h.SetSeed(ix.seed)
	var buf [4]byte
	for _, word := range r {
		binary.LittleEndian.PutUint32(buf[:], word)
		h.Write(buf[:])
	}
	if m != nil {
		h.WriteString(m.key)
	}
	return uint32(h.Sum64())
}
