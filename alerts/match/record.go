package match

import (
	"math"
	"slices"

	"jobalertd/alerts/match/facet"
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
func newRecord(accepted facet.Set, exact bool, asked *facet.Pay) record {
	if !exact {
		accepted |= isInexact
	}
	if asked == nil {
		return record{uint32(accepted >> 32), uint32(accepted)}
	}
	accepted |= asksPay
	least, currency := math.Float64bits(asked.Least), asked.Currency
	if asked.Listed {
		currency |= mustList
	}
	return record{uint32(accepted >> 32), uint32(accepted), uint32(least >> 32), uint32(least), currency}
}

func (r record) header() facet.Set { return facet.Set(r[0])<<32 | facet.Set(r[1]) }

// facets is what the record accepts.
func (r record) facets() facet.Set { return r.header() & (1<<facet.Bits - 1) }

func (r record) isInexact() bool { return r.header()&isInexact != 0 }

// demands is what a record asks beyond its facets: a salary, if it does, and the literals.
func (r record) demands() []uint32 { return r[headerWords:] }

// literals is what comes after the header.
func (r record) literals() []uint32 {
	_, literals := cutPay(r.header(), r.demands())
	return literals
}

// cutPay cuts demands in two: the words of a salary, nil where none is asked for, and the literals.
func cutPay(header facet.Set, demands []uint32) (pay, literals []uint32) {
	if header&asksPay == 0 {
		return nil, demands
	}
	return demands[:payWords], demands[payWords:]
}

// payOf reads the words of a salary.
func payOf(words []uint32) facet.Pay {
	if words == nil {
		return facet.Pay{}
	}
	return facet.Pay{
		Least:    math.Float64frombits(uint64(words[0])<<32 | uint64(words[1])),
		Currency: words[2] &^ mustList,
		Listed:   words[2]&mustList != 0,
	}
}

// cutClause cuts the first clause off literals.
func cutClause(literals []uint32) (clause, rest []uint32) {
	end := slices.IndexFunc(literals, func(l uint32) bool { return l&closes != 0 }) + 1
	return literals[:end], literals[end:]
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
