package alertform

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/currency"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/skill"
	"jobalertd/subscribers"
	"jobalertd/subscribers/web/pages/shell"
)

func english(t interface{ Fatal(...any) }) *shell.Texts {
	spoken, err := shell.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	return spoken.All()[0]
}

func TestAmountsAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]float64{
		"80000": 80000, "80 000": 80000, "80.000": 80000, "80,000": 80000, "80'000": 80000, "80_000": 80000, "80\u00a0000": 80000,
		"80k": 80000, "80 K": 80000, "62.5k": 62500, "45.50": 45.5, "1,250,000": 1250000, "1.250.000": 1250000, "0": 0,
	} {
		if got, ok := amount(text); !ok || got != want {
			t.Errorf("%q is %g, %t; want %g", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "k", "a lot", "80e3", "NaN", "Inf", "-5", "+5", "0x10", "8.0.0", "80,00", "€80000", "1_0k k"} {
		if got, ok := amount(text); ok {
			t.Errorf("%q is taken for %g", text, got)
		}
	}
}

func TestEmptyRowsOfPlacesMove(t *testing.T) {
	values := url.Values{
		"filter.places[0].country": {""}, "filter.places[0].city": {" "}, "filter.places[0].radius_km": {"50"},
		"filter.places[1].country": {"Atlantis"}, "filter.places[1].city": {""}, "filter.places[1].radius_km": {"50"},
		"filter.places[2].country": {"at"}, "filter.places[2].city": {"Wien"}, "filter.places[2].radius_km": {"12,5"},
	}
	alert, errs := Parse(values, english(t), subscribers.Alert{})
	want := []alerts.Place{{}, {Country: "AT", City: "Wien", RadiusKM: 12.5}}
	if diff := cmp.Diff(want, alert.Filter.Places); diff != "" {
		t.Error(diff)
	}
	if len(errs) != 1 || errs[0].Field != "filter.places[0].country" || !strings.Contains(errs[0].Problem, "Atlantis") {
		t.Errorf("%v", errs)
	}
	rows := Form{Values: values, Errs: errs, Texts: english(t)}.Places()
	if len(rows) != 2 || rows[0].Country.Value != "Atlantis" || rows[0].Country.Problem == "" || rows[1].City.Value != "Wien" || rows[1].Country.Problem != "" {
		t.Errorf("the form shows %+v", rows)
	}
}

// drawAlert is any alert that the form can show.
func drawAlert(t *rapid.T) subscribers.Alert {
	some := func(values []string, name string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(values), 0, len(values), rapid.ID[string]).Draw(t, name)
	}
	a := subscribers.Alert{ID: "3", Name: rapid.StringMatching(`[A-Za-z][A-Za-z ,]{0,20}[a-z]`).Draw(t, "name")}
	a.Cadence.Every = rapid.SampledFrom(alerts.Rhythms()).Draw(t, "every")
	if a.Cadence.Every != alerts.EveryInstant {
		a.Cadence.Hour = rapid.IntRange(0, 23).Draw(t, "hour")
	}
	if a.Cadence.Every == alerts.EveryWeekly {
		a.Cadence.Weekday = rapid.SampledFrom(alerts.Weekdays()).Draw(t, "weekday")
	}
	f := &a.Filter
	f.Query = rapid.SampledFrom([]string{"", "kafka", `"event sourcing" OR kafka -php`}).Draw(t, "query")
	f.Skills.Any, f.Skills.None = some(skillSuggestions(), "any"), some(skillSuggestions(), "none")
	f.Workplace = chosen[alerts.Workplace](some(values("filter.workplace"), "workplace"))
	f.Seniority = chosen[alerts.Seniority](some(values("filter.seniority"), "seniority"))
	f.Employment = chosen[alerts.Employment](some(values("filter.employment"), "employment"))
	f.Class = chosen[alerts.Class](some(values("filter.class"), "class"))
	f.SalaryUnlisted = rapid.SampledFrom([]alerts.Unlisted{"", alerts.UnlistedExclude}).Draw(t, "unlisted")
	if rapid.Bool().Draw(t, "salary") {
		f.SalaryMin = &alerts.SalaryMin{
			Amount:   float64(rapid.IntRange(1, 10_000_000).Draw(t, "cents")) / 4,
			Currency: rapid.SampledFrom(currencies()).Draw(t, "currency"), Period: rapid.SampledFrom(alerts.Periods()).Draw(t, "period"),
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "places") {
		p := alerts.Place{Country: rapid.SampledFrom([]string{"", "DE", "US", "MK", "CI", "GB"}).Draw(t, "country")}
		p.Region = rapid.SampledFrom([]string{"", "BE"}).Draw(t, "region")
		p.City = rapid.SampledFrom([]string{"", "Berlin", "São Paulo"}).Draw(t, "city")
		if p.City != "" {
			p.RadiusKM = float64(rapid.IntRange(0, 4000).Draw(t, "radius")) / 8
		}
		if p != (alerts.Place{}) {
			f.Places = append(f.Places, p)
		}
	}
	f.Languages, f.Skills.All = []string{"en", "de"}, some([]string{"linux", "sql"}, "all")
	f.EducationMax = rapid.SampledFrom([]alerts.Education{"", "none", "bachelor"}).Draw(t, "education")
	return a
}

func TestAFormHoldsItsAlert(t *testing.T) {
	table := english(t)
	rapid.Check(t, func(t *rapid.T) {
		want := drawAlert(t)
		// A browser sends what stands in the form, and nothing for what is empty.
		sent, err := url.ParseQuery(Fill(want, table).Encode())
		if err != nil {
			t.Fatal(err)
		}
		got, errs := Parse(sent, table, want)
		if len(errs) > 0 {
			t.Fatalf("%v", errs)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("shown and sent back unchanged, the alert differs (-before +after):\n%s", diff)
		}
	})
}

func TestAMadeUpNameIsShort(t *testing.T) {
	table := english(t)
	tests := []struct {
		filter alerts.Filter
		want   string
	}{
		{alerts.Filter{}, "Backend jobs"},
		{alerts.Filter{Skills: alerts.SkillSet{Any: []string{"go", "rust", "java"}}}, "go, rust jobs"},
		{alerts.Filter{Places: []alerts.Place{{Country: "DE"}, {Country: "FR"}}}, "Backend jobs in Germany"},
		{alerts.Filter{Places: []alerts.Place{{City: "Berlin", Country: "DE", RadiusKM: 50}}}, "Backend jobs in Berlin"},
		{alerts.Filter{Skills: alerts.SkillSet{All: []string{"elasticsearch", "ruby on rails"}}, Places: []alerts.Place{{City: "Llanfairpwllgwyngyll"}}}, "elasticsearch, ruby on rails jobs in Ll…"},
	}
	for _, test := range tests {
		got := table.Name(test.filter)
		if got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
		if errs := (subscribers.Alert{Name: got, Cadence: alerts.Cadence{Every: alerts.EveryInstant}}).Validate(); len(errs) > 0 {
			t.Errorf("%q: %v", got, errs)
		}
	}
}

func TestWhatTheFormOffersIsKnown(t *testing.T) {
	for _, name := range skillSuggestions() {
		if canonical, ok := skill.Shipped().Canonical(name); !ok || canonical != name {
			t.Errorf("skill %q is %q in the vocabulary", name, canonical)
		}
	}
	for _, code := range currencies() {
		if _, err := currency.ParseISO(code); err != nil {
			t.Errorf("currency %s: %v", code, err)
		}
	}
	for zone := range strings.FieldsSeq(zonesFile) {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("zone %s: %v", zone, err)
		}
	}
	spoken, err := shell.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	for _, texts := range spoken.All() {
		names := Form{Texts: texts}.Countries()
		if n := len(names); n < 240 || n > 260 {
			t.Errorf("%s: %d countries", texts.Lang(), n)
		}
		english := 0
		for i, name := range names {
			got, errs := Parse(url.Values{"filter.places[0].country": {name}}, texts, subscribers.Alert{})
			if len(errs) > 0 || len(got.Filter.Places) != 1 {
				t.Errorf("%s: %v", texts.Lang(), errs)
				continue
			}
			if name == gazetteer.CountryName(got.Filter.Places[0].Country) {
				english++
			}
			if i > 0 && name == names[i-1] {
				t.Errorf("%s: %s twice", texts.Lang(), name)
			}
		}
		t.Logf("%s: %d names as in English", texts.Lang(), english)
	}
}

