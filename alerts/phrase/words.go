package phrase

import (
	"slices"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer/locale"
)

// Filter tells what a filter asks for, a line for each facet.
func Filter(l locale.Locale, f alerts.Filter) []string {
	class := f.Class
	if len(class) == 0 {
		class = []alerts.Class{alerts.ClassCore}
	}
	lines := []string{Say(l, "Kind of job: %s", Values(l, class))}
	say := func(format, asked string) {
		if asked != "" {
			lines = append(lines, Say(l, format, asked))
		}
	}
	say("Words: %s", f.Query)
	say("Skills: %s", l.Or(f.Skills.Any))
	say("Skills: %s", l.And(f.Skills.All))
	say("Skills: not %s", l.Or(f.Skills.None))
	say("Places: %s", places(l, f.Places))
	say("Workplace: %s", Values(l, f.Workplace))
	say("Seniority: %s", Values(l, f.Seniority))
	say("Employment: %s", Values(l, f.Employment))
	if f.SalaryMin != nil {
		money := l.Pay(f.SalaryMin.Amount, f.SalaryMin.Amount, f.SalaryMin.Currency, string(f.SalaryMin.Period))
		if f.SalaryUnlisted == alerts.UnlistedExclude {
			say("At least %s (only jobs that state a salary)", money)
		} else {
			say("At least %s (jobs that state no salary included)", money)
		}
	}
	say("Companies: %s", strings.Join(f.Companies.Any, ", "))
	say("Companies: not %s", strings.Join(f.Companies.None, ", "))
	say("Required education: at most %s", Value(l, string(f.EducationMax)))
	say("Languages: %s", Languages(l, f.Languages))
	return lines
}

func places(l locale.Locale, asked []alerts.Place) string {
	var parts []string
	for _, p := range asked {
		parts = append(parts, Place(l, p.City, p.Region, p.Country, p.RadiusKM))
	}
	return strings.Join(parts, "; ")
}

// Why tells in one line why a posting matches: backend; skills go, postgresql; Berlin, DE; senior. Of
// a posting that does not match it tells what stands against it.
func Why(l locale.Locale, v alerts.Verdict) string {
	parts := make([]string, 0, 8) // most filters set fewer facets
	for _, r := range v.Reasons {
		said := against(l, r)
		if v.Match {
			said = inFavour(l, r)
		}
		if said != "" {
			parts = append(parts, said)
		}
	}
	return strings.Join(parts, "; ")
}

// inFavour is why a facet accepts, empty where there is nothing to tell.
func inFavour(l locale.Locale, r alerts.Reason) string {
	if r.Unknown {
		return unknown(l, r)
	}
	said := what(l, r)
	if said == "" {
		return ""
	}
	switch r.Facet {
	case alerts.FacetQuery:
		return Say(l, "words %s", said)
	case alerts.FacetSkills:
		return Say(l, "skills %s", said)
	case alerts.FacetCompanies:
		return Say(l, "at %s", said)
	case alerts.FacetEducation:
		return Say(l, "education %s", said)
	case alerts.FacetLanguages:
		return Say(l, "in %s", said)
	}
	return said
}

// what is the words of the posting that decided. Names and words of its text stay as they are, even
// where they look like values.
func what(l locale.Locale, r alerts.Reason) string {
	switch r.Facet {
	case alerts.FacetQuery, alerts.FacetSkills, alerts.FacetCompanies:
		return strings.Join(r.Words, ", ")
	case alerts.FacetLanguages:
		return Languages(l, r.Words)
	case alerts.FacetSalary:
		if s := r.Pay; s != nil {
			return l.Pay(s.Min, s.Max, s.Currency, string(s.Period))
		}
	}
	return Values(l, r.Words)
}

// unknown says what the posting does not say, where a reader would want to know. That a list of
// skills is empty or a level is not named is too common to tell.
func unknown(l locale.Locale, r alerts.Reason) string {
	switch r.Facet {
	case alerts.FacetSalary:
		return Say(l, "salary not stated")
	case alerts.FacetWorkplace:
		return Say(l, "workplace not stated")
	case alerts.FacetPlaces:
		return Say(l, "remote, no country named")
	}
	return ""
}

// against is why a facet refuses, empty where it does not.
func against(l locale.Locale, r alerts.Reason) string {
	if r.Pass {
		return ""
	}
	facet := Say(l, strings.ReplaceAll(string(r.Facet), "_", " "))
	switch {
	case len(r.Missing) > 0:
		return Say(l, "%s: no %s", facet, strings.Join(r.Missing, ", "))
	case len(r.Words) > 0:
		return Say(l, "%s: %s", facet, what(l, r))
	}
	return Say(l, "%s: not stated", facet)
}

// Cadence tells when an alert comes: as soon as a job appears; every Monday at 08:00.
func Cadence(l locale.Locale, c alerts.Cadence) string {
	at := l.At(c.Hour, 0)
	switch c.Every {
	case alerts.EveryDaily:
		return Say(l, "every day %s", at)
	case alerts.EveryWeekly:
		day := slices.Index(alerts.Weekdays(), c.Weekday) + 1 // that list begins on Monday, package time on Sunday
		return Say(l, "every %s %s", l.Weekday(time.Weekday(day%7)), at)
	}
	return Say(l, "as soon as a job appears")
}

// Reason tells which facet judged and what decided: words of the posting, or what it lacks. What
// decided is empty where nothing needs saying.
func Reason(l locale.Locale, r alerts.Reason) (facet, decided string) {
	facet = Say(l, strings.ReplaceAll(string(r.Facet), "_", " "))
	switch {
	case r.Unknown:
		return facet, Say(l, "not stated")
	case !r.Pass && len(r.Missing) > 0:
		return facet, Say(l, "no %s", strings.Join(r.Missing, ", "))
	}
	return facet, what(l, r)
}
