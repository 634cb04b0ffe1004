package alerts

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"jobalertd/alerts/name"
	"jobalertd/alerts/place"
	"jobalertd/alerts/query"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/text"
)

// Canonical is the filter in the one form that all filters of its meaning share: lists sorted, each
// value once, skills and companies by their canonical names, cities as the gazetteer knows them,
// the query in its canonical form, defaults left out. It matches what f matches. What Validate
// refuses stays as it is.
func (f Filter) Canonical() Filter { return new(Canonizer).Canonical(f) }

// Canonizer brings very many filters into their canonical forms, and remembers places and queries, which many
// filters share. It is for one goroutine at a time.
type Canonizer struct {
	places  map[Place]Place
	queries map[string]string
}

// maxRemembered is how many places or queries a Canonizer remembers, before it begins anew.
const maxRemembered = 1 << 14

// remembered is what make makes of a value, made once.
func remembered[K comparable, V any](known *map[K]V, value K, make func(K) V) V {
	made, ok := (*known)[value]
	if !ok {
		made = make(value)
		if *known == nil || len(*known) == maxRemembered {
			*known = map[K]V{}
		}
		(*known)[value] = made
	}
	return made
}

// Canonical is f.Canonical.
func (c *Canonizer) Canonical(f Filter) Filter {
	f.Class = inOrder(f.Class, Classes())
	if slices.Equal(f.Class, []Class{ClassCore}) {
		f.Class = nil
	}
	if f.Query != "" {
		f.Query = remembered(&c.queries, f.Query, canonicalQuery)
	}
	f.Skills = SkillSet{Any: canonicalSkills(f.Skills.Any), All: canonicalSkills(f.Skills.All), None: canonicalSkills(f.Skills.None)}
	f.Places = c.canonicalPlaces(f.Places)
	f.Workplace = inOrder(f.Workplace, Workplaces())
	f.Seniority = inOrder(f.Seniority, Seniorities())
	f.Employment = inOrder(f.Employment, Employments())
	if f.SalaryMin != nil {
		least := *f.SalaryMin
		least.Currency = strings.ToUpper(strings.TrimSpace(least.Currency))
		f.SalaryMin = &least
	}
	if f.SalaryMin == nil || f.SalaryUnlisted == UnlistedInclude {
		f.SalaryUnlisted = ""
	}
	f.Companies = CompanySet{Any: each(f.Companies.Any, name.Company), None: each(f.Companies.None, name.Company)}
	f.Languages = each(f.Languages, strings.ToLower)
	return f
}

// Key is the same for filters of the same canonical form, and differs for all others. The ID is no
// part of it.
func (f Filter) Key() string {
	f = f.Canonical()
	f.ID = ""
	key, err := json.Marshal(f)
	if err != nil {
		// An amount or radius that is no number has no JSON form; Validate refuses such a filter.
		return err.Error()
	}
	return string(key)
}

// inOrder sorts values as legal lists them, unknown ones last, each once.
func inOrder[T ~string](values, legal []T) []T {
	rank := func(v T) int {
		if i := slices.Index(legal, v); i >= 0 {
			return i
		}
		return len(legal)
	}
	if len(values) < 2 {
		return none(values)
	}
	values = slices.Clone(values)
	slices.SortFunc(values, func(a, b T) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return slices.Compact(values)
}

// each brings every value to its canonical form and sorts them, each once, leaving out empty ones.
func each(values []string, canonical func(string) string) []string {
	if len(values) == 0 {
		return nil
	}
	out := make([]string, 0, len(values))
	for _, v := range values {
		if v = canonical(strings.TrimSpace(v)); v != "" {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return none(slices.Compact(out))
}

// none makes the empty list nil, so that the forms of "nothing" are one.
func none[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func canonicalQuery(typed string) string {
	typed = strings.TrimSpace(typed)
	q, err := query.Parse(typed)
	if err != nil {
		return typed
	}
	return q.String()
}

// canonicalSkills resolves synonyms; a name that the vocabulary does not know is folded.
func canonicalSkills(names []string) []string {
	return each(names, func(written string) string {
		if known, ok := skill.Shipped().Canonical(written); ok {
			return known
		}
		return text.Key(written)
	})
}

func canonicalPlace(p Place) Place { return Place(place.Area(p).Canonical()) }

func (c *Canonizer) canonicalPlaces(places []Place) []Place {
	var out []Place
	for _, p := range places {
		if p = remembered(&c.places, p, canonicalPlace); p != (Place{}) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.City, b.City), cmp.Compare(a.RadiusKM, b.RadiusKM))
	})
	return slices.Compact(out)
}
