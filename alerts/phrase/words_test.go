package phrase_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/mailer/locale"
)

func job() alerts.Posting {
	return alerts.Posting{
		ID: "greenhouse:acme:1", Title: "Backend Engineer", Company: "Acme GmbH", Description: "We build distributed systems.",
		Class: alerts.ClassCore, Skills: []string{"go", "postgresql"},
		Seniority: []alerts.Seniority{alerts.SenioritySenior}, Workplace: alerts.WorkplaceHybrid,
		Locations:  []alerts.Location{{City: "Berlin", Country: "DE"}, {City: "Hamburg", Country: "DE"}},
		Employment: []alerts.Employment{alerts.EmploymentFullTime},
		Salary:     &alerts.Salary{Min: 80_000, Max: 95_000, Currency: "EUR", Period: alerts.PeriodYear},
		Education:  alerts.EducationBachelor, Language: "en",
	}
}

// silently replaces the posting by one that says next to nothing.
func silently(p *alerts.Posting) {
	*p = alerts.Posting{ID: "x", Title: "Engineer", Company: "Acme", Class: alerts.ClassCore}
}

func filter(t *testing.T, data string) alerts.Filter {
	t.Helper()
	f, err := alerts.DecodeFilter([]byte(data))
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return f
}

func TestFilterInWords(t *testing.T) {
	tests := []struct {
		name, filter string
		want         []string
	}{
		{"the empty filter", `{}`, []string{"Kind of job: backend"}},
		{"every facet", `{"class":["core","partly"],"query":"go -php","skills":{"any":["go","rust"],"all":["kafka","postgresql"],"none":["php"]},
			"places":[{"country":"DE"},{"city":"Berlin","country":"DE","radius_km":50},{"city":"Portland","region":"OR","country":"US"},{"region":"BY","country":"DE"}],
			"workplace":["remote","onsite"],"seniority":["senior"],"employment":["full_time"],
			"salary_min":{"amount":80000,"currency":"EUR","period":"year"},"companies":{"any":["acme"],"none":["initech"]},
			"education_max":"bachelor","languages":["en","de"]}`,
			[]string{
				"Kind of job: backend, partly backend", "Words: go -php", "Skills: go or rust", "Skills: kafka and postgresql", "Skills: not php",
				"Places: Germany; within 50 km of Berlin, Germany; Portland, OR, United States; BY, Germany",
				"Workplace: remote, on site", "Seniority: senior", "Employment: full time",
				"At least €80,000 a year (jobs that state no salary included)",
				"Companies: acme", "Companies: not initech", "Required education: at most bachelor's degree", "Languages: English, German",
			}},
		{"only stated salaries", `{"salary_min":{"amount":42.5,"currency":"USD","period":"hour"},"salary_unlisted":"exclude"}`,
			[]string{"Kind of job: backend", "At least $42.50 an hour (only jobs that state a salary)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, phrase.Filter(locale.English, filter(t, test.filter))); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestVerdictInWords(t *testing.T) {
	tests := []struct {
		name, filter string
		posting      func(*alerts.Posting)
		want         string
	}{
		{"the empty filter", `{}`, nil, "backend"},
		{"what decided", `{"skills":{"any":["go"],"all":["postgresql"]},"places":[{"country":"DE"}],"seniority":["senior"]}`, nil,
			"backend; skills go, postgresql; Berlin, DE; senior"},
		{"the rest", `{"query":"systems","employment":["full_time"],"salary_min":{"amount":1,"currency":"EUR","period":"year"},"companies":{"any":["acme"]},"education_max":"master","languages":["en"]}`, nil,
			"backend; words systems; full time; €80,000–95,000 a year; at Acme GmbH; education bachelor's degree; in English"},
		{"what is not stated and matters", `{"skills":{"none":["php"]},"workplace":["onsite"],"seniority":["junior"],"salary_min":{"amount":1,"currency":"EUR","period":"year"}}`, silently,
			"backend; workplace not stated; salary not stated"},
		{"remote for nobody in particular", `{"places":[{"country":"DE"}]}`, func(p *alerts.Posting) { p.Workplace, p.Locations = "remote", nil },
			"backend; remote, no country named"},
		{"what stands against it", `{"class":["partly"],"query":"kafka","skills":{"all":["rust"]},"places":[{"country":"FR"}],"salary_min":{"amount":900000,"currency":"EUR","period":"year"}}`, nil,
			"class: backend; query: no kafka; skills: no rust; places: Berlin, DE, Hamburg, DE; salary min: €80,000–95,000 a year"},
		{"what is not stated against it", `{"places":[{"country":"FR"}]}`, silently, "places: not stated"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := job()
			if test.posting != nil {
				test.posting(&p)
			}
			if got := phrase.Why(locale.English, filter(t, test.filter).Match(&p)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestFiltersAndReasonsInOtherLanguages(t *testing.T) {
	f := filter(t, `{"query":"senior","workplace":["onsite"],"places":[{"city":"Berlin","country":"DE","radius_km":7.5}],
		"salary_min":{"amount":80000,"currency":"EUR","period":"year"},"languages":["en"]}`)
	p := job()
	p.Description, p.Workplace = "For senior people.", "onsite"
	tests := map[locale.Locale]struct {
		filter []string
		why    string
	}{
		locale.German: {[]string{
			"Art der Stelle: Backend", "Suchwörter: senior", "Orte: im Umkreis von 7,5 km um Berlin, Deutschland", "Arbeitsort: vor Ort",
			"Mindestens 80.000\u00a0€ pro Jahr (auch Stellen ohne Gehaltsangabe)", "Sprachen: Englisch",
		}, "Backend; Suchwörter senior; Berlin, DE; vor Ort; 80.000–95.000\u00a0€ pro Jahr; auf Englisch"},
		locale.French: {[]string{
			"Type de poste\u00a0: backend", "Mots recherchés\u00a0: senior", "Lieux\u00a0: dans un rayon de 7,5 km autour de Berlin, Allemagne", "Mode de travail\u00a0: sur site",
			"Au moins 80\u00a0000\u00a0€ par an (y compris les offres sans salaire indiqué)", "Langues\u00a0: anglais",
		}, "backend; mots senior; Berlin, DE; sur site; 80\u00a0000–95\u00a0000\u00a0€ par an; en anglais"},
		locale.Spanish: {[]string{
			"Tipo de puesto: backend", "Palabras: senior", "Lugares: a menos de 7,5 km de Berlin, Alemania", "Modalidad: presencial",
			"Al menos 80.000\u00a0€ al año (también ofertas que no indican el salario)", "Idiomas: inglés",
		}, "backend; palabras senior; Berlin, DE; presencial; 80.000–95.000\u00a0€ al año; en inglés"},
	}
	for l, want := range tests {
		if diff := cmp.Diff(want.filter, phrase.Filter(l, f)); diff != "" {
			t.Errorf("%s: the filter (-want +got):\n%s", l, diff)
		}
		if got := phrase.Why(l, f.Match(&p)); got != want.why {
			t.Errorf("%s: the reasons\ngot  %s\nwant %s", l, got, want.why)
		}
	}
}

func TestWordsOfThePostingAreNotTakenForValues(t *testing.T) {
	p := job()
	p.Description, p.Company = "The core team.", "remote"
	if got, want := phrase.Why(locale.German, filter(t, `{"query":"core","companies":{"any":["remote"]}}`).Match(&p)), "Backend; Suchwörter core; bei remote"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCadencesInWords(t *testing.T) {
	monday := alerts.Cadence{Every: alerts.EveryWeekly, Hour: 8, Weekday: "monday"}
	for _, test := range []struct {
		cadence alerts.Cadence
		locale  locale.Locale
		want    string
	}{
		{alerts.Cadence{Every: alerts.EveryInstant}, locale.English, "as soon as a job appears"},
		{alerts.Cadence{Every: alerts.EveryDaily}, locale.English, "every day at 00:00"},
		{monday, locale.English, "every Monday at 08:00"},
		{monday, locale.German, "jeden Montag um 08:00\u00a0Uhr"},
		{monday, locale.French, "chaque lundi à 8\u00a0h\u00a000"},
		{alerts.Cadence{Every: alerts.EveryDaily, Hour: 1}, locale.Spanish, "todos los días a la 1:00"},
	} {
		if got := phrase.Cadence(test.locale, test.cadence); got != test.want {
			t.Errorf("%s: got %q, want %q", test.locale, got, test.want)
		}
	}
}

func TestHostileWordsAreNotFormats(t *testing.T) {
	p := job()
	p.Company = "100%s %d_Corp"
	if got := phrase.Why(locale.English, filter(t, `{"companies":{"none":["x"]}}`).Match(&p)); got != "backend; at 100%s %d_Corp" {
		t.Error(got)
	}
}
