package facet

import (
	"jobalertd/alerts"
	"jobalertd/alerts/rates"
)

// payLevels are the salaries, in euros a year, at which the salary field has its bits: a little below
// the round ones that people ask for.
func payLevels() []float64 { return []float64{0, 34e3, 49e3, 64e3, 79e3, 99e3, 124e3, 159e3} }

// payLevel is the highest level that the amount reaches, false where it is none.
func payLevel(euros float64) (int, bool) {
	level := -1
	for _, least := range payLevels() {
		if euros >= least {
			level++
		}
	}
	return level, level >= 0
}

// postingPay is the salary field of a posting: its level, other where it has a salary but no level.
func postingPay(s *alerts.Salary, table *rates.Table) Set {
	perYear, stated := yearly(s)
	if !stated {
		return salaryField().unknown()
	}
	euros, known := table.Convert(perYear, s.Currency, "EUR")
	if level, ok := payLevel(euros); known && ok {
		return 1 << (salaryAt + level)
	}
	return salaryField().other()
}

// yearly is the most that a salary states for a year; false where it states nothing.
func yearly(s *alerts.Salary) (float64, bool) {
	if s == nil || s.Predicted {
		return 0, false
	}
	perYear := max(s.Min, s.Max) * s.Period.PerYear()
	return perYear, perYear != 0
}

// filterPay is the salary field of a filter. Conversions round, so that the level is taken a
// little lower than it is; what the field lets through is compared exactly afterwards.
func filterPay(f *alerts.Filter, table *rates.Table) Set {
	at := salaryField()
	if f.SalaryMin == nil {
		return at.all()
	}
	accepted := at.all()
	if f.SalaryUnlisted == alerts.UnlistedExclude {
		accepted &^= at.unknown()
	}
	const rounding = 1e-9
	euros, known := table.Convert(f.SalaryMin.Amount*f.SalaryMin.Period.PerYear(), f.SalaryMin.Currency, "EUR")
	if level, ok := payLevel(euros * (1 - rounding)); known && ok {
		accepted &^= (1<<level - 1) << at.At
	}
	return accepted
}

// Pay is a salary asked for.
type Pay struct {
	Least    float64 // a year
	Currency uint32  // three letters, a byte each
	Listed   bool    // postings that state no salary are refused
}

// PayOf is the salary a filter asks for; false where its currency is not one of three letters.
func PayOf(f *alerts.Filter) (Pay, bool) {
	code := f.SalaryMin.Currency
	if len(code) != 3 {
		return Pay{}, false
	}
	return Pay{
		Least:    f.SalaryMin.Amount * f.SalaryMin.Period.PerYear(),
		Currency: uint32(code[0])<<16 | uint32(code[1])<<8 | uint32(code[2]),
		Listed:   f.SalaryUnlisted == alerts.UnlistedExclude,
	}, true
}

// Code is the currency in letters.
func (p Pay) Code() string {
	return string([]byte{byte(p.Currency >> 16), byte(p.Currency >> 8), byte(p.Currency)})
}

// Paid is a year's salary of a posting in a currency; false where it states none, or the currencies
// cannot be compared.
func Paid(s *alerts.Salary, currency string, table *rates.Table) (float64, bool) {
	perYear, stated := yearly(s)
	if !stated {
		return 0, false
	}
	amount, known := table.Convert(perYear, s.Currency, currency)
	return amount, known
}

// Accepts reports whether a posting that pays so much is enough; stated is false where it does not
// say.
func (p Pay) Accepts(amount float64, stated bool) bool {
	if !stated {
		return !p.Listed
	}
	return amount >= p.Least
}
