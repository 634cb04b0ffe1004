package facet

import (
	"slices"

	"jobalertd/alerts"
	"jobalertd/alerts/rates"
)

// Set holds the answers to all facets with few values in one word, a field of bits for each. In a
// posting's set the bits of its values are set, in a filter's those it accepts; they agree if
// every field has a bit in common. The two last bits of a field stand for a value the program does
// not know and for an unknown one. Above each field is a guard, never set: adding all ones to a
// field carries into its guard exactly where a bit of the field is set.
type Set uint64

// Field is where one facet has its bits.
type Field struct {
	At     int // its lowest bit
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
	// Bits is how many bits all fields take; those above are free.
	Bits = salaryAt + 8 + 3

	guards Set = 1<<(workplaceAt-1) | 1<<(seniorityAt-1) | 1<<(employmentAt-1) | 1<<(educationAt-1) |
		1<<(languageAt-1) | 1<<(salaryAt-1) | 1<<(Bits-1)
	// Any accepts everything.
	Any Set = (1<<Bits - 1) &^ guards
)

func classField() Field      { return Field{classAt, 3} }
func workplaceField() Field  { return Field{workplaceAt, 3} }
func seniorityField() Field  { return Field{seniorityAt, 8} }
func employmentField() Field { return Field{employmentAt, 5} }
func educationField() Field  { return Field{educationAt, 6} }
func languageField() Field   { return Field{languageAt, 8} }
func salaryField() Field     { return Field{salaryAt, 8} }

// Fields lists the fields in order.
func Fields() []Field {
	return []Field{classField(), workplaceField(), seniorityField(), employmentField(), educationField(), languageField(), salaryField()}
}

// Agree reports whether a posting has what a filter accepts, in every field. Bits above the fields
// do not matter.
func (f Set) Agree(posting Set) bool {
	return (f&posting+Any)&guards == guards
}

// Width is how many bits the field has, without its guard.
func (f Field) Width() int { return f.values + 2 }

func (f Field) all() Set     { return (1<<f.Width() - 1) << f.At }
func (f Field) other() Set   { return 1 << (f.At + f.values) }
func (f Field) unknown() Set { return 1 << (f.At + f.values + 1) }

// bitsOf is the bits of values in a field, other for those that are not legal.
func bitsOf[T comparable](f Field, legal, values []T) Set {
	var bits Set
	for _, v := range values {
		if i := slices.Index(legal, v); i >= 0 {
			bits |= 1 << (f.At + i)
		} else {
			bits |= f.other()
		}
	}
	return bits
}

// Languages are those with bits of their own: the commonest in postings. Others are decided by
// clauses.
func Languages() []string { return []string{"en", "de", "fr", "es", "nl", "pt", "it", "pl"} }

// OfPosting is the facets of a posting.
func OfPosting(p *alerts.Posting, table *rates.Table) Set {
	stated := func(f Field, bits Set) Set {
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
		stated(languageField(), bitsOf(languageField(), Languages(), given(p.Language))) |
		postingPay(p.Salary, table)
}

// given is a value as a list, empty where the value is.
func given[T ~string](value T) []T {
	if value == "" {
		return nil
	}
	return []T{value}
}

// OfFilter is what a canonical filter accepts. It is exact but for the salary, where it accepts
// too much, and for values that are not legal, of which it reports with exact that there are some.
func OfFilter(f *alerts.Filter, table *rates.Table) (accepted Set, exact bool) {
	exact = true
	anyOf := func(at Field, bits Set, values int) Set {
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
		accepted |= (1<<(rank+1)-1)<<education.At | education.other() | education.unknown()
	}
	// Languages without bits of their own are let through here, for a clause to decide.
	if language := languageField(); len(f.Languages) == 0 {
		accepted |= language.all()
	} else {
		accepted |= bitsOf(language, Languages(), f.Languages) | language.unknown()
	}
	return accepted, exact
}
