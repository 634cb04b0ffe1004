package alerts_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/alertstest"
	"jobalertd/alerts/rates"
)

// job is a posting that says everything.
func job() alerts.Posting {
	return alerts.Posting{
		ID: "greenhouse:acme:1", Source: "greenhouse", URL: "https://example.com/1",
		Title: "Senior Backend Engineer (Go)", Company: "Acme GmbH",
		Description: "We build distributed systems in Go and Zürich. No PHP.",
		Class:       alerts.ClassCore, Skills: []string{"django", "go", "postgresql"},
		Seniority: []alerts.Seniority{alerts.SenioritySenior}, Workplace: alerts.WorkplaceHybrid,
		Locations:  []alerts.Location{{City: "Berlin", Country: "DE"}, {City: "Hamburg", Country: "DE"}},
		Employment: []alerts.Employment{alerts.EmploymentFullTime},
		Salary:     &alerts.Salary{Min: 80_000, Max: 95_000, Currency: "EUR", Period: alerts.PeriodYear},
		Education:  alerts.EducationBachelor, Language: "en",
	}
}

// silent is a posting that says next to nothing.
func silent() alerts.Posting {
	return alerts.Posting{ID: "x", URL: "https://example.com/2", Title: "Engineer", Company: "Acme", Class: alerts.ClassCore}
}

// facetCase asks one facet about a posting.
type facetCase struct {
	name    string
	filter  alerts.Filter
	posting func(p *alerts.Posting) // changes job; nil leaves it, silently takes silent instead
	want    alerts.Reason
}

// silently replaces the posting by one that says nothing.
func silently(p *alerts.Posting) { *p = silent() }

func checkFacet(t *testing.T, facet alerts.Facet, tests []facetCase) {
	t.Helper()
	for _, test := range tests {
		t.Run(string(facet)+": "+test.name, func(t *testing.T) {
			p := job()
			if test.posting != nil {
				test.posting(&p)
			}
			test.want.Facet = facet
			verdict := test.filter.Match(&p)
			var got alerts.Reason
			for _, r := range verdict.Reasons {
				if r.Facet == facet {
					got = r
				}
			}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(alerts.Reason{}, "Pay")); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if verdict.Match != got.Pass {
				t.Errorf("match is %v; another facet decided: %+v", verdict.Match, verdict.Reasons)
			}
		})
	}
}

func TestClassFacet(t *testing.T) {
	checkFacet(t, alerts.FacetClass, []facetCase{
		{"by default only backend jobs", alerts.Filter{}, nil, alerts.Reason{Pass: true, Words: []string{"core"}}},
		{"by default no others", alerts.Filter{}, func(p *alerts.Posting) { p.Class = alerts.ClassPartly }, alerts.Reason{Words: []string{"partly"}}},
		{"one of several", alerts.Filter{Class: []alerts.Class{"core", "partly"}}, func(p *alerts.Posting) { p.Class = alerts.ClassPartly }, alerts.Reason{Pass: true, Words: []string{"partly"}}},
		{"none of several", alerts.Filter{Class: []alerts.Class{"partly", "no"}}, nil, alerts.Reason{Words: []string{"core"}}},
		{"a posting without a class is of none", alerts.Filter{}, func(p *alerts.Posting) { p.Class = "" }, alerts.Reason{}},
	})
}

func TestQueryFacet(t *testing.T) {
	checkFacet(t, alerts.FacetQuery, []facetCase{
		{"all there", alerts.Filter{Query: `"distributed systems" (go OR rust) -java`}, nil, alerts.Reason{Pass: true, Words: []string{"distributed systems", "go"}}},
		{"something missing", alerts.Filter{Query: "go kafka"}, nil, alerts.Reason{Missing: []string{"kafka"}}},
		{"something excluded", alerts.Filter{Query: "go -php"}, nil, alerts.Reason{Words: []string{"php"}}},
		{"in the title", alerts.Filter{Query: "title:backend"}, nil, alerts.Reason{Pass: true, Words: []string{"backend"}}},
		{"accents do not matter", alerts.Filter{Query: "ZURICH"}, nil, alerts.Reason{Pass: true, Words: []string{"zurich"}}},
		{"one that cannot be read matches nothing", alerts.Filter{Query: "(go"}, nil, alerts.Reason{}},
	})
}

