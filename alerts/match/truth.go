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

// holds reports whether a record whose facets agree says no more than what is true.
func (t *truth) holds(r record) bool {
	if asked, ok := r.pay(); ok && !asked.Accepts(t.pays(asked)) {
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
