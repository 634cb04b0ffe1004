package match

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/sys/unix"

	"jobalertd/alerts"
	"jobalertd/alerts/match/atom"
	"jobalertd/alerts/match/facet"
)

var sizes = flag.String("filters", "10000,100000", "numbers of filters, comma between")

// TestBench compares the ways to match. It is no part of the tests of the package: make bench-match
// overlays it, for it needs a library that the program does not.
func TestBench(t *testing.T) {
	runtime.LockOSThread() // times are CPU times of this thread
	for size := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		newBench(t, n).run()
	}
}

// bench is one size of the comparison.
type bench struct {
	t        *testing.T
	n        int
	filters  []alerts.Filter
	postings []*Posting
	index    *Index
	refs     []Ref // distinct
	results  []result
}

const benchPostings = 2000

func newBench(t *testing.T, n int) *bench {
	b := &bench{t: t, n: n, filters: newWorkload(t, 1).filters(n)}
	sample := newWorkload(t, 2).postings(512)
	postings := newWorkload(t, 3).postings(benchPostings)
	start := now()
	for i := range postings {
		b.postings = append(b.postings, Prepare(&postings[i]))
	}
	prepare := now() - start
	var known []*Posting
	for i := range sample {
		known = append(known, Prepare(&sample[i]))
	}
	before, cpu, began := heap(), cpuTime(unix.CLOCK_PROCESS_CPUTIME_ID), time.Now()
	b.index = New(alerts.Rules{}, known)
	refs := b.index.AddAll(b.filters)
	build, wall := cpuTime(unix.CLOCK_PROCESS_CPUTIME_ID)-cpu, time.Since(began)
	slices.Sort(refs)
	b.refs = slices.Compact(refs)
	fmt.Printf("\n%d filters, %d distinct; %d postings\n", n, len(b.refs), benchPostings)
	fmt.Printf("prepare a posting      %9.1f µs (its text cut into words, its places looked up; not part of the times below)\n", micros(prepare)/benchPostings)
	fmt.Printf("build                  %9.2f s CPU, %.1f µs a filter, with canonical form and deduplication; %.2f s by the clock\n", build.Seconds(), micros(build)/float64(n), wall.Seconds())
	b.memory(heap() - before)
	runtime.KeepAlive(known) // else it would be missing from what was there before
	return b
}

func now() time.Duration { return cpuTime(unix.CLOCK_THREAD_CPUTIME_ID) }

func cpuTime(clock int32) time.Duration {
	var at unix.Timespec
	if err := unix.ClockGettime(clock, &at); err != nil {
		panic(err)
	}
	return time.Duration(at.Nano())
}

func micros(d time.Duration) float64 { return float64(d) / 1e3 }

