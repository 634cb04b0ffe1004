package money

import (
	"testing"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/source"
)

func TestAFieldIsTrustedWhereATextIsDoubted(t *testing.T) {
	r := New()
	text := phrase.Split("That is $105,000.")
	if _, ok := r.Find(text, "", Doubted); ok {
		t.Error("a sum without a word about pay was taken for the salary")
	}
	got, ok := r.Find(text, "", Trusted)
	if want := (alerts.Salary{Min: 105000, Max: 105000, Currency: "USD", Period: alerts.PeriodYear}); !ok || got != want {
		t.Errorf("got %+v, %v", got, ok)
	}
}

func TestTheFirstFieldThatMakesSenseCounts(t *testing.T) {
	r := New()
	got, ok := r.Stated(source.Raw{Pay: []source.Pay{
		{Min: 1, Max: 2, Currency: "USD", Period: alerts.PeriodYear},
		{Min: 90000, Max: 80000, Currency: "USD", Period: alerts.PeriodYear},
		{Min: 50, Max: 60, Currency: "€", Period: alerts.PeriodHour},
	}}, "")
	if want := (alerts.Salary{Min: 50, Max: 60, Currency: "EUR", Period: alerts.PeriodHour}); !ok || got != want {
		t.Errorf("got %+v, %v", got, ok)
	}
	if _, ok := r.Stated(source.Raw{}, ""); ok {
		t.Error("nothing stated is a salary")
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"Salary: $140-$270K", "65.000 € bis 80.000 € im Jahr", "pay 1e9 $$ 20-30 LPA", "€.,5k salary", "salary USD 99999999999999999999 a year", "58\u202f000 € à 72 500 € bruts", "120'000'", "RD$1 $", "$43.00hr 1 000 00"} {
		f.Add(seed)
	}
	r := New()
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := r.Find(phrase.Split(s), "US", Trusted)
		if !ok {
			return
		}
		p := alerts.Posting{ID: "a:b:c", URL: "https://quill.example/", Title: "t", Company: "c", Salary: &got}
		if err := p.Validate().Err(); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	})
}
