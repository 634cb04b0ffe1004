package match

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"

	"jobalertd/alerts/rates"
)

// blockSize is how many postings are joined at once.
const blockSize = 64 * rowWords

const rowWords = 8

// row has a bit for each posting of a block.
type row [rowWords]uint64

func (r *row) set(i int) { r[i/64] |= 1 << (i % 64) }

func (r *row) or(other *row) {
	for i := range r {
		r[i] |= other[i]
	}
}

// block is what is true of up to blockSize postings, by what instead of by posting.
type block struct {
	truth    truth // of the posting that is read in
	postings []*Posting
	every    row // all postings
	rates    *rates.Table
	atoms    []row
	facets   []facetRows
	fieldOf  [64]uint8           // the field of a bit, in facets
	pays     map[uint32]*payRows // by currency
	// places is the clause that was looked at last, and placesRow the postings for which it holds.
	places    []uint32
	placesRow row
	space     [16]*row
}

// facetRows has the postings that each value of a field in a filter's facets accepts.
type facetRows struct {
	at   int
	mask uint64
	rows []row
}

// Join visits every pair of a filter and a posting that match, each once; i is the posting's place
// in the list. It is the faster way for hundreds of postings, and fastest where refs ascend. A ref
// that names no filter is passed over.
func (ix *Index) Join(refs []Ref, postings []*Posting, visit func(ref Ref, i int)) {
	b := ix.blocks.Get().(*block)
	defer ix.blocks.Put(b)
	for first := 0; first < len(postings); first += blockSize {
		now := ix.fill(b, postings[first:min(first+blockSize, len(postings))])
		for _, ref := range refs {
			if r := now.record(ref); r != nil {
				b.match(&now, ref, r, first, visit)
			}
		}
	}
}

// fill reads postings into a block. What is looked up meanwhile is what the snapshot knows, and
// perhaps more: see Index.joins.
func (ix *Index) fill(b *block, postings []*Posting) snapshot {
	ix.mu.Lock()
	ix.joins++
	now, known := ix.latest, len(ix.atoms.list)
	ix.mu.Unlock()
	b.begin(postings, ix.rules.Rates, known)
	for i, p := range postings {
		ix.mu.RLock()
		b.truth.resolve(p, ix.atoms, ix.rules.Rates)
		ix.mu.RUnlock()
		b.put(i)
	}
	b.end()
	ix.mu.Lock()
	ix.joins--
	ix.mu.Unlock()
	return now
}

func (b *block) begin(postings []*Posting, table *rates.Table, atoms int) {
	b.postings, b.every, b.rates, b.pays, b.places = postings, row{}, table, map[uint32]*payRows{}, nil
	b.atoms = zeroed(b.atoms, atoms)
	for i, f := range fields() {
		if len(b.facets) == i {
			b.facets = append(b.facets, facetRows{f.at, 1<<f.width() - 1, make([]row, 1<<f.width())})
		}
		clear(b.facets[i].rows)
		for bit := range f.width() {
			b.fieldOf[f.at+bit] = uint8(i)
		}
	}
}

// put takes what is true of posting number i.
func (b *block) put(i int) {
	b.every.set(i)
	for _, atom := range b.truth.atoms {
		if int(atom) < len(b.atoms) { // not numbered since
			b.atoms[atom].set(i)
		}
	}
	for _, f := range b.facets {
		for value := uint64(b.truth.facets) >> f.at & f.mask; value != 0; value &= value - 1 {
			f.rows[value&-value].set(i)
		}
	}
}

// end makes the rows of several values from those of one.
func (b *block) end() {
	for _, f := range b.facets {
		for values := range f.rows {
			if one := values & -values; one != values {
				f.rows[values] = f.rows[one]
				f.rows[values].or(&f.rows[values&^one])
			}
		}
	}
}