func TestFaultsFindTheirField(t *testing.T) {
	f := Form{Texts: english(t), Values: url.Values{}, Errs: alerts.FieldErrors{
		{Field: "filter.skills.any[2]", Problem: "unknown skill"},
		{Field: "filter.salary_min", Problem: "incomplete"},
		{Field: "filter.places[1].city", Problem: "unknown city"},
		{Field: "filter.languages[0]", Problem: "unknown language"},
	}}
	for name, want := range map[string]string{
		"filter.skills.any": "unknown skill", "filter.salary_min.amount": "incomplete",
		"filter.places[1].city": "unknown city", "filter.places[0].city": "", "filter.skills.none": "",
	} {
		if got := f.Field(name).Problem; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	want := []summaryLine{
		{"filter-skills-any", "Skills: unknown skill"}, {"filter-salary-min-amount", "Pay at least: incomplete"},
		{"filter-places-1-city", "City: unknown city"}, {"filter-languages", "Languages of the posting: unknown language"},
	}
	if diff := cmp.Diff(want, f.Errors()); diff != "" {
		t.Error(diff)
	}
}

func TestEveryChoiceHasALabel(t *testing.T) {
	f := Form{Texts: english(t), Values: url.Values{}}
	for _, name := range []string{"filter.workplace", "filter.seniority", "filter.employment", "filter.class", "filter.salary_min.period", "cadence.every", "cadence.weekday", "cadence.hour", "filter.salary_min.currency"} {
		c := f.Choice(name)
		if len(c.Options) == 0 {
			t.Errorf("%s has nothing to choose", name)
		}
		for _, o := range c.Options {
			if o.Label == "" || strings.Contains(o.Label, name) {
				t.Errorf("%s: %q is called %q", name, o.Value, o.Label)
			}
		}
	}
}

func FuzzSignupForm(f *testing.F) {
	l := english(f)
	alert := subscribers.Alert{Name: "x", Cadence: alerts.Cadence{Every: alerts.EveryWeekly, Hour: 9, Weekday: "monday"}, Filter: alerts.Filter{
		Places: []alerts.Place{{City: "Berlin", Country: "DE", RadiusKM: 50}}, SalaryMin: &alerts.SalaryMin{Amount: 1, Currency: "EUR", Period: "year"}}}
	f.Add(Fill(alert, l).Encode())
	f.Add(Blank().Encode())
	f.Add("filter.places[0].country=%00&filter.places[1].country=&filter.salary_min.amount=1e9&cadence.hour=99")
	f.Add("filter.places%5B0%5D.country=DE&filter.places[0].country=FR&filter.workplace=mars&time_zone=../x")
	f.Fuzz(func(t *testing.T, body string) {
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		alert, errs := Parse(values, l, subscribers.Alert{})
		if len(errs)+len(alert.Validate()) == 0 {
			// What is taken can be stored, shown, and taken again.
			if _, err := json.Marshal(alert); err != nil {
				t.Errorf("%+v cannot be stored: %v", alert, err)
			}
			again, errs := Parse(Fill(alert, l), l, alert)
			if len(errs) > 0 {
				t.Errorf("taken once and refused the second time: %v", errs)
			}
			if !slices.Equal(again.Filter.Places, alert.Filter.Places) {
				t.Errorf("places %v become %v", alert.Filter.Places, again.Filter.Places)
			}
		}
		shown := Form{Values: values, Errs: append(errs, alert.Validate()...), Texts: l}
		if _, err := l.Part("edit", "wishes", shown); err != nil {
			t.Errorf("cannot be shown: %v", err)
		}
	})
}
