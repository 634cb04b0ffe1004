package match

import (
	"cmp"
	"math/bits"
	"slices"

	"jobalertd/alerts/match/atom"
	"jobalertd/alerts/match/facet"
	"jobalertd/alerts/rates"
)

// blockSize is how many postings are joined at once.
const blockSize = 64 * rowWords

const rowWords = 32

// row has a bit for each posting of a block.
type row [rowWords]uint64

func (r *row) set(i int) { r[i/64] |= 1 << (i % 64) }

func (r *row) or(other *row) {
	for i := range r {
		r[i] |= other[i]
	}
}

// words has a bit for each word of a row that is not empty.
type words uint32

func (w words) first() int { return bits.TrailingZeros32(uint32(w)) }

// block is what is true of up to blockSize postings, turned round: for each atom, the postings.
type block struct {
	space    atom.Space
	bits     []uint64
	postings []numbered
	every    row // all postings
	rates    *rates.Table
	order    []int // of each posting its place in the list it came in
	atoms    []row
	filled   []words  // of each atom's row
	used     []uint32 // the atoms whose rows are not empty
	known    int      // more than any atom that the snapshot knows
	facets   []facetRows
	fieldOf  [64]uint8 // the field of a bit, in facets
	pays     []*payRows
	// places is the clause that was looked at last, and placesRow the postings for which it holds.
	places       []uint32
	placesRow    row
	placesFilled words
}

// facetRows has the postings that the values of a field in a filter's facets accept. Rows of several
// values are made when they are first needed.
type facetRows struct {
	at    int
	mask  uint64
	rows  []row
	known []bool
}

func (f *facetRows) row(values uint64) *row {
	r := &f.rows[values]
	if !f.known[values] {
		f.known[values] = true
		*r = row{}
		for left := values; left != 0; left &= left - 1 {
			r.or(&f.rows[left&-left])
		}
	}
	return r
}

// Join visits every pair of a filter and a posting that match, each once; i is the posting's place
// in the list. It is the faster way for hundreds of postings, and fastest where refs ascend. A ref
// that names no filter is passed over. Edits made meanwhile are seen for some of the postings.
func (ix *Index) Join(refs []Ref, postings []*Posting, visit func(ref Ref, i int)) {
	b := ix.blocks.Get().(*block)
	defer func() {
		b.postings, b.pays, b.places = nil, nil, nil
		ix.blocks.Put(b)
	}()
	for block := range slices.Chunk(together(postings), blockSize) {
		b.postings = block
		now := ix.fill(b)
		var at uint32
		var records page
		for i, ref := range refs {
			if number := uint32(ref) / pageRecords; i == 0 || number != at {
				at, records = number, now.pages.Get(number)
			}
			if r := records.record(uint32(ref) % pageRecords); r != nil {
				b.match(&now, ref, r, visit)
			}
		}
	}
}

// numbered is a posting and its place in the list it came in.
type numbered struct {
	*Posting
	i     int
	atoms []uint32 // that are true of it, in order
}

// together brings postings of the same part of the world together: most filters ask for a place, and
// then have nothing to do with most blocks, or most words of a row.
func together(postings []*Posting) []numbered {
	sorted := make([]numbered, len(postings))
	for i, p := range postings {
		sorted[i] = numbered{Posting: p, i: i}
	}
	slices.SortStableFunc(sorted, func(a, b numbered) int { return cmp.Compare(a.Whereabouts(), b.Whereabouts()) })
	return sorted
}

// fill reads the postings of a block. What is looked up meanwhile is what the snapshot knows, and
// perhaps more: see Index.joins.
func (ix *Index) fill(b *block) snapshot {
	ix.mu.Lock()
	ix.joins++
	now, known := ix.latest, ix.atoms.Len()
	ix.mu.Unlock()
	b.begin(ix.rules.Rates, known)
	// First one, then the other: what each looks up stays in the processor's cache.
	for i := range b.postings {
		p := &b.postings[i]
		ix.mu.RLock()
		p.atoms, b.bits = ix.atoms.Atoms(p.Posting, &b.space, b.bits)
		ix.mu.RUnlock()
	}
	for word := range b.words() {
		b.put(word, b.postings[64*word:min(64*word+64, len(b.postings))])
	}
	ix.mu.Lock()
	ix.joins--
	ix.mu.Unlock()
	return now
}

func (b *block) begin(table *rates.Table, atoms int) {
	b.every, b.rates, b.pays, b.places = row{}, table, nil, nil
	for _, atom := range b.used {
		b.atoms[atom], b.filled[atom] = row{}, 0
	}
	b.used, b.order, b.known = b.used[:0], b.order[:0], atoms
	if len(b.atoms) < atoms {
		b.atoms, b.filled = make([]row, atoms), make([]words, atoms)
	}
	for i, f := range facet.Fields() {
		if len(b.facets) == i {
			n := 1 << f.Width()
			b.facets = append(b.facets, facetRows{f.At, uint64(n - 1), make([]row, n), make([]bool, n)})
		}
		rows := &b.facets[i]
		clear(rows.known)
		for bit := range f.Width() {
			rows.rows[1<<bit], rows.known[1<<bit] = row{}, true
			b.fieldOf[f.At+bit] = uint8(i)
		}
	}
}

