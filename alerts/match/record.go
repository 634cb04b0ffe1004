package match

import (
	"math"

	"jobalertd/alerts"
	"jobalertd/alerts/rates"
)

// A record is a filter as both directions read it:
//
//	2 words   its facets; the two bits above them are the flags below
//	3 words   with asksPay: the least a year, as a float's bits, and the currency, with mustList
//	n words   the literals, clause after clause: the atom above two bits, inverted and closes
//
// Equal filters have equal records, as long as their atoms are held.
type record []uint32

const (
	asksPay   = 1 << 63 // in the facets
	isInexact = 1 << 62 // in the facets: the matcher of the filter decides
	mustList  = 1 << 31 // in the currency: a posting that states no salary is refused

	inverted  = 2 // a literal holds where its atom does not
	closes    = 1 // a literal is the last of its clause
	atomShift = 2

	headerWords, payWords = 2, 3
)

// newRecord starts a record without its literals.
func newRecord(accepted facets, exact bool, asked *pay) record {
	if !exact {
		accepted |= isInexact
	}
	if asked == nil {
		return record{uint32(accepted >> 32), uint32(accepted)}
	}
	accepted |= asksPay
	least, currency := math.Float64bits(asked.least), asked.currency
	if asked.listed {
		currency |= mustList
	}
	return record{uint32(accepted >> 32), uint32(accepted), uint32(least >> 32), uint32(least), currency}
}

func (r record) header() facets { return facets(r[0])<<32 | facets(r[1]) }

// facets is what the record accepts.
func (r record) facets() facets { return r.header() & (1<<facetsEnd - 1) }

func (r record) isInexact() bool { return r.header()&isInexact != 0 }

// pay is the salary asked for; false where none is.
func (r record) pay() (pay, bool) {
	if r.header()&asksPay == 0 {
		return pay{}, false
	}
	return pay{
		least:    math.Float64frombits(uint64(r[2])<<32 | uint64(r[3])),
		currency: r[4] &^ mustList,
		listed:   r[4]&mustList != 0,
	}, true
}

// literals is what comes after the header.
func (r record) literals() []uint32 {
	if r.header()&asksPay == 0 {
		return r[headerWords:]
	}
	return r[headerWords+payWords:]
}

// pageRecords is how many records a page holds.
const pageRecords = 64

// A page is the records of pageRecords refs: where each begins and the last ends, then the records.
// It does not change once it is made.
type page []uint32

// record is number i, nil where there is none.
func (p page) record(i uint32) record {
	if p == nil || p[i] == p[i+1] {
		return nil
	}
	return record(p[p[i]:p[i+1]])
}

// newPage makes a page of records, nil of none.
func newPage(records *[pageRecords]record) page {
	size := 0
	for _, r := range records {
		size += len(r)
	}
	if size == 0 {
		return nil
	}
	p := make(page, pageRecords+1, pageRecords+1+size)
	for i, r := range records {
		p[i] = uint32(len(p))
		p = append(p, r...)
	}
	p[pageRecords] = uint32(len(p))
	return p
}

// records is all records of a page.
func (p page) records() *[pageRecords]record {
	all := new([pageRecords]record)
	for i := range all {
		all[i] = p.record(uint32(i))
	}
	return all
}

// truth is what is true of one posting.
type truth struct {
	posting *Posting
	rates   *rates.Table
	facets  facets
	bits    []uint64 // a bit for each atom
	atoms   []uint32 // in order
	paid    []payment
	words   []found // space for vocabulary.find
}

// payment is the posting's salary in one currency.
type payment struct {
	currency uint32
	amount   float64
	stated   bool
}

// resolve finds what is true of a posting. What filters can ask changes seldom: the posting remembers
// which of it is true.
func (t *truth) resolve(p *Posting, as *atoms, table *rates.Table) {
	t.posting, t.rates, t.facets, t.paid = p, table, postingFacets(p.posting, table), t.paid[:0]
	t.bits = zeroed(t.bits, len(as.list)/64+1)
	set := func(atom uint32) { t.bits[atom/64] |= 1 << (atom % 64) }
	if r := p.resolved.Load(); r != nil && r.by == as && r.version == as.version {
		t.atoms = r.atoms
		for _, atom := range r.atoms {
			set(atom)
		}
		return
	}
	as.resolve(p, set)
	t.words = as.words.find(p, t.words, set)
	t.atoms = numbersOf(t.bits)
	p.resolved.Store(&resolved{as, as.version, t.atoms})
}

func (t *truth) has(atom uint32) bool { return t.bits[atom/64]>>(atom%64)&1 != 0 }

// holds reports whether a record whose facets agree says no more than what is true.
func (t *truth) holds(r record) bool {
	if asked, ok := r.pay(); ok && !asked.accepts(t.pays(asked)) {
		return false
	}
	found := uint64(0)
	for _, l := range r.literals() {
		atom := l >> atomShift
		found |= t.bits[atom/64]>>(atom%64) ^ uint64(l/inverted)
		if l&closes != 0 {
			if found&1 == 0 {
				return false
			}
			found = 0
		}
	}
	return true
}

// pays is the posting's salary in the currency asked for.
func (t *truth) pays(asked pay) (amount float64, stated bool) {
	for _, p := range t.paid {
		if p.currency == asked.currency {
			return p.amount, p.stated
		}
	}
	amount, stated = paid(t.posting.posting.Salary, asked.code(), t.rates)
	t.paid = append(t.paid, payment{asked.currency, amount, stated})
	return amount, stated
}

// matcher judges a filter that its record does not tell whole.
type matcher struct {
	key string // of the filter
	alerts.Matcher
}

func (m *matcher) accepts(p *Posting) bool { return m.Judge(p.Prepared()).Match }