func TestSkillsFacet(t *testing.T) {
	checkFacet(t, alerts.FacetSkills, []facetCase{
		{"any, one there", alerts.Filter{Skills: alerts.SkillSet{Any: []string{"rust", "Golang"}}}, nil, alerts.Reason{Pass: true, Words: []string{"go"}}},
		{"any, none there", alerts.Filter{Skills: alerts.SkillSet{Any: []string{"rust", "c++"}}}, nil, alerts.Reason{Missing: []string{"c++", "rust"}}},
		{"all there", alerts.Filter{Skills: alerts.SkillSet{All: []string{"postgres", "go"}}}, nil, alerts.Reason{Pass: true, Words: []string{"go", "postgresql"}}},
		{"all, one missing", alerts.Filter{Skills: alerts.SkillSet{All: []string{"go", "kafka"}}}, nil, alerts.Reason{Missing: []string{"kafka"}}},
		{"an implied skill is there", alerts.Filter{Skills: alerts.SkillSet{All: []string{"python"}}}, nil, alerts.Reason{Pass: true, Words: []string{"python"}}},
		{"an implied skill is avoided", alerts.Filter{Skills: alerts.SkillSet{None: []string{"python"}}}, nil, alerts.Reason{Words: []string{"python"}}},
		{"none, and none there", alerts.Filter{Skills: alerts.SkillSet{None: []string{"php"}}}, nil, alerts.Reason{Pass: true}},
		{"no skills known, any", alerts.Filter{Skills: alerts.SkillSet{Any: []string{"go"}}}, silently, alerts.Reason{Unknown: true, Missing: []string{"go"}}},
		{"no skills known, all", alerts.Filter{Skills: alerts.SkillSet{All: []string{"go"}}}, silently, alerts.Reason{Unknown: true, Missing: []string{"go"}}},
		{"no skills known, none", alerts.Filter{Skills: alerts.SkillSet{None: []string{"go"}}}, silently, alerts.Reason{Pass: true, Unknown: true}},
	})
}

func TestWorkplaceFacet(t *testing.T) {
	checkFacet(t, alerts.FacetWorkplace, []facetCase{
		{"listed", alerts.Filter{Workplace: []alerts.Workplace{"remote", "hybrid"}}, nil, alerts.Reason{Pass: true, Words: []string{"hybrid"}}},
		{"not listed", alerts.Filter{Workplace: []alerts.Workplace{"onsite"}}, nil, alerts.Reason{Words: []string{"hybrid"}}},
		{"unknown is accepted", alerts.Filter{Workplace: []alerts.Workplace{"onsite"}}, silently, alerts.Reason{Pass: true, Unknown: true}},
		{"unknown is accepted next to remote", alerts.Filter{Workplace: []alerts.Workplace{"onsite", "remote"}}, silently, alerts.Reason{Pass: true, Unknown: true}},
		{"unknown is refused for remote alone", alerts.Filter{Workplace: []alerts.Workplace{"remote", "remote"}}, silently, alerts.Reason{Unknown: true}},
	})
}

