package alerts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"jobalertd/alerts"
)

func TestFilterInWords(t *testing.T) {
	tests := []struct {
		name, filter string
		want         []string
	}{
		{"the empty filter", `{}`, []string{"Kind of job: backend"}},
		{"every facet", `{"class":["core","partly"],"query":"go -php","skills":{"any":["go","rust"],"all":["kafka"],"none":["php"]},
			"places":[{"country":"DE"},{"city":"Berlin","country":"DE","radius_km":50},{"city":"Portland","region":"OR","country":"US"},{"region":"BY","country":"DE"}],
			"workplace":["remote","onsite"],"seniority":["senior"],"employment":["full_time"],
			"salary_min":{"amount":80000,"currency":"EUR","period":"year"},"companies":{"any":["acme"],"none":["initech"]},
			"education_max":"bachelor","languages":["en","de"]}`,
			[]string{
				"Kind of job: backend, partly backend", "Words: go -php", "Skills: any of go, rust", "Skills: all of kafka", "Skills: none of php",
				"Places: Germany; within 50 km of Berlin, Germany; Portland, OR, United States; BY, Germany",
				"Workplace: remote, on site", "Seniority: senior", "Employment: full time",
				"At least 80,000 EUR a year (jobs that state no salary included)",
				"Companies: acme", "Companies: not initech", "Required education: at most bachelor's degree", "Languages: English, German",
			}},
		{"only stated salaries", `{"salary_min":{"amount":42.5,"currency":"USD","period":"hour"},"salary_unlisted":"exclude"}`,
			[]string{"Kind of job: backend", "At least 42.5 USD an hour (only jobs that state a salary)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, filter(t, test.filter).Words()); diff != "" {
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
			"backend; words systems; full time; 80,000–95,000 EUR a year; at Acme GmbH; education bachelor's degree; in English"},
		{"what is not stated and matters", `{"skills":{"none":["php"]},"workplace":["onsite"],"seniority":["junior"],"salary_min":{"amount":1,"currency":"EUR","period":"year"}}`, silently,
			"backend; workplace not stated; salary not stated"},
		{"remote for nobody in particular", `{"places":[{"country":"DE"}]}`, func(p *alerts.Posting) { p.Workplace, p.Locations = "remote", nil },
			"backend; remote, no country named"},
		{"what stands against it", `{"class":["partly"],"query":"kafka","skills":{"all":["rust"]},"places":[{"country":"FR"}],"salary_min":{"amount":900000,"currency":"EUR","period":"year"}}`, nil,
			"class: backend; query: no kafka; skills: no rust; places: Berlin, DE, Hamburg, DE; salary min: 80,000–95,000 EUR a year"},
		{"what is not stated against it", `{"places":[{"country":"FR"}]}`, silently, "places: not stated"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := job()
			if test.posting != nil {
				test.posting(&p)
			}
			if got := filter(t, test.filter).Match(&p).Why(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestALocaleIsACatalogue(t *testing.T) {
	german := catalog.NewBuilder()
	for key, text := range map[string]string{"Seniority: %s": "Stufe: %s", "senior": "erfahren", "Kind of job: %s": "Art der Stelle: %s",
		"At least %s (jobs that state no salary included)": "Mindestens %s (auch ohne Angabe)", "%s %s a year": "%s %s im Jahr"} {
		if err := german.SetString(language.German, key, text); err != nil {
			t.Fatal(err)
		}
	}
	p := message.NewPrinter(language.German, message.Catalog(german))
	f := filter(t, `{"seniority":["senior"],"salary_min":{"amount":80000,"currency":"EUR","period":"year"}}`)
	want := []string{"Art der Stelle: backend", "Stufe: erfahren", "Mindestens 80.000 EUR im Jahr (auch ohne Angabe)"}
	if diff := cmp.Diff(want, f.WordsIn(p)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestHostileWordsAreNotFormats(t *testing.T) {
	p := job()
	p.Company = "100%s %d_Corp"
	if got := filter(t, `{"companies":{"none":["x"]}}`).Match(&p).Why(); got != "backend; at 100%s %d_Corp" {
		t.Error(got)
	}
}