// words is how many words a row has.
func (b *block) words() int { return (len(b.postings) + 63) / 64 }

// put takes what is true of the postings of one word.
func (b *block) put(word int, postings []numbered) {
	for i, p := range postings {
		b.order = append(b.order, p.i)
		b.every.set(64*word + i)
		for _, atom := range p.atoms {
			if int(atom) >= b.known {
				break // numbered since
			}
			if b.filled[atom] == 0 {
				b.used = append(b.used, atom)
			}
			b.filled[atom] |= 1 << word
			b.atoms[atom][word] |= 1 << i
		}
		facets := facet.OfPosting(p.Posting.Posting(), b.rates)
		for _, f := range b.facets {
			for value := uint64(facets) >> f.at & f.mask; value != 0; value &= value - 1 {
				f.rows[value&-value].set(64*word + i)
			}
		}
	}
}

// match visits the postings that one filter matches. It goes by words of rows, so that what is left
// of a word stays in a register.
func (b *block) match(now *snapshot, ref Ref, r record, visit func(Ref, int)) {
	pay, literals := cutPay(r.header(), r.demands())
	literals = b.somewhere(literals)
	if b.placesFilled == 0 {
		return
	}
	var space [8]*row // one for each field of facets
	rows, isSure := b.agreeing(r.facets(), space[:0]), !r.isInexact()
	var paying *row // looked up where anything is left to pay
	for left := b.placesFilled; left != 0; left &= left - 1 {
		word := left.first()
		postings := b.placesRow[word]
		for _, row := range rows {
			postings &= row[word]
		}
		if postings != 0 {
			postings = b.holds(literals, word, postings)
		}
		if postings != 0 && pay != nil {
			if paying == nil {
				paying = b.paying(payOf(pay))
			}
			postings &= paying[word]
		}
		for ; postings != 0; postings &= postings - 1 {
			i := word*64 + bits.TrailingZeros64(postings)
			if isSure || now.confirms(ref, r, b.postings[i].Posting) {
				visit(ref, b.order[i])
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
	b.places, b.placesRow, b.placesFilled = nil, b.every, b.everyFilled()
	end := slices.IndexFunc(literals, func(l uint32) bool { return l&closes != 0 }) + 1
	if slices.ContainsFunc(literals[:end], func(l uint32) bool { return l&inverted != 0 }) || end == 0 {
		return literals
	}
	b.places, b.placesRow, b.placesFilled = literals[:end], row{}, 0
	for _, l := range b.places {
		atom := l >> atomShift
		b.placesFilled |= b.filled[atom]
		for left := b.filled[atom]; left != 0; left &= left - 1 {
			word := left.first()
			b.placesRow[word] |= b.atoms[atom][word]
		}
	}
	return literals[end:]
}

// everyFilled is the words of the row that has all postings.
func (b *block) everyFilled() words { return words(1<<b.words() - 1) }

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
func (b *block) agreeing(accepted facet.Set, rows []*row) []*row {
	for left := facet.Any &^ accepted; left != 0; {
		f := &b.facets[b.fieldOf[bits.TrailingZeros64(uint64(left))]]
		rows = append(rows, f.row(uint64(accepted)>>f.at&f.mask))
		left &^= facet.Set(f.mask) << f.at
	}
	return rows
}

// payRows is which postings of a block pay how much in one currency.
type payRows struct {
	currency uint32
	amounts  []float64 // ascending
	// from[k] has the postings that pay amounts[k] or more, and as the last none. In orSilent those
	// that do not say are added.
	from, orSilent []row
}

// paying finds the postings that pay what is asked.
func (b *block) paying(asked facet.Pay) *row {
	rows := b.paysIn(asked)
	low, high := 0, len(rows.amounts)
	for low < high {
		if middle := (low + high) / 2; rows.amounts[middle] >= asked.Least {
			high = middle
		} else {
			low = middle + 1
		}
	}
	if asked.Listed {
		return &rows.from[low]
	}
	return &rows.orSilent[low]
}

// paysIn is the rows of a currency, which are few.
func (b *block) paysIn(asked facet.Pay) *payRows {
	for _, rows := range b.pays {
		if rows.currency == asked.Currency {
			return rows
		}
	}
	rows := b.payRows(asked.Code())
	rows.currency = asked.Currency
	b.pays = append(b.pays, rows)
	return rows
}

func (b *block) payRows(currency string) *payRows {
	type payer struct {
		amount  float64
		posting int
	}
	var payers []payer
	var silent row
	for i, p := range b.postings {
		switch amount, stated := facet.Paid(p.Posting.Posting().Salary, currency, b.rates); {
		case !stated:
			silent.set(i)
		case amount == amount: // what is not a number reaches nothing
			payers = append(payers, payer{amount, i})
		}
	}
	slices.SortFunc(payers, func(a, b payer) int { return cmp.Compare(a.amount, b.amount) })
	rows := &payRows{amounts: make([]float64, len(payers)), from: make([]row, len(payers)+1), orSilent: make([]row, len(payers)+1)}
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
