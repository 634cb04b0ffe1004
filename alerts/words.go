package alerts

import (
	"strings"

	"golang.org/x/text/message"

	"jobalertd/alerts/phrase"
)

// Words tells in English what the filter asks for, a line for each facet.
func (f Filter) Words() []string { return f.WordsIn(phrase.English()) }

// WordsIn tells what the filter asks for in the language of p; see package phrase.
func (f Filter) WordsIn(p *message.Printer) []string {
	class := f.Class
	if len(class) == 0 {
		class = []Class{ClassCore}
	}
	lines := []string{p.Sprintf("Kind of job: %s", phrase.Values(p, class))}
	say := func(format, what string) {
		if what != "" {
			lines = append(lines, p.Sprintf(format, what))
		}
	}
	say("Words: %s", f.Query)
	say("Skills: any of %s", strings.Join(f.Skills.Any, ", "))
	say("Skills: all of %s", strings.Join(f.Skills.All, ", "))
	say("Skills: none of %s", strings.Join(f.Skills.None, ", "))
	say("Places: %s", f.placesIn(p))
	say("Workplace: %s", phrase.Values(p, f.Workplace))
	say("Seniority: %s", phrase.Values(p, f.Seniority))
	say("Employment: %s", phrase.Values(p, f.Employment))
	if f.SalaryMin != nil {
		money := phrase.Money(p, f.SalaryMin.Amount, f.SalaryMin.Currency, string(f.SalaryMin.Period))
		if f.SalaryUnlisted == UnlistedExclude {
			say("At least %s (only jobs that state a salary)", money)
		} else {
			say("At least %s (jobs that state no salary included)", money)
		}
	}
	say("Companies: %s", strings.Join(f.Companies.Any, ", "))
	say("Companies: not %s", strings.Join(f.Companies.None, ", "))
	say("Required education: at most %s", phrase.Values(p, listed(f.EducationMax)))
	say("Languages: %s", phrase.Languages(p, f.Languages))
	return lines
}

func (f Filter) placesIn(p *message.Printer) string {
	var parts []string
	for _, place := range f.Places {
		parts = append(parts, phrase.Place(p, place.City, place.Region, place.Country, place.RadiusKM))
	}
	return strings.Join(parts, "; ")
}

// Why tells in English, in one line, why the posting matches: backend; skills go, postgresql;
// Berlin, DE; senior. Of a posting that does not match it tells what stands against it.
func (v Verdict) Why() string { return v.WhyIn(phrase.English()) }

// WhyIn tells why in the language of p; see package phrase.
func (v Verdict) WhyIn(p *message.Printer) string {
	var parts []string
	for _, r := range v.Reasons {
		said := r.against(p)
		if v.Match {
			said = r.inFavour(p)
		}
		if said != "" {
			parts = append(parts, said)
		}
	}
	return strings.Join(parts, "; ")
}

// inFavour is why a facet accepts, empty where there is nothing to tell.
func (r Reason) inFavour(p *message.Printer) string {
	what := phrase.Values(p, r.Words)
	if r.Unknown {
		return r.unknown(p)
	}
	if what == "" {
		return ""
	}
	switch r.Facet {
	case FacetQuery:
		return p.Sprintf("words %s", what)
	case FacetSkills:
		return p.Sprintf("skills %s", what)
	case FacetCompanies:
		return p.Sprintf("at %s", what)
	case FacetEducation:
		return p.Sprintf("education %s", what)
	case FacetLanguages:
		return p.Sprintf("in %s", phrase.Languages(p, r.Words))
	}
	return what
}

// unknown says what the posting does not say, where a reader would want to know. That a list of
// skills is empty or a level is not named is too common to tell.
func (r Reason) unknown(p *message.Printer) string {
	switch r.Facet {
	case FacetSalary:
		return p.Sprintf("salary not stated")
	case FacetWorkplace:
		return p.Sprintf("workplace not stated")
	case FacetPlaces:
		return p.Sprintf("remote, no country named")
	}
	return ""
}

// against is why a facet refuses, empty where it does not.
func (r Reason) against(p *message.Printer) string {
	if r.Pass {
		return ""
	}
	facet := p.Sprintf(message.Key("facet "+string(r.Facet), strings.ReplaceAll(string(r.Facet), "_", " ")))
	switch {
	case len(r.Missing) > 0:
		return p.Sprintf("%s: no %s", facet, phrase.Values(p, r.Missing))
	case len(r.Words) > 0:
		return p.Sprintf("%s: %s", facet, phrase.Values(p, r.Words))
	}
	return p.Sprintf("%s: not stated", facet)
}
