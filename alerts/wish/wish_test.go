package wish_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
	"jobalertd/alerts/wish"
)

func TestALineIsReadAsPeopleMeanIt(t *testing.T) {
	berlin := alerts.Place{City: "Berlin", Country: "DE", RadiusKM: 50}
	tests := []struct {
		line string
		want alerts.Filter
	}{
		{"", alerts.Filter{}},
		{"go OR rust remote berlin >80k -gambling", alerts.Filter{
			Skills: alerts.SkillSet{Any: []string{"go", "rust"}}, Workplace: []alerts.Workplace{"remote"}, Places: []alerts.Place{berlin},
			SalaryMin: &alerts.SalaryMin{Amount: 80000, Currency: "EUR", Period: "year"}, Query: "-gambling"}},
		{"golang", alerts.Filter{Skills: alerts.SkillSet{Any: []string{"go"}}}},
		{"go postgresql -php", alerts.Filter{Skills: alerts.SkillSet{All: []string{"go", "postgresql"}, None: []string{"php"}}}},
		{"go OR rust kafka", alerts.Filter{Skills: alerts.SkillSet{Any: []string{"go", "rust"}, All: []string{"kafka"}}}},
		{"senior staff full time spring boot new york", alerts.Filter{
			Seniority: []alerts.Seniority{"senior", "staff"}, Employment: []alerts.Employment{"full_time"}, Skills: alerts.SkillSet{Any: []string{"spring boot"}},
			Places: []alerts.Place{{City: "New York City", Country: "US", RadiusKM: 50}}}},
		{"germany OR austria", alerts.Filter{Places: []alerts.Place{{Country: "DE"}, {Country: "AT"}}}},
		{`"go" "event sourcing" (billing OR payments) title:platform`, alerts.Filter{Query: `go "event sourcing" (billing OR payments) title:platform`}},
		{"billing OR payments", alerts.Filter{Query: "billing OR payments"}},
		{">45USD/hour pay:stated", alerts.Filter{SalaryMin: &alerts.SalaryMin{Amount: 45, Currency: "USD", Period: "hour"}, SalaryUnlisted: "exclude"}},
		{`in:"Paris, FR, 20 km" at:acme -at:"evil corp" language:de education:bachelor class:core class:partly`, alerts.Filter{
			Places: []alerts.Place{{City: "Paris", Country: "FR", RadiusKM: 20}}, Companies: alerts.CompanySet{Any: []string{"acme"}, None: []string{"evil corp"}},
			Languages: []string{"de"}, EducationMax: "bachelor", Class: []alerts.Class{"core", "partly"}}},
		{"it is no job in us", alerts.Filter{Query: "it is no job in us"}},
	}
	for _, test := range tests {
		got, err := wish.Parse(test.line)
		if err != nil || got.Key() != test.want.Key() {
			t.Errorf("%s\n is %s, %v\nnot %s", test.line, got.Key(), err, test.want.Key())
		}
	}
}

func TestALineThatCannotBeReadSaysWhere(t *testing.T) {
	for line, says := range map[string]string{
		`-in:berlin`: "-in:berlin", `pay:well`: "pay:well", `go OR title:(`: "between these parentheses", `word OR at:acme`: "at:acme", `*`: "*",
		strings.Repeat("x ", wish.MaxLength): "longer",
	} {
		if f, err := wish.Parse(line); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.20s: %+v, %v", line, f, err)
		}
	}
}

func TestShortFiltersAreShortLines(t *testing.T) {
	for _, line := range []string{"go OR rust remote berlin >80k -gambling", "go", "java germany senior", `in:"Berlin, DE, 20 km"`, `"go"`} {
		f, err := wish.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %s", line, wish.Format(f))
		if got := wish.Format(f); len(got) > len(line)+14 {
			t.Errorf("%q comes back as %q", line, got)
		}
	}
}

func TestEveryFilterComesBackFromItsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := alertstest.Filter(t)
		line := wish.Format(f)
		back, err := wish.Parse(line)
		f.ID = ""
		if err != nil || back.Key() != f.Key() {
			t.Fatalf("%s\nbecame %s, %v\nby %s", f.Key(), back.Key(), err, line)
		}
	})
}

// anyName draws a name with whatever could be mistaken for a part of the line.
func anyName(t *rapid.T, label string) string {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{`"`, `""`, "“", "”", "„", "«", "»", "'", ",", ", ", "(", ")", " ", "\u00a0", "-", "–", ":", "at:", "\\", "OR", " OR ", "AND", "city ", "region ", "km", "20 km", "Berlin", "DE", ">80k", "é"}),
		rapid.StringN(0, 3, -1))
	return strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, label), "")
}

func TestAnyNameComesBackFromItsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := alerts.Filter{
			Companies: alerts.CompanySet{Any: []string{anyName(t, "at")}, None: []string{anyName(t, "not at")}},
			Places:    []alerts.Place{{Country: rapid.SampledFrom([]string{"DE", "US", "FR"}).Draw(t, "country"), Region: anyName(t, "region"), City: anyName(t, "city")}},
		}
		f = f.Canonical()
		if len(f.Validate()) > 0 {
			t.Skip()
		}
		line := wish.Format(f)
		if back, err := wish.Parse(line); err != nil || back.Key() != f.Key() {
			t.Fatalf("%s\nbecame %s, %v\nby %s", f.Key(), back.Key(), err, line)
		}
	})
}

func TestAQuotationMarkInANameIsWrittenTwice(t *testing.T) {
	f := alerts.Filter{Places: []alerts.Place{{Country: "DE", City: `Klein"kleckers"dorf, West`}}}
	line := wish.Format(f)
	if want := `in:"""Klein""""kleckers""""dorf, West"", DE"`; line != want {
		t.Errorf("the line is %s, not %s", line, want)
	}
	typed, err := wish.Parse(`-at:"the ""real"" deal" in:"city ""Foo, Bar"", DE"`)
	if err != nil || len(typed.Companies.None) != 1 || typed.Companies.None[0] != "the real deal" || typed.Places[0].City != "Foo, Bar" {
		t.Errorf("%+v, %v", typed, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("go OR rust remote berlin >80k -gambling")
	f.Add(`in:"Paris, FR" -at:"x" (a OR b) title:x OR`)
	f.Add("in:\x81,AC")
	f.Fuzz(func(t *testing.T, line string) {
		got, err := wish.Parse(line)
		if err != nil || len(got.Validate()) > 0 {
			return
		}
		back, err := wish.Parse(wish.Format(got))
		if err != nil || back.Key() != got.Key() {
			t.Errorf("%q is %s, and comes back from %q as %s, %v", line, got.Key(), wish.Format(got), back.Key(), err)
		}
	})
}
