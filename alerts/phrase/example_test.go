package phrase_test

import (
	"fmt"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/mailer/locale"
)

func ExampleFilter() {
	filter := alerts.Filter{
		Skills:    alerts.SkillSet{Any: []string{"go", "rust"}},
		SalaryMin: &alerts.SalaryMin{Amount: 80_000, Currency: "EUR", Period: alerts.PeriodYear},
	}
	for _, line := range phrase.Filter(locale.English, filter) {
		fmt.Println(line)
	}
	// Output:
	// Kind of job: backend
	// Skills: go or rust
	// At least €80,000 a year (jobs that state no salary included)
}
