package alertstest

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"jobalertd/alerts"
)

// Filter draws a valid filter, often in a form that is not canonical.
func Filter(t *rapid.T) alerts.Filter {
	f := alerts.Filter{ID: rapid.StringMatching(`f[0-9]{1,3}`).Draw(t, "id")}
	if often(t) {
		f.Class = some(t, "class", alerts.Classes())
	}
	if rarely(t) {
		f.Query = Query(t)
	}
	if rarely(t) {
		f.Skills = alerts.SkillSet{Any: few(t, "any", skills()), All: few(t, "all", skills()), None: few(t, "none", skills())}
	}
	if rarely(t) {
		f.Places = rapid.SliceOfN(rapid.Custom(Place), 1, 3).Draw(t, "places")
	}
	if rarely(t) {
		f.Workplace = some(t, "workplace", alerts.Workplaces())
	}
	if rarely(t) {
		f.Seniority = some(t, "seniority", alerts.Seniorities())
	}
	if rarely(t) {
		f.Employment = some(t, "employment", alerts.Employments())
	}
	if rarely(t) {
		period := rapid.SampledFrom(alerts.Periods()).Draw(t, "period")
		f.SalaryMin = &alerts.SalaryMin{
			Amount: yearly(t) / period.PerYear(), Period: period,
			Currency: rapid.SampledFrom(currencies()).Draw(t, "currency"),
		}
		f.SalaryUnlisted = rapid.SampledFrom([]alerts.Unlisted{"", alerts.UnlistedInclude, alerts.UnlistedExclude}).Draw(t, "unlisted")
	}
	if rarely(t) {
		f.Companies = alerts.CompanySet{Any: few(t, "at", companies()), None: few(t, "not at", companies())}
	}
	if rarely(t) {
		f.EducationMax = rapid.SampledFrom(alerts.Educations()).Draw(t, "education")
	}
	if rarely(t) {
		f.Languages = some(t, "languages", []string{"en", "DE", "fr"})
	}
	return f
}

// Query draws a query that can be parsed.
func Query(t *rapid.T) string {
	term := func() string {
		word := rapid.SampledFrom([]string{"go", "Java", "c++", "c", ".net", "node.js", "rust", "acme", "Zürich", "backend",
			`"distributed systems"`, `"senior engineer"`, "remote", "startup", "title:senior", "title:(go OR java)", "company:acme", "description:kafka"}).Draw(t, "word")
		return rapid.SampledFrom([]string{"", "", "", "-", "NOT "}).Draw(t, "not") + word
	}
	var b strings.Builder
	b.WriteString(term())
	for range rapid.IntRange(0, 3).Draw(t, "more") {
		b.WriteString(rapid.SampledFrom([]string{" ", " AND ", " OR ", " OR "}).Draw(t, "operator"))
		if rapid.Bool().Draw(t, "group") {
			b.WriteString("(" + term() + " OR " + term() + ")")
		} else {
			b.WriteString(term())
		}
	}
	return b.String()
}

// Place draws a place that is valid in a filter.
func Place(t *rapid.T) alerts.Place {
	p := rapid.SampledFrom([]alerts.Place{
		{Country: "DE"}, {Country: "de"}, {Country: "US"}, {Country: "FR"}, {Country: "GB"},
		{Country: "DE", Region: "BY"}, {Country: "DE", Region: "Bavaria"}, {Country: "US", Region: "California"},
		{Country: "DE", City: "Berlin"}, {Country: "DE", City: "München"}, {Country: "DE", City: "munich"}, {City: "Paris"},
		{Country: "US", Region: "CA", City: "San Francisco"}, {Country: "DE", City: "Kleinkleckersdorf"},
	}).Draw(t, "place")
	if p.City != "" && p.City != "Kleinkleckersdorf" {
		p.RadiusKM = rapid.SampledFrom([]float64{0, 25, 100, 600}).Draw(t, "radius")
	}
	return p
}

