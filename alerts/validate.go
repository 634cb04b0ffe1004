package alerts

import (
	"errors"
	"fmt"
	"strings"

	"jobalertd/alerts/fault"
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
	errs.Note("id", legal.Line(f.ID, MaxName))
	checkEach(&errs, "class", f.Class, oneOf(Classes()))
	if strings.TrimSpace(f.Query) != "" {
		if _, err := query.Parse(f.Query); err != nil {
			errs.Note("query", queryFault(err))
		}
	}
	checkEach(&errs, "skills.any", f.Skills.Any, isSkill)
	checkEach(&errs, "skills.all", f.Skills.All, isSkill)
	checkEach(&errs, "skills.none", f.Skills.None, isSkill)
	errs.Note("places", tooMany(len(f.Places)))
	for i, p := range f.Places {
		errs.Nest(fmt.Sprintf("places[%d]", i), p.validate())
	}
	checkEach(&errs, "workplace", f.Workplace, oneOf(Workplaces()))
	checkEach(&errs, "seniority", f.Seniority, oneOf(Seniorities()))
	checkEach(&errs, "employment", f.Employment, oneOf(Employments()))
	if f.SalaryMin != nil {
		errs.Note("salary_min.amount", legal.Amount(f.SalaryMin.Amount))
		errs.Note("salary_min.currency", legal.Currency(f.SalaryMin.Currency))
		errs.Note("salary_min.period", legal.OneOf(f.SalaryMin.Period, Periods()))
	}
	if f.SalaryUnlisted != "" {
		errs.Note("salary_unlisted", legal.OneOf(f.SalaryUnlisted, []Unlisted{UnlistedInclude, UnlistedExclude}))
	}
	checkEach(&errs, "companies.any", f.Companies.Any, isName)
	checkEach(&errs, "companies.none", f.Companies.None, isName)
	if f.EducationMax != "" {
		errs.Note("education_max", legal.OneOf(f.EducationMax, Educations()))
	}
	checkEach(&errs, "languages", f.Languages, legal.Language)
	return errs
}

// queryFault is what is wrong with a query that cannot be parsed.
func queryFault(err error) fault.Fault {
	if syntax, ok := errors.AsType[*query.SyntaxError](err); ok {
		return syntax.Fault()
	}
	return fault.New("query", "it cannot be read: %s", err.Error())
}

// checkEach checks the length of a list and each of its values.
func checkEach[T any](errs *FieldErrors, field string, values []T, problem func(T) fault.Fault) {
	errs.Note(field, tooMany(len(values)))
	for i, value := range values {
		errs.Note(fmt.Sprintf("%s[%d]", field, i), problem(value))
	}
}

func tooMany(n int) fault.Fault {
	if n <= MaxListed {
		return fault.Fault{}
	}
	return fault.New("many", "%d values are more than the %d a list may have", n, MaxListed)
}

func oneOf[T ~string](values []T) func(T) fault.Fault {
	return func(value T) fault.Fault { return legal.OneOf(value, values) }
}

func isName(s string) fault.Fault { return legal.Name(s, MaxName) }

// isSkill refuses what is not in the vocabulary: no posting would ever have it.
func isSkill(name string) fault.Fault {
	if _, ok := skill.Shipped().Canonical(name); ok {
		return fault.Fault{}
	}
	if near, ok := skill.Shipped().Nearest(name); ok {
		return fault.New("skill.near", "%s is not a skill that postings are searched for; did you mean %q? Else, to look for the word itself, put it into query", fault.Value(name), near)
	}
	return fault.New("skill", "%s is not a skill that postings are searched for; to look for the word itself, put it into query", fault.Value(name))
}

func (p Place) validate() FieldErrors {
	var errs FieldErrors
	if p.Country != "" {
		errs.Note("country", legal.Country(p.Country))
	}
	errs.Note("region", legal.Line(p.Region, MaxName))
	errs.Note("city", legal.Line(p.City, MaxName))
	switch {
	case p.City == "" && p.Region == "" && p.Country == "":
		errs.Note("", fault.New("place", "a place needs a country or a city"))
	case p.City == "" && p.Country == "":
		errs.Note("country", fault.New("region", "a region needs its country"))
	}
	switch {
	case p.RadiusKM == 0:
	case !(p.RadiusKM > 0):
		errs.Note("radius_km", fault.New("radius.negative", "a radius cannot be negative"))
	case p.City == "":
		errs.Note("radius_km", fault.New("radius.city", "a radius needs a city to be drawn around"))
	case p.RadiusKM > MaxRadiusKM:
		errs.Note("radius_km", fault.New("radius.large", "%v km are more than %v; ask for countries instead", p.RadiusKM, MaxRadiusKM))
	}
	if len(errs) == 0 {
		errs.Note("city", p.unknownCity())
	}
	return errs
}

// unknownCity refuses a city that has to be found on the map and is not: for its surroundings, or
// for the country that decides about remote jobs.
func (p Place) unknownCity() fault.Fault {
	p.Country = strings.ToUpper(p.Country)
	if p.City == "" || p.Country != "" && p.RadiusKM == 0 || place.Area(p).Known() {
		return fault.Fault{}
	}
	if p.Country == "" {
		return fault.New("city", "%s is unknown, or the name of several cities; name its country as well", fault.Value(p.City))
	}
	return fault.New("city.radius", "%s is unknown, or the name of several cities; name its region, take a larger city near it, or leave out radius_km to go by the name alone", fault.Value(p.City))
}
