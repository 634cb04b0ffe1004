package alerts

import (
	"fmt"
	"strings"

	"jobalertd/alerts/legal"
	"jobalertd/alerts/place"
	"jobalertd/alerts/query"
	"jobalertd/alerts/skill"
)

// Limits on what one filter may ask for.
const (
	MaxListed   = 100  // values in one list
	MaxName     = 200  // characters of a name: of a company, a city, a posting's ID
	MaxRadiusKM = 1000 // kilometres
)

// Validate names every fault.
func (f Filter) Validate() FieldErrors {
	var errs FieldErrors
	errs.note("id", legal.Line(f.ID, MaxName))
	checkEach(&errs, "class", f.Class, oneOf(Classes()))
	if strings.TrimSpace(f.Query) != "" {
		if _, err := query.Parse(f.Query); err != nil {
			errs.Addf("query", "%s", err)
		}
	}
	checkEach(&errs, "skills.any", f.Skills.Any, isSkill)
	checkEach(&errs, "skills.all", f.Skills.All, isSkill)
	checkEach(&errs, "skills.none", f.Skills.None, isSkill)
	errs.note("places", tooMany(len(f.Places)))
	for i, p := range f.Places {
		errs.Nest(fmt.Sprintf("places[%d]", i), p.validate())
	}
	checkEach(&errs, "workplace", f.Workplace, oneOf(Workplaces()))
	checkEach(&errs, "seniority", f.Seniority, oneOf(Seniorities()))
	checkEach(&errs, "employment", f.Employment, oneOf(Employments()))
	if f.SalaryMin != nil {
		errs.note("salary_min.amount", legal.Amount(f.SalaryMin.Amount))
		errs.note("salary_min.currency", legal.Currency(f.SalaryMin.Currency))
		errs.note("salary_min.period", legal.OneOf(f.SalaryMin.Period, Periods()))
	}
	if f.SalaryUnlisted != "" {
		errs.note("salary_unlisted", legal.OneOf(f.SalaryUnlisted, []Unlisted{UnlistedInclude, UnlistedExclude}))
	}
	checkEach(&errs, "companies.any", f.Companies.Any, isName)
	checkEach(&errs, "companies.none", f.Companies.None, isName)
	if f.EducationMax != "" {
		errs.note("education_max", legal.OneOf(f.EducationMax, Educations()))
	}
	checkEach(&errs, "languages", f.Languages, legal.Language)
	return errs
}

// checkEach checks the length of a list and each of its values.
func checkEach[T any](errs *FieldErrors, field string, values []T, problem func(T) string) {
	errs.note(field, tooMany(len(values)))
	for i, value := range values {
		errs.note(fmt.Sprintf("%s[%d]", field, i), problem(value))
	}
}

func tooMany(n int) string {
	if n <= MaxListed {
		return ""
	}
	return fmt.Sprintf("%d values are more than the %d a list may have", n, MaxListed)
}

func oneOf[T ~string](values []T) func(T) string {
	return func(value T) string { return legal.OneOf(value, values) }
}

func isName(s string) string { return legal.Name(s, MaxName) }

// isSkill refuses what is not in the vocabulary: no posting would ever have it.
func isSkill(name string) string {
	if _, ok := skill.Shipped().Canonical(name); ok {
		return ""
	}
	hint := "to look for the word itself, put it into query"
	if near, ok := skill.Shipped().Nearest(name); ok {
		hint = fmt.Sprintf("did you mean %q? Else, %s", near, hint)
	}
	return fmt.Sprintf("%s is not a skill that postings are searched for; %s", legal.Quote(name), hint)
}

func (p Place) validate() FieldErrors {
	var errs FieldErrors
	if p.Country != "" {
		errs.note("country", legal.Country(p.Country))
	}
	errs.note("region", legal.Line(p.Region, MaxName))
	errs.note("city", legal.Line(p.City, MaxName))
	switch {
	case p.City == "" && p.Region == "" && p.Country == "":
		errs.Addf("", "a place needs a country or a city")
	case p.City == "" && p.Country == "":
		errs.Addf("country", "a region needs its country")
	}
	switch {
	case p.RadiusKM == 0:
	case !(p.RadiusKM > 0):
		errs.Addf("radius_km", "a radius cannot be negative")
	case p.City == "":
		errs.Addf("radius_km", "a radius needs a city to be drawn around")
	case p.RadiusKM > MaxRadiusKM:
		errs.Addf("radius_km", "%v km are more than %v; ask for countries instead", p.RadiusKM, MaxRadiusKM)
	}
	if len(errs) == 0 {
		errs.note("city", p.unknownCity())
	}
	return errs
}

// unknownCity refuses a city that has to be found on the map and is not: for its surroundings, or
// for the country that decides about remote jobs.
func (p Place) unknownCity() string {
	p.Country = strings.ToUpper(p.Country)
	if p.City == "" || p.Country != "" && p.RadiusKM == 0 || place.Area(p).Known() {
		return ""
	}
	if p.Country == "" {
		return fmt.Sprintf("%s is unknown, or the name of several cities; name its country as well", legal.Quote(p.City))
	}
	return fmt.Sprintf("%s is unknown, or the name of several cities; name its region, take a larger city near it, or leave out radius_km to go by the name alone", legal.Quote(p.City))
}