func heap() int {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// memory tells what the index takes, by part.
func (b *bench) memory(all int) {
	records, entries, nodes := 0, 0, 0
	s := &b.index.latest
	for i := range uint32(s.next)/pageRecords + 1 {
		records += cap(s.pages.Get(i))*4 + 24
	}
	for i := range b.index.atoms.Len() {
		if n := s.nodes.Get(uint32(i)); n != nil {
			nodes++
			for _, leaf := range n.leaves {
				entries += cap(leaf.tokens)*4 + cap(leaf.lasts) + cap(leaf.refs)*4 + cap(leaf.headers)*8 + cap(leaf.demands)*4 + cap(leaf.ends)*2 + 152
			}
		}
	}
	held := func(what string, bytes int) {
		fmt.Printf("  %-21s%9.1f bytes a distinct filter\n", what, float64(bytes)/float64(len(b.refs)))
	}
	fmt.Printf("memory, all            %9.1f MB, %d atoms, %d nodes\n", float64(all)/1e6, b.index.atoms.Len(), nodes)
	held("all", all)
	held("records (join)", records)
	held("entries", entries)
	held("index (both)", records+entries)
}

// result is one way to match.
type result struct {
	name  string
	times []time.Duration // for each posting
	total time.Duration
	count int
	sum   uint64 // of all pairs, in any order
}

func (r *result) take(ref Ref, i int) {
	r.count++
	x := (uint64(ref)<<20 | uint64(i)) * 0x9e3779b97f4a7c15
	r.sum += x ^ x>>29
}

func (b *bench) run() {
	b.checkOracle()
	first := b.joined("block join, first time", 3, b.forget)
	index := b.each("index", func(i int, r *result) { b.index.Match(b.postings[i], func(ref Ref) { r.take(ref, i) }) })
	peer := newPeer(b)
	roaring := b.each("roaring", func(i int, r *result) { peer.match(b.postings[i], func(ref Ref) { r.take(ref, i) }) })
	news := b.joined("block join, a new word", 3, b.learn)
	join := b.joined("block join", 3, func() {})
	oracle := b.oracle()
	fmt.Printf("selectivity            %9.3f %% of the filters, mean\n", 100*float64(join.count)/float64(benchPostings)/float64(len(b.refs)))
	for _, r := range []result{oracle, roaring, index, first, news, join} {
		mean := micros(r.total) / benchPostings
		fmt.Printf("%-23s%9.1f µs a posting", r.name, mean)
		if r.times != nil {
			slices.Sort(r.times)
			fmt.Printf(", p99 %.1f µs", micros(r.times[len(r.times)*99/100]))
		}
		fmt.Printf("; oracle / it = %.1f, roaring / it = %.1f\n", float64(oracle.total)/float64(r.total), float64(roaring.total)/float64(r.total))
		if r.sum != 0 && (r.sum != join.sum || r.count != join.count) {
			b.t.Errorf("%s has other answers: %d pairs, the join %d", r.name, r.count, join.count)
		}
	}
	b.updates()
}

// learn asks for a new word, of which postings have to find out whether it is true of them.
func (b *bench) learn() {
	b.index.Remove(b.index.Add(alerts.Filter{Query: "neverseenbefore"}))
}

// forget has postings forget which atoms are true of them, as it is when they are new.
func (b *bench) forget() {
	for i := range 100 {
		b.index.Remove(b.index.Add(alerts.Filter{Query: "neverseenbefore" + strconv.Itoa(i)}))
	}
}

// joined is the best of some joins, before each of which something is done.
func (b *bench) joined(name string, runs int, before func()) result {
	best := result{total: math.MaxInt64}
	for range runs {
		before()
		r := result{name: name}
		start := now()
		b.index.Join(b.refs, b.postings, r.take)
		if r.total = now() - start; r.total < best.total {
			best = r
		}
	}
	return best
}

// each is the best of some times for each posting, which has forgotten its atoms each time.
func (b *bench) each(name string, match func(i int, r *result)) result {
	const runs = 3
	best := result{name: name, times: slices.Repeat([]time.Duration{math.MaxInt64}, len(b.postings))}
	for range runs {
		b.forget()
		r := result{}
		for i := range b.postings {
			start := now()
			match(i, &r)
			best.times[i] = min(best.times[i], now()-start)
		}
		best.count, best.sum = r.count, r.sum
	}
	for _, t := range best.times {
		best.total += t
	}
	return best
}

// oracle is timed on a part of the pairs, and counted up: its time is in proportion.
func (b *bench) oracle() result {
	const filters, postings = 2000, 50
	var matchers []alerts.Matcher
	for _, f := range b.filters[:filters] {
		matchers = append(matchers, alerts.NewMatcher(f))
	}
	for _, p := range b.postings[:postings] {
		p.Prepared()
	}
	start := now()
	for _, p := range b.postings[:postings] {
		for _, m := range matchers {
			m.Judge(p.Prepared())
		}
	}
	pair := float64(now()-start) / filters / postings
	return result{name: "oracle loop (sampled)", total: time.Duration(pair * float64(b.n) * benchPostings)}
}

// checkOracle compares index and join with the oracle, on a part of the filters.
func (b *bench) checkOracle() {
	const filters, postings = 1000, 100
	refs := b.index.AddAll(b.filters[:filters])
	defer func() {
		for _, ref := range refs {
			b.index.Remove(ref)
		}
	}()
	want := map[Ref][postings]bool{}
	for i, ref := range refs {
		var found [postings]bool
		m := alerts.NewMatcher(b.filters[i])
		for k, p := range b.postings[:postings] {
			found[k] = m.Judge(p.Prepared()).Match
		}
		want[ref] = found
	}
	indexed, joined := map[Ref][postings]bool{}, map[Ref][postings]bool{}
	for ref := range want {
		indexed[ref], joined[ref] = [postings]bool{}, [postings]bool{}
	}
	mark := func(found map[Ref][postings]bool, ref Ref, k int) {
		if marks, asked := found[ref]; asked {
			marks[k] = true
			found[ref] = marks
		}
	}
	for k, p := range b.postings[:postings] {
		b.index.Match(p, func(ref Ref) { mark(indexed, ref, k) })
	}
	b.index.Join(b.refs, b.postings[:postings], func(ref Ref, k int) { mark(joined, ref, k) })
	if !maps.Equal(want, indexed) || !maps.Equal(want, joined) {
		b.t.Error("index or join differ from the oracle")
	}
	fmt.Printf("checked with the oracle%9d pairs\n", len(want)*postings)
}

// updates adds filters that were not there, one by one, and removes them again.
func (b *bench) updates() {
	more := newWorkload(b.t, 4).filters(3000)
	refs := make([]Ref, len(more))
	cost := func(name string, change func(i int)) {
		times := make([]time.Duration, len(more))
		var total time.Duration
		for i := range more {
			start := now()
			change(i)
			times[i] = now() - start
			total += times[i]
		}
		slices.Sort(times)
		fmt.Printf("%-23s%9.1f µs, p99 %.1f µs\n", name, micros(total)/float64(len(more)), micros(times[len(times)*99/100]))
	}
	cost("of which canonical form", func(i int) { more[i].Canonical() })
	cost("add one filter", func(i int) { refs[i] = b.index.Add(more[i]) })
	cost("remove one filter", func(i int) { b.index.Remove(refs[i]) })
}

// peer is the peer to beat: a bitmap of filters for each value, and their intersection over the
// facets. What bitmaps cannot tell, the second clause of a query and the exact salary, is left to
// records, as in the index.
type peer struct {
	index  *Index
	now    snapshot
	facets [64]*roaring.Bitmap           // filters that accept the bit
	atoms  [2]map[uint32]*roaring.Bitmap // filters by atom.Access
	none   map[uint32]*roaring.Bitmap    // filters that exclude an atom
	search search
}

func newPeer(b *bench) *peer {
	start := now()
	p := &peer{index: b.index, now: b.index.latest, none: map[uint32]*roaring.Bitmap{}}
	for i := range p.facets {
		p.facets[i] = roaring.New()
	}
	for i := range p.atoms {
		p.atoms[i] = map[uint32]*roaring.Bitmap{}
	}
	for _, ref := range b.refs {
		p.add(ref)
	}
	p.each(func(bitmap *roaring.Bitmap) { bitmap.RunOptimize() })
	fmt.Printf("roaring, build         %9.2f s, %.1f bytes a distinct filter, without records\n", (now() - start).Seconds(), float64(p.bytes())/float64(len(b.refs)))
	return p
}

func (p *peer) add(ref Ref) {
	put := func(in map[uint32]*roaring.Bitmap, atom uint32) {
		if in[atom] == nil {
			in[atom] = roaring.New()
		}
		in[atom].Add(uint32(ref))
	}
	r := p.now.record(ref)
	for i := range p.facets {
		if r.facets()>>i&1 != 0 {
			p.facets[i].Add(uint32(ref))
		}
	}
	a := p.index.access(r)
	for i, number := range []int{a.Places, a.Tokens} {
		if number == atom.NoClause {
			put(p.atoms[i], atom.Always)
		}
	}
	for i, literals := 0, r.literals(); len(literals) > 0; i++ {
		var c []uint32
		c, literals = cutClause(literals)
		for _, l := range c {
			switch {
			case i == a.Places:
				put(p.atoms[0], l>>atomShift)
			case i == a.Tokens:
				put(p.atoms[1], l>>atomShift)
			case len(c) == 1 && l&inverted != 0:
				put(p.none, l>>atomShift)
			}
		}
	}
}

// each visits all bitmaps.
func (p *peer) each(visit func(*roaring.Bitmap)) {
	for _, bitmap := range p.facets {
		visit(bitmap)
	}
	for _, in := range []map[uint32]*roaring.Bitmap{p.atoms[0], p.atoms[1], p.none} {
		for _, bitmap := range in {
			visit(bitmap)
		}
	}
}

func (p *peer) bytes() (size uint64) {
	p.each(func(bitmap *roaring.Bitmap) { size += bitmap.GetSizeInBytes() })
	return size
}

func (p *peer) match(posting *Posting, visit func(Ref)) {
	s := &p.search
	s.resolve(posting, p.index.atoms, p.index.rules.Rates)
	union := func(in map[uint32]*roaring.Bitmap) *roaring.Bitmap {
		var found []*roaring.Bitmap
		for _, atom := range s.atoms {
			if bitmap := in[atom]; bitmap != nil {
				found = append(found, bitmap)
			}
		}
		return roaring.FastOr(found...)
	}
	all := union(p.atoms[0])
	all.And(union(p.atoms[1]))
	for _, f := range facet.Fields() {
		var found []*roaring.Bitmap
		for i := f.At; i < f.At+f.Width(); i++ {
			if s.facets>>i&1 != 0 {
				found = append(found, p.facets[i])
			}
		}
		if len(found) == 1 {
			all.And(found[0])
		} else {
			all.And(roaring.FastOr(found...))
		}
	}
	for _, atom := range s.atoms {
		if bitmap := p.none[atom]; bitmap != nil {
			all.AndNot(bitmap)
		}
	}
	for found := all.Iterator(); found.HasNext(); {
		ref := Ref(found.Next())
		if r := p.now.record(ref); s.holds(r.header(), r.demands()) && p.now.confirms(ref, r, posting) {
			visit(ref)
		}
	}
}