// match visits the postings that one filter matches. It goes by words of rows, so that what is left
// of a word stays in a register.
func (b *block) match(now *snapshot, ref Ref, r record, first int, visit func(Ref, int)) {
	literals := b.somewhere(r.literals())
	rows := b.agreeing(r.facets(), b.space[:0])
	if asked, ok := r.pay(); ok {
		rows = append(rows, b.paying(asked))
	}
	for word, postings := range b.placesRow {
		for _, row := range rows {
			postings &= row[word]
		}
		if postings == 0 {
			continue
		}
		for postings = b.holds(literals, word, postings); postings != 0; postings &= postings - 1 {
			i := word*64 + bits.TrailingZeros64(postings)
			if now.confirms(ref, r, b.postings[i]) {
				visit(ref, first+i)
			}
		}
	}
}

// somewhere makes placesRow the postings for which the first clause holds, if that is one of places,
// and returns the literals behind it. Filters of the same places follow each other.
func (b *block) somewhere(literals []uint32) []uint32 {
	if n := len(b.places); n > 0 && len(literals) >= n && slices.Equal(literals[:n], b.places) {
		return literals[n:]
	}
	b.places, b.placesRow = nil, b.every
	end := slices.IndexFunc(literals, func(l uint32) bool { return l&closes != 0 }) + 1
	if slices.ContainsFunc(literals[:end], func(l uint32) bool { return l&inverted != 0 }) || end == 0 {
		return literals
	}
	b.places, b.placesRow = literals[:end], row{}
	for _, l := range b.places {
		b.placesRow.or(&b.atoms[l>>atomShift])
	}
	return literals[end:]
}

// holds finds the postings, of 64, for which all clauses hold.
func (b *block) holds(literals []uint32, word int, postings uint64) uint64 {
	clause := uint64(0)
	for _, l := range literals {
		clause |= b.atoms[l>>atomShift][word] ^ -uint64(l/inverted&1)
		if l&closes != 0 {
			if postings &= clause; postings == 0 {
				return 0
			}
			clause = 0
		}
	}
	return postings
}

// agreeing appends the rows whose common postings have facets that agree.
func (b *block) agreeing(accepted facets, rows []*row) []*row {
	for left := anyFacets &^ accepted; left != 0; {
		f := &b.facets[b.fieldOf[bits.TrailingZeros64(uint64(left))]]
		rows = append(rows, &f.rows[uint64(accepted)>>f.at&f.mask])
		left &^= facets(f.mask) << f.at
	}
	return rows
}

// payRows is which postings of a block pay how much in one currency.
type payRows struct {
	amounts []float64 // ascending
	// from[k] has the postings that pay amounts[k] or more, and as the last none. In orSilent those
	// that do not say are added.
	from, orSilent []row
}

// paying finds the postings that pay what is asked.
func (b *block) paying(asked pay) *row {
	rows := b.pays[asked.currency]
	if rows == nil {
		rows = b.payRows(asked.code())
		b.pays[asked.currency] = rows
	}
	k := sort.Search(len(rows.amounts), func(k int) bool { return rows.amounts[k] >= asked.least })
	if asked.listed {
		return &rows.from[k]
	}
	return &rows.orSilent[k]
}

func (b *block) payRows(currency string) *payRows {
	type payer struct {
		amount  float64
		posting int
	}
	var payers []payer
	var silent row
	for i, p := range b.postings {
		switch amount, stated := paid(p.posting.Salary, currency, b.rates); {
		case !stated:
			silent.set(i)
		case amount == amount: // what is not a number reaches nothing
			payers = append(payers, payer{amount, i})
		}
	}
	slices.SortFunc(payers, func(a, b payer) int { return cmp.Compare(a.amount, b.amount) })
	rows := &payRows{make([]float64, len(payers)), make([]row, len(payers)+1), make([]row, len(payers)+1)}
	for k, p := range slices.Backward(payers) {
		rows.amounts[k] = p.amount
		rows.from[k] = rows.from[k+1]
		rows.from[k].set(p.posting)
	}
	for k := range rows.from {
		rows.orSilent[k] = rows.from[k]
		rows.orSilent[k].or(&silent)
	}
	return rows
}
