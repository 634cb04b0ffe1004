package match

import (
	"slices"

	"jobalertd/alerts"
	"jobalertd/alerts/rates"
)

// facets holds the answers to all facets with few values in one word, a field of bits for each. In
// a posting's facets the bits of its values are set, in a filter's those it accepts; they agree if
// every field has a bit in common. The two last bits of a field stand for a value the program does
// not know and for an unknown one. Above each field is a guard, never set: adding all ones to a
// field carries into its guard exactly where a bit of the field is set.
type facets uint64

// field is where one facet has its bits.
type field struct {
	at     int // lowest bit
	values int
}

// The fields, each right above the guard of the one before.
const (
	classAt      = 0
	workplaceAt  = classAt + 3 + 3
	seniorityAt  = workplaceAt + 3 + 3
	employmentAt = seniorityAt + 8 + 3
	educationAt  = employmentAt + 5 + 3
	languageAt   = educationAt + 6 + 3
	salaryAt     = languageAt + 8 + 3
	facetsEnd    = salaryAt + 8 + 3

	facetGuards facets = 1<<(workplaceAt-1) | 1<<(seniorityAt-1) | 1<<(employmentAt-1) | 1<<(educationAt-1) |
		1<<(languageAt-1) | 1<<(salaryAt-1) | 1<<(facetsEnd-1)
	// anyFacets accepts everything.
	anyFacets facets = (1<<facetsEnd - 1) &^ facetGuards
)

func classField() field      { return field{classAt, 3} }
func workplaceField() field  { return field{workplaceAt, 3} }
func seniorityField() field  { return field{seniorityAt, 8} }
func employmentField() field { return field{employmentAt, 5} }
func educationField() field  { return field{educationAt, 6} }
func languageField() field   { return field{languageAt, 8} }
func salaryField() field     { return field{salaryAt, 8} }

// fields lists the fields in order.
func fields() []field {
	return []field{classField(), workplaceField(), seniorityField(), employmentField(), educationField(), languageField(), salaryField()}
}

// agree reports whether a posting has what a filter accepts, in every field. Bits above the fields
// do not matter.
func (f facets) agree(posting facets) bool {
	return (f&posting+anyFacets)&facetGuards == facetGuards
}

// width is how many bits the field has, without its guard.
func (f field) width() int { return f.values + 2 }

// bits is the field of f, moved to the lowest bits.
func (f field) bits(of facets) uint64 { return uint64(of) >> f.at & (1<<f.width() - 1) }

func (f field) all() facets     { return (1<<f.width() - 1) << f.at }
func (f field) other() facets   { return 1 << (f.at + f.values) }
func (f field) unknown() facets { return 1 << (f.at + f.values + 1) }

// bitsOf is the bits of values in a field, other for those that are not legal.
func bitsOf[T comparable](f field, legal, values []T) facets {
	var bits facets
	for _, v := range values {
		if i := slices.Index(legal, v); i >= 0 {
			bits |= 1 << (f.at + i)
		} else {
			bits |= f.other()
		}
	}
	return bits
}

// languages are those with bits of their own: the commonest in postings. Others are decided by
// clauses.
func languages() []string { return []string{"en", "de", "fr", "es", "nl", "pt", "it", "pl"} }

// postingFacets is the facets of a posting.
func postingFacets(p *alerts.Posting, table *rates.Table) facets {
	stated := func(f field, bits facets) facets {
		if bits == 0 {
			return f.unknown()
		}
		return bits
	}
	return bitsOf(classField(), alerts.Classes(), []alerts.Class{p.Class}) |
		stated(workplaceField(), bitsOf(workplaceField(), alerts.Workplaces(), given(p.Workplace))) |
		stated(seniorityField(), bitsOf(seniorityField(), alerts.Seniorities(), p.Seniority)) |
		stated(employmentField(), bitsOf(employmentField(), alerts.Employments(), p.Employment)) |
		stated(educationField(), bitsOf(educationField(), alerts.Educations(), given(p.Education))) |
		stated(languageField(), bitsOf(languageField(), languages(), given(p.Language))) |
		postingPay(p.Salary, table)
}