func TestListFacets(t *testing.T) {
	checkFacet(t, alerts.FacetSeniority, []facetCase{
		{"one of several", alerts.Filter{Seniority: []alerts.Seniority{"mid", "senior"}}, nil, alerts.Reason{Pass: true, Words: []string{"senior"}}},
		{"any value of the posting counts", alerts.Filter{Seniority: []alerts.Seniority{"staff"}}, func(p *alerts.Posting) { p.Seniority = append(p.Seniority, "staff") }, alerts.Reason{Pass: true, Words: []string{"staff"}}},
		{"another", alerts.Filter{Seniority: []alerts.Seniority{"junior"}}, nil, alerts.Reason{Words: []string{"senior"}}},
		{"unknown", alerts.Filter{Seniority: []alerts.Seniority{"junior"}}, silently, alerts.Reason{Pass: true, Unknown: true}},
	})
	checkFacet(t, alerts.FacetEmployment, []facetCase{
		{"listed", alerts.Filter{Employment: []alerts.Employment{"full_time"}}, nil, alerts.Reason{Pass: true, Words: []string{"full_time"}}},
		{"another", alerts.Filter{Employment: []alerts.Employment{"contract"}}, nil, alerts.Reason{Words: []string{"full_time"}}},
		{"unknown", alerts.Filter{Employment: []alerts.Employment{"contract"}}, silently, alerts.Reason{Pass: true, Unknown: true}},
	})
	checkFacet(t, alerts.FacetLanguages, []facetCase{
		{"listed, in any case", alerts.Filter{Languages: []string{"EN", "de"}}, nil, alerts.Reason{Pass: true, Words: []string{"en"}}},
		{"another", alerts.Filter{Languages: []string{"de"}}, nil, alerts.Reason{Words: []string{"en"}}},
		{"unknown", alerts.Filter{Languages: []string{"de"}}, silently, alerts.Reason{Pass: true, Unknown: true}},
	})
	checkFacet(t, alerts.FacetEducation, []facetCase{
		{"as much", alerts.Filter{EducationMax: "bachelor"}, nil, alerts.Reason{Pass: true, Words: []string{"bachelor"}}},
		{"less", alerts.Filter{EducationMax: "doctorate"}, nil, alerts.Reason{Pass: true, Words: []string{"bachelor"}}},
		{"more", alerts.Filter{EducationMax: "associate"}, nil, alerts.Reason{Words: []string{"bachelor"}}},
		{"unknown", alerts.Filter{EducationMax: "none"}, silently, alerts.Reason{Pass: true, Unknown: true}},
	})
	checkFacet(t, alerts.FacetCompanies, []facetCase{
		{"wanted", alerts.Filter{Companies: alerts.CompanySet{Any: []string{"ACME, Inc."}}}, nil, alerts.Reason{Pass: true, Words: []string{"Acme GmbH"}}},
		{"not among the wanted", alerts.Filter{Companies: alerts.CompanySet{Any: []string{"initech"}}}, nil, alerts.Reason{Words: []string{"Acme GmbH"}}},
		{"avoided", alerts.Filter{Companies: alerts.CompanySet{None: []string{"acme"}}}, nil, alerts.Reason{Words: []string{"Acme GmbH"}}},
		{"not among the avoided", alerts.Filter{Companies: alerts.CompanySet{None: []string{"acme labs"}}}, nil, alerts.Reason{Pass: true, Words: []string{"Acme GmbH"}}},
		{"wanted and avoided", alerts.Filter{Companies: alerts.CompanySet{Any: []string{"acme"}, None: []string{"acme"}}}, nil, alerts.Reason{Words: []string{"Acme GmbH"}}},
	})
}

func TestSalaryFacet(t *testing.T) {
	least := func(amount float64, currency string, period alerts.Period) alerts.Filter {
		return alerts.Filter{SalaryMin: &alerts.SalaryMin{Amount: amount, Currency: currency, Period: period}}
	}
	strict := least(1, "EUR", alerts.PeriodYear)
	strict.SalaryUnlisted = alerts.UnlistedExclude
	pays := func(least, most float64, currency string, period alerts.Period) func(*alerts.Posting) {
		return func(p *alerts.Posting) {
			p.Salary = &alerts.Salary{Min: least, Max: most, Currency: currency, Period: period}
		}
	}
	stated := func(pass bool, words string) alerts.Reason { return alerts.Reason{Pass: pass, Words: []string{words}} }
	unlisted := alerts.Reason{Pass: true, Unknown: true}
	checkFacet(t, alerts.FacetSalary, []facetCase{
		{"the maximum reaches it", least(95_000, "EUR", "year"), nil, stated(true, "€80,000–95,000 a year")},
		{"the maximum falls short", least(95_001, "EUR", "year"), nil, stated(false, "€80,000–95,000 a year")},
		{"an hour is a 2,080th of a year", least(83_200, "EUR", "year"), pays(0, 40, "EUR", "hour"), stated(true, "up to €40 an hour")},
		{"a little less is less", least(83_200, "EUR", "year"), pays(0, 39.99, "EUR", "hour"), stated(false, "up to €39.99 an hour")},
		{"a day is a 260th", least(260, "EUR", "year"), pays(0, 1, "EUR", "day"), stated(true, "up to €1 a day")},
		{"a week is a 52nd", least(52, "EUR", "year"), pays(0, 1, "EUR", "week"), stated(true, "up to €1 a week")},
		{"a month is a twelfth", least(5_000, "EUR", "month"), pays(60_000, 60_000, "EUR", "year"), stated(true, "€60,000 a year")},
		{"only from where it starts", least(90_000, "EUR", "year"), pays(90_000, 0, "EUR", "year"), stated(true, "from €90,000 a year")},
		{"another currency, more", least(100_000, "EUR", "year"), pays(0, 150_000, "USD", "year"), stated(true, "up to $150,000 a year")},
		{"another currency, less", least(100_000, "EUR", "year"), pays(0, 100_000, "USD", "year"), stated(false, "up to $100,000 a year")},
		{"a currency without a rate cannot be compared", least(1, "EUR", "year"), pays(0, 9e6, "XOF", "year"), unlisted},
		{"a currency without a rate compares with itself", least(9e6, "xof", "year"), pays(0, 9e6, "XOF", "year"), stated(true, "up to CFA\u00a09,000,000 a year")},
		{"a predicted salary is not stated", least(1, "EUR", "year"), func(p *alerts.Posting) { p.Salary.Predicted = true }, unlisted},
		{"no amount is not stated", least(1, "EUR", "year"), pays(0, 0, "EUR", "year"), unlisted},
		{"unlisted is included by default", least(1, "EUR", "year"), silently, unlisted},
		{"unlisted can be excluded", strict, silently, alerts.Reason{Unknown: true}},
		{"excluding the unlisted keeps the listed", strict, nil, stated(true, "€80,000–95,000 a year")},
	})
}

