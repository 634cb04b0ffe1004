package facet

import (
	"testing"

	"jobalertd/alerts"
	"jobalertd/alerts/rates"
)

func TestTheFieldsHaveRoomForAllValuesAndDoNotOverlap(t *testing.T) {
	legal := []int{len(alerts.Classes()), len(alerts.Workplaces()), len(alerts.Seniorities()), len(alerts.Employments()),
		len(alerts.Educations()), len(Languages()), len(payLevels())}
	var all Set
	for i, f := range Fields() {
		if f.values != legal[i] {
			t.Errorf("field %d has room for %d values of %d", i, f.values, legal[i])
		}
		guard := Set(1) << (f.At + f.Width())
		if all&(f.all()|guard) != 0 || guards&guard == 0 {
			t.Errorf("field %d overlaps another, or has no guard", i)
		}
		all |= f.all() | guard
	}
	if all != Any|guards || Bits > 62 {
		t.Errorf("the fields take %b, %d bits", all, Bits)
	}
}

func TestAgreementIsByFieldAndNotByNeighbour(t *testing.T) {
	senior := alerts.Filter{Seniority: []alerts.Seniority{alerts.SenioritySenior}}
	accepted, exact := OfFilter(&senior, rates.Shipped())
	if !exact {
		t.Error("a plain filter is not told whole")
	}
	for _, test := range []struct {
		name    string
		posting alerts.Posting
		want    bool
	}{
		{"the value", alerts.Posting{Class: alerts.ClassCore, Seniority: senior.Seniority}, true},
		{"one of several", alerts.Posting{Class: alerts.ClassCore, Seniority: []alerts.Seniority{alerts.SeniorityMid, alerts.SenioritySenior}}, true},
		{"none stated", alerts.Posting{Class: alerts.ClassCore}, true},
		{"the one below", alerts.Posting{Class: alerts.ClassCore, Seniority: []alerts.Seniority{alerts.SeniorityMid}}, false},
		{"another class", alerts.Posting{Class: alerts.ClassPartly, Seniority: senior.Seniority}, false},
		{"no class", alerts.Posting{Seniority: senior.Seniority}, false},
	} {
		if got := accepted.Agree(OfPosting(&test.posting, rates.Shipped())); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestASalaryNearALevelIsLetThrough(t *testing.T) {
	for _, amount := range []float64{35e3, 50e3, 65e3, 80e3, 100e3, 125e3, 160e3} {
		f := alerts.Filter{SalaryMin: &alerts.SalaryMin{Amount: amount, Currency: "EUR", Period: alerts.PeriodYear}}
		accepted, _ := OfFilter(&f, rates.Shipped())
		p := alerts.Posting{Class: alerts.ClassCore, Salary: &alerts.Salary{Max: amount, Currency: "EUR", Period: alerts.PeriodYear}}
		if !accepted.Agree(OfPosting(&p, rates.Shipped())) {
			t.Errorf("%v does not reach itself", amount)
		}
		p.Salary.Max = amount / 3
		if accepted.Agree(OfPosting(&p, rates.Shipped())) {
			t.Errorf("a third of %v is let through", amount)
		}
	}
}
