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
	pays     map[uint32]*payRows // by currency
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
	ix.tidy()
	ix.mu.Unlock()
	return now
}

func (b *block) begin(postings []*Posting, table *rates.Table, atoms int) {
	b.postings, b.every, b.rates, b.pays = postings, row{}, table, map[uint32]*payRows{}
	b.atoms = zeroed(b.atoms, atoms)
	if b.facets == nil {
		for _, f := range fields() {
			b.facets = append(b.facets, facetRows{f.at, 1<<f.width() - 1, make([]row, 1<<f.width())})
		}
	}
	for _, f := range b.facets {
		clear(f.rows)
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

// match visits the postings that one filter matches.
func (b *block) match(now *snapshot, ref Ref, r record, first int, visit func(Ref, int)) {
	found, some := b.holds(r)
	if !some {
		return
	}
	for word, postings := range found {
		for ; postings != 0; postings &= postings - 1 {
			i := word*64 + bits.TrailingZeros64(postings)
			if now.confirms(ref, r, b.postings[i]) {
				visit(ref, first+i)
			}
		}
	}
}

// holds finds the postings of which a record says no more than what is true; some is false where
// there are none.
func (b *block) holds(r record) (found row, some bool) {
	if found, some = b.agree(r.facets()); !some {
		return found, false
	}
	var c row
	for _, l := range r.literals() {
		atom := &b.atoms[l>>atomShift]
		if l&inverted == 0 {
			c.or(atom)
		} else {
			for i := range c {
				c[i] |= ^atom[i]
			}
		}
		if l&closes == 0 {
			continue
		}
		left := uint64(0)
		for i := range c {
			found[i] &= c[i]
			left |= found[i]
		}
		if left == 0 {
			return found, false
		}
		c = row{}
	}
	if asked, ok := r.pay(); ok {
		found = b.paying(asked, found)
	}
	return found, true
}

// agree finds the postings whose facets agree.
func (b *block) agree(accepted facets) (found row, some bool) {
	found = b.every
	left := uint64(1)
	for i := range b.facets {
		f := &b.facets[i]
		values := uint64(accepted) >> f.at & f.mask
		if values == f.mask {
			continue
		}
		left = 0
		for j := range found {
			found[j] &= f.rows[values][j]
			left |= found[j]
		}
	}
	return found, left != 0
}

// payRows is which postings of a block pay how much in one currency.
type payRows struct {
	amounts []float64 // ascending
	from    []row     // from[k] has the postings that pay amounts[k] or more; one more, empty, behind
	silent  row       // those that do not say
}

// paying keeps the postings that pay what is asked.
func (b *block) paying(asked pay, found row) row {
	rows := b.pays[asked.currency]
	if rows == nil {
		rows = b.payRows(asked.code())
		b.pays[asked.currency] = rows
	}
	k := sort.Search(len(rows.amounts), func(k int) bool { return rows.amounts[k] >= asked.least })
	enough := rows.from[k]
	if !asked.listed {
		enough.or(&rows.silent)
	}
	for i := range found {
		found[i] &= enough[i]
	}
	return found
}

func (b *block) payRows(currency string) *payRows {
	type payer struct {
		amount  float64
		posting int
	}
	var payers []payer
	rows := &payRows{}
	for i, p := range b.postings {
		switch amount, stated := paid(p.posting.Salary, currency, b.rates); {
		case !stated:
			rows.silent.set(i)
		case amount == amount: // what is not a number reaches nothing
			payers = append(payers, payer{amount, i})
		}
	}
	slices.SortFunc(payers, func(a, b payer) int { return cmp.Compare(a.amount, b.amount) })
	rows.amounts, rows.from = make([]float64, len(payers)), make([]row, len(payers)+1)
	for k, p := range slices.Backward(payers) {
		rows.amounts[k] = p.amount
		rows.from[k] = rows.from[k+1]
		rows.from[k].set(p.posting)
	}
	return rows
}
