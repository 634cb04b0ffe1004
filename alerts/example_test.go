package alerts_test

import (
	"fmt"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/mailer/locale"
)

func ExampleFilter_Match() {
	filter, err := alerts.DecodeFilter([]byte(`{
		"query": "\"distributed systems\" -php",
		"skills": {"any": ["golang", "rust"]},
		"places": [{"city": "Potsdam", "country": "DE", "radius_km": 50}],
		"salary_min": {"amount": 6000, "currency": "EUR", "period": "month"}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	posting := alerts.Posting{
		Title: "Backend Engineer", Description: "You build distributed systems.", Class: alerts.ClassCore,
		Skills: []string{"go"}, Locations: []alerts.Location{{City: "Berlin", Country: "DE"}},
		Salary: &alerts.Salary{Min: 70_000, Max: 85_000, Currency: "EUR", Period: alerts.PeriodYear},
	}
	verdict := filter.Match(&posting)
	fmt.Println(verdict.Match)
	fmt.Println(phrase.Why(locale.English, verdict))
	// Output:
	// true
	// backend; words distributed systems; skills go; Berlin, DE; €70,000–85,000 a year
}

func ExampleDecodeFilter() {
	_, err := alerts.DecodeFilter([]byte(`{"seniority": ["sennior"], "query": "go AND"}`))
	fmt.Println(err)
	// Output:
	// query: at character 7: the query ends where a word should follow AND; seniority[0]: "sennior" is not one of intern, junior, mid, senior, staff, principal, lead, manager; did you mean "senior"?
}

func ExampleFilter_Key() {
	a := alerts.Filter{ID: "a", Skills: alerts.SkillSet{Any: []string{"Golang", "postgres"}}}
	b := alerts.Filter{ID: "b", Class: []alerts.Class{alerts.ClassCore}, Skills: alerts.SkillSet{Any: []string{"postgresql", "go"}}}
	fmt.Println(a.Key() == b.Key())
	fmt.Println(a.Key())
	// Output:
	// true
	// {"skills":{"any":["go","postgresql"]}}
}

func ExampleMatcher() {
	matcher := alerts.NewMatcher(alerts.Filter{Query: "rust"})
	for _, title := range []string{"Rust Engineer", "Java Engineer"} {
		fmt.Println(title, matcher.Match(&alerts.Posting{Title: title, Class: alerts.ClassCore}).Match)
	}
	// Output:
	// Rust Engineer true
	// Java Engineer false
}