// given is a value as a list, empty where the value is.
func given[T ~string](value T) []T {
	if value == "" {
		return nil
	}
	return []T{value}
}

// filterFacets is what a canonical filter accepts. It is exact but for the salary, where it accepts
// too much, and for values that are not legal, of which it reports with exact that there are some.
func filterFacets(f *alerts.Filter, table *rates.Table) (accepted facets, exact bool) {
	exact = true
	anyOf := func(at field, bits facets, values int) facets {
		switch {
		case values == 0:
			return at.all()
		case bits&at.other() != 0:
			exact = false
			return at.all()
		}
		return bits | at.unknown()
	}
	classes := f.Class
	if len(classes) == 0 {
		classes = []alerts.Class{alerts.ClassCore}
	}
	class, workplace, education := classField(), workplaceField(), educationField()
	accepted = anyOf(class, bitsOf(class, alerts.Classes(), classes), len(classes)) |
		anyOf(workplace, bitsOf(workplace, alerts.Workplaces(), f.Workplace), len(f.Workplace)) |
		anyOf(seniorityField(), bitsOf(seniorityField(), alerts.Seniorities(), f.Seniority), len(f.Seniority)) |
		anyOf(employmentField(), bitsOf(employmentField(), alerts.Employments(), f.Employment), len(f.Employment)) |
		filterPay(f, table)
	if slices.Equal(f.Workplace, []alerts.Workplace{alerts.WorkplaceRemote}) {
		accepted &^= workplace.unknown()
	}
	switch rank := slices.Index(alerts.Educations(), f.EducationMax); {
	case f.EducationMax == "":
		accepted |= education.all()
	case rank < 0:
		exact = false
		accepted |= education.all()
	default:
		accepted |= (1<<(rank+1)-1)<<education.at | education.other() | education.unknown()
	}
	// Languages without bits of their own are let through here, for a clause to decide.
	if language := languageField(); len(f.Languages) == 0 {
		accepted |= language.all()
	} else {
		accepted |= bitsOf(language, languages(), f.Languages) | language.unknown()
	}
	return accepted, exact
}

// payLevels are the salaries, in euros a year, at which the salary field has its bits.
func payLevels() []float64 { return []float64{0, 35e3, 50e3, 65e3, 80e3, 100e3, 125e3, 160e3} }

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
func postingPay(s *alerts.Salary, table *rates.Table) facets {
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
func filterPay(f *alerts.Filter, table *rates.Table) facets {
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
		accepted &^= (1<<level - 1) << at.at
	}
	return accepted
}

// pay is a salary asked for, as records hold it.
type pay struct {
	least    float64 // a year
	currency uint32  // three letters, a byte each
	listed   bool    // postings that state no salary are refused
}

// payOf is the salary a filter asks for; false where its currency is not one of three letters.
func payOf(f *alerts.Filter) (pay, bool) {
	code := f.SalaryMin.Currency
	if len(code) != 3 {
		return pay{}, false
	}
	return pay{
		least:    f.SalaryMin.Amount * f.SalaryMin.Period.PerYear(),
		currency: uint32(code[0])<<16 | uint32(code[1])<<8 | uint32(code[2]),
		listed:   f.SalaryUnlisted == alerts.UnlistedExclude,
	}, true
}

// code is the currency in letters.
func (p pay) code() string {
	return string([]byte{byte(p.currency >> 16), byte(p.currency >> 8), byte(p.currency)})
}

// paid is a year's salary of a posting in a currency; false where it states none, or the currencies
// cannot be compared.
func paid(s *alerts.Salary, currency string, table *rates.Table) (float64, bool) {
	perYear, stated := yearly(s)
	if !stated {
		return 0, false
	}
	amount, known := table.Convert(perYear, s.Currency, currency)
	return amount, known
}

// accepts reports whether a posting that pays so much is enough; stated is false where it does not
// say.
func (p pay) accepts(amount float64, stated bool) bool {
	if !stated {
		return !p.listed
	}
	return amount >= p.least
}