// Posting draws a valid posting in its normal form. Each fact is absent now and then.
func Posting(t *rapid.T) alerts.Posting {
	p := alerts.Posting{
		ID: rapid.StringMatching(`test:[a-z]:[0-9]{1,4}`).Draw(t, "id"), Source: "test", URL: "https://example.com/job",
		Title: join(t, "title", []string{"Senior", "Junior", "Backend", "Engineer", "Go", "Java", "C++", "(Remote)", "Zürich"}, 1, 5),
		Description: join(t, "description", []string{"We", "are", "a", "startup", "distributed", "systems", "distributed systems", "Kafka", "C", "C++",
			".NET", "Node.js", "go", "Rust", "remote", "senior engineer", "Zu\u0308rich,", "no Java"}, 0, 12),
		Company:  rapid.SampledFrom(companies()).Draw(t, "company"),
		PostedAt: time.Unix(rapid.Int64Range(1_780_000_000, 1_800_000_000).Draw(t, "posted"), 0).UTC(),
		Class:    rapid.SampledFrom(alerts.Classes()).Draw(t, "class"), Skills: few(t, "skills", skills()),
		Seniority: few(t, "seniority", alerts.Seniorities()), Employment: few(t, "employment", alerts.Employments()),
		Locations: rapid.SliceOfN(rapid.Custom(Location), 0, 3).Draw(t, "locations"),
		Workplace: rapid.SampledFrom(append(alerts.Workplaces(), "", "remote")).Draw(t, "workplace"),
		Education: rapid.SampledFrom(append(alerts.Educations(), "", "")).Draw(t, "education"),
		Language:  rapid.SampledFrom([]string{"en", "en", "de", ""}).Draw(t, "language"),
	}
	if rarely(t) {
		p.RemoteFrom = some(t, "remote from", []string{"DE", "US", "EU", "EMEA", "*", "-US", "-FR"})
	}
	if rapid.Bool().Draw(t, "paid") {
		p.Salary = salary(t)
	}
	return p.Normalized()
}

// Location draws a location of a posting, known well or badly.
func Location(t *rapid.T) alerts.Location {
	l := rapid.SampledFrom([]alerts.Location{
		{City: "Berlin", Country: "DE"}, {City: "Berlin"}, {City: "Munich", Region: "BY", Country: "DE"}, {City: "Potsdam", Country: "DE"},
		{Region: "Bavaria", Country: "DE"}, {Country: "DE"}, {Country: "US"}, {City: "San Francisco", Region: "CA", Country: "US"},
		{City: "Oakland", Region: "California", Country: "US"}, {City: "Paris", Country: "FR"}, {City: "London", Country: "GB"},
		{City: "Kleinkleckersdorf", Country: "DE"}, {},
	}).Draw(t, "location")
	if rapid.IntRange(0, 4).Draw(t, "point") == 0 {
		lat, lon := rapid.Float64Range(47, 54).Draw(t, "lat"), rapid.Float64Range(6, 15).Draw(t, "lon")
		l.Lat, l.Lon = &lat, &lon
	}
	return l
}

func salary(t *rapid.T) *alerts.Salary {
	s := alerts.Salary{
		Currency: rapid.SampledFrom(currencies()).Draw(t, "currency"), Period: rapid.SampledFrom(alerts.Periods()).Draw(t, "period"),
		Predicted: rapid.IntRange(0, 4).Draw(t, "predicted") == 0,
	}
	s.Min = yearly(t) / s.Period.PerYear()
	switch rapid.IntRange(0, 3).Draw(t, "bounds") {
	case 0:
		s.Min, s.Max = 0, s.Min
	case 1:
	default:
		s.Max = s.Min * rapid.Float64Range(1, 1.5).Draw(t, "spread")
	}
	return &s
}

// yearly draws a year's pay, often a round one that others share.
func yearly(t *rapid.T) float64 {
	return rapid.OneOf(rapid.SampledFrom([]float64{0, 60_000, 62_400, 80_000, 120_000}), rapid.Float64Range(0, 300_000)).Draw(t, "yearly")
}

func skills() []string {
	return []string{"go", "golang", "python", "django", "java", "spring boot", "postgres", "postgresql", "kubernetes", "eks", "rust", "c++"}
}

func companies() []string {
	return []string{"Acme", "ACME GmbH", "Initech, Inc.", "Globex S.A.", "Müller & Söhne"}
}

// currencies ends with one that the shipped rates do not have.
func currencies() []string { return []string{"EUR", "USD", "GBP", "XOF"} }

// some draws one to three values, perhaps one of them twice.
func some[T any](t *rapid.T, label string, values []T) []T {
	return rapid.SliceOfN(rapid.SampledFrom(values), 1, 3).Draw(t, label)
}

// few draws up to three values.
func few[T any](t *rapid.T, label string, values []T) []T {
	return rapid.SliceOfN(rapid.SampledFrom(values), 0, 3).Draw(t, label)
}

func join(t *rapid.T, label string, words []string, least, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), least, most).Draw(t, label), " ")
}

func often(t *rapid.T) bool { return rapid.IntRange(0, 3).Draw(t, "often") > 0 }

func rarely(t *rapid.T) bool { return rapid.IntRange(0, 3).Draw(t, "rarely") == 0 }