func TestUnlistedSalariesCountOnlyWhereAMinimumIsAsked(t *testing.T) {
	p := silent()
	if v := (alerts.Filter{SalaryUnlisted: alerts.UnlistedExclude}).Match(&p); !v.Match {
		t.Error("a filter without salary_min refused a posting for its salary")
	}
}

func TestRatesCanBeReplaced(t *testing.T) {
	table, err := rates.Parse(strings.NewReader("date,2030-01-01\nUSD,0.5\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := alerts.Filter{SalaryMin: &alerts.SalaryMin{Amount: 150_000, Currency: "EUR", Period: alerts.PeriodYear}}
	p := job()
	p.Salary = &alerts.Salary{Max: 100_000, Currency: "USD", Period: alerts.PeriodYear}
	if f.Match(&p).Match || !(alerts.Rules{Rates: table}).Matcher(f).Match(&p).Match {
		t.Error("the rates made no difference")
	}
}

func TestTheEmptyFilterTakesEveryBackendJob(t *testing.T) {
	for _, p := range []alerts.Posting{job(), silent()} {
		v := alerts.Filter{}.Match(&p)
		if !v.Match || len(v.Reasons) != 1 {
			t.Errorf("%s: %+v", p.ID, v)
		}
	}
}

func TestAllFacetsHaveToAgree(t *testing.T) {
	p := job()
	f := alerts.Filter{Query: "go", Seniority: []alerts.Seniority{"junior"}, Languages: []string{"en"}}
	v := f.Match(&p)
	if v.Match {
		t.Error("a posting matches although one facet refuses it")
	}
	var facets []alerts.Facet
	for _, r := range v.Reasons {
		facets = append(facets, r.Facet)
	}
	if diff := cmp.Diff([]alerts.Facet{"class", "query", "seniority", "languages"}, facets); diff != "" {
		t.Error(diff)
	}
}

func TestMatcherAndPreparedGiveTheSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, p := alertstest.Filter(t), alertstest.Posting(t)
		want := f.Match(&p)
		m, prepared := alerts.NewMatcher(f), alerts.Prepare(&p)
		for range 2 {
			if diff := cmp.Diff(want, m.Judge(prepared)); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func TestAskingLessNeverMatchesLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, p := alertstest.Filter(t), alertstest.Posting(t)
		if !f.Match(&p).Match {
			return
		}
		for _, loosen := range []func(*alerts.Filter){
			func(f *alerts.Filter) { f.Class = alerts.Classes() },
			func(f *alerts.Filter) { f.Query = "" },
			func(f *alerts.Filter) { f.Skills = alerts.SkillSet{} },
			func(f *alerts.Filter) { f.Places = nil },
			func(f *alerts.Filter) { f.Workplace = alerts.Workplaces() },
			func(f *alerts.Filter) { f.Seniority, f.Employment, f.Languages = nil, nil, nil },
			func(f *alerts.Filter) { f.SalaryMin = nil },
			func(f *alerts.Filter) { f.Companies.None = nil },
			func(f *alerts.Filter) { f.EducationMax = alerts.EducationDoctorate },
		} {
			looser := f
			loosen(&looser)
			if v := looser.Match(&p); !v.Match {
				t.Fatalf("%+v matches, %+v does not: %+v", f, looser, v.Reasons)
			}
		}
	})
}
