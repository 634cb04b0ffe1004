package money

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

func written(s alerts.Salary, ok bool) string {
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.0f–%.0f %s %s", s.Min, s.Max, s.Currency, s.Period)
}

func TestTheWaysMarketsWriteASalary(t *testing.T) {
	tests := []struct{ name, country, text, want string }{
		{"a Frenchman's spaces", "FR", "Rémunération : de 48 000 € à 62 500 € bruts annuels", "48000–62500 EUR year"},
		{"no-break spaces", "FR", "Le salaire se situe entre 48\u00a0000\u00a0€ et 62\u00a0500\u00a0€ par an", "48000–62500 EUR year"},
		{"narrow no-break spaces", "FR", "Salaire : 48\u202f000\u202f€ – 62\u202f500\u202f€ bruts par an", "48000–62500 EUR year"},
		{"Swiss apostrophes", "CH", "Salary: CHF 110'000 to CHF 130’000 per year", "110000–130000 CHF year"},
		{"German and", "DE", "Das Jahresgehalt liegt zwischen 55.000 € und 70.000 € brutto", "55000–70000 EUR year"},
		{"Spanish and", "ES", "El salario está entre 38.000 € y 45.000 € brutos al año", "38000–45000 EUR year"},
		{"Dutch till", "NL", "Salaris: €4.000 tot €5.500 bruto per maand", "4000–5500 EUR month"},
		{"a Polish month", "PL", "We offer PLN 14,000 – PLN 19,000 gross per month.", "14000–19000 PLN month"},
		{"a month paid thirteen times a year", "AT", "The monthly gross salary is €4,200 to €5,100, thirteen times a year.", "4200–5100 EUR month"},
		{"the day rate before the sum", "GB", "The day rate is £450 to £550, outside IR35.", "450–550 GBP day"},
		{"a French day rate", "FR", "TJM : 500 € à 650 €", "500–650 EUR day"},
		{"an hour glued to the sum", "US", "For this role, the pay range is $38 - $43.50hr.", "38–44 USD hour"},
		{"an hour behind an", "US", "We pay $20.00 an hour, plus commission.", "20–20 USD hour"},
		{"an hourly rate that is annualized", "US", "Interns are paid an hourly rate equivalent to an annualized range of $96,000-118,000.", "96000–118000 USD year"},
		{"a line of its own", "US", "We ship daily.\n$180K–$210K.\nApply now.", "180000–210000 USD year"},
		{"the base beside what may be earned", "US", "Base salary of $70,000 to $80,000 (OTE of $140,000 to $160,000)", "70000–80000 USD year"},

		{"a travel stipend each year", "US", "$4,000 annual travel stipend", ""},
		{"a commuter benefit behind a semicolon", "US", "Pay is reviewed yearly. Company paid commuter benefit; $250 per month", ""},
		{"the size of deals", "US", "Experience closing deal sizes of $200k–$1M+", ""},
		{"quotas", "US", "You exceed quotas of $900,000 annually", ""},
		{"a peso of a country unknown", "DO", "Salario: RD$38,000 mensuales", ""},
		{"so much a month", "US", "Salary: $60k – $90k monthly cap", "60000–90000 USD year"},
		{"a telephone number", "DE", "Gehalt? Ruf an: 030 123 456", ""},
		{"a year and a number", "US", "In 2024 500 people got a salary review", ""},
	}
	r := New()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := written(r.Find(phrase.Split(test.text), test.country, Doubted)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestEveryGroupingOfARangeIsReadAlike writes one range in the ways of several countries.
func TestEveryGroupingOfARangeIsReadAlike(t *testing.T) {
	r := New()
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.IntRange(21, 99).Draw(t, "thousands") * 1000
		high := low + rapid.IntRange(1, 4*low/1000).Draw(t, "more")*1000 // more than five times as much is no range
		separator := rapid.SampledFrom([]string{",", ".", " ", "\u00a0", "\u202f", "'"}).Draw(t, "separator")
		joint := rapid.SampledFrom([]string{" - ", "–", " to ", " bis ", " à ", " und ", " y ", " tot "}).Draw(t, "joint")
		sum := func(n int) string { return fmt.Sprintf("%d%s%03d €", n/1000, separator, n%1000) }
		text := "Salary: " + sum(low) + joint + sum(high) + " per year"
		want := fmt.Sprintf("%d–%d EUR year", low, high)
		if got := written(r.Find(phrase.Split(text), "", Doubted)); got != want {
			t.Fatalf("%q: got %q, want %q", text, got, want)
		}
	})
}
