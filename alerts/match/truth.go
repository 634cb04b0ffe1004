package match

import (
	"jobalertd/alerts"
	"jobalertd/alerts/match/atom"
	"jobalertd/alerts/match/facet"
	"jobalertd/alerts/rates"
)

// truth is what is true of one posting.
type truth struct {
	posting *Posting
	rates   *rates.Table
	facets  facet.Set
	bits    []uint64 // a bit for each atom
	atoms   []uint32 // in order
	paid    []payment
	space   atom.Space
}

// payment is the posting's salary in one currency.
type payment struct {
	currency uint32
	amount   float64
	stated   bool
}

// resolve finds what is true of a posting.
func (t *truth) resolve(p *Posting, atoms *atom.Set, table *rates.Table) {
	t.posting, t.rates, t.facets, t.paid = p, table, facet.OfPosting(p.Posting(), table), t.paid[:0]
	t.atoms, t.bits = atoms.Resolve(p, &t.space, t.bits)
}

func (t *truth) has(atom uint32) bool { return t.bits[atom/64]>>(atom%64)&1 != 0 }

// holds reports whether a record, or an entry, whose facets agree demands no more than what is true.
func (t *truth) holds(header facet.Set, demands []uint32) bool {
	pay, literals := cutPay(header, demands)
	if pay != nil {
		if asked := payOf(pay); !asked.Accepts(t.pays(asked)) {
			return false
		}
	}
	// Without branches: what filters that are looked at demand is true more often than not, and cannot
	// be foreseen.
	clause, refused := uint32(0), uint32(0)
	for _, l := range literals {
		atom := l >> atomShift
		clause |= uint32(t.bits[atom/64]>>(atom%64)) ^ l/inverted
		refused |= l & closes &^ clause
		clause &^= -(l & closes)
	}
	return refused == 0
}

// pays is the posting's salary in the currency asked for.
func (t *truth) pays(asked facet.Pay) (amount float64, stated bool) {
	for _, p := range t.paid {
		if p.currency == asked.Currency {
			return p.amount, p.stated
		}
	}
	amount, stated = facet.Paid(t.posting.Posting().Salary, asked.Code(), t.rates)
	t.paid = append(t.paid, payment{asked.Currency, amount, stated})
	return amount, stated
}

// matcher judges a filter that its record does not tell whole.
type matcher struct {
	key string // of the filter
	alerts.Matcher
}

func (m *matcher) accepts(p *Posting) bool { return m.Judge(p.Prepared()).Match }
