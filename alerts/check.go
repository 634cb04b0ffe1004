package alerts

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"jobalertd/alerts/legal"
)

// Limits on a posting.
const (
	MaxTitle       = 300     // characters
	MaxDescription = 100_000 // bytes
	MaxURL         = 2000    // bytes
	maxCountries   = 300     // that remote workers may live in: there are no more
)

// Validate names every fault of a posting from outside.
func (p *Posting) Validate() FieldErrors {
	var errs FieldErrors
	errs.Note("id", legal.Name(p.ID, MaxName))
	errs.Note("source", legal.Line(p.Source, MaxName))
	errs.Note("url", legal.URL(p.URL, MaxURL))
	errs.Note("title", legal.Name(p.Title, MaxTitle))
	errs.Note("company", legal.Name(p.Company, MaxName))
	errs.Note("description", legal.Prose(p.Description, MaxDescription))
	if p.Class != "" {
		errs.Note("class", legal.OneOf(p.Class, Classes()))
	}
	checkEach(&errs, "skills", p.Skills, isName)
	checkEach(&errs, "seniority", p.Seniority, oneOf(Seniorities()))
	if p.Workplace != "" {
		errs.Note("workplace", legal.OneOf(p.Workplace, Workplaces()))
	}
	errs.Note("locations", tooMany(len(p.Locations)))
	for i, l := range p.Locations {
		errs.Nest(fmt.Sprintf("locations[%d]", i), l.validate())
	}
	if n := len(p.RemoteFrom); n > maxCountries {
		errs.Addf("remote_from", "%d values are more than there are countries", n)
	}
	for i, entry := range p.RemoteFrom {
		errs.Note(fmt.Sprintf("remote_from[%d]", i), legal.Eligibility(entry))
	}
	checkEach(&errs, "employment", p.Employment, oneOf(Employments()))
	if p.Salary != nil {
		errs.Nest("salary", p.Salary.validate())
	}
	if p.Education != "" {
		errs.Note("education", legal.OneOf(p.Education, Educations()))
	}
	if p.Language != "" {
		errs.Note("language", legal.Language(p.Language))
	}
	for _, fact := range slices.Sorted(maps.Keys(p.From)) {
		errs.Note("from."+fact, legal.OneOf(p.From[fact], []Origin{FromField, FromText}))
	}
	return errs
}

func (l Location) validate() FieldErrors {
	var errs FieldErrors
	if l.Country != "" {
		errs.Note("country", legal.Country(l.Country))
	}
	errs.Note("region", legal.Line(l.Region, MaxName))
	errs.Note("city", legal.Line(l.City, MaxName))
	if (l.Lat == nil) != (l.Lon == nil) {
		errs.Addf("lat", "lat and lon stand together; give both or neither")
	}
	if l.Lat != nil {
		errs.Note("lat", legal.Degrees(*l.Lat, 90))
	}
	if l.Lon != nil {
		errs.Note("lon", legal.Degrees(*l.Lon, 180))
	}
	return errs
}

func (s *Salary) validate() FieldErrors {
	var errs FieldErrors
	errs.Note("min", legal.Amount(s.Min))
	errs.Note("max", legal.Amount(s.Max))
	if s.Max > 0 && s.Min > s.Max {
		errs.Addf("min", "%v is more than max, %v", s.Min, s.Max)
	}
	errs.Note("currency", legal.Currency(s.Currency))
	errs.Note("period", legal.OneOf(s.Period, Periods()))
	return errs
}

// Normalized is the posting in the form that matching expects: codes in their case, skills by their
// canonical names, lists sorted, without doubles and never nil. Its facts stay the same.
func (p Posting) Normalized() Posting {
	p.Title, p.Company = strings.TrimSpace(p.Title), strings.TrimSpace(p.Company)
	p.Skills = some(canonicalSkills(p.Skills))
	p.Seniority = some(inOrder(p.Seniority, Seniorities()))
	p.Employment = some(inOrder(p.Employment, Employments()))
	p.Language = strings.ToLower(p.Language)
	p.RemoteFrom = some(each(p.RemoteFrom, strings.ToUpper))
	p.Locations = some(slices.Clone(p.Locations))
	for i := range p.Locations {
		p.Locations[i].Country = strings.ToUpper(p.Locations[i].Country)
	}
	if p.Salary != nil {
		salary := *p.Salary
		salary.Currency = strings.ToUpper(salary.Currency)
		p.Salary = &salary
	}
	return p
}

// some makes the nil list empty, so that JSON shows [] and not null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
