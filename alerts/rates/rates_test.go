package rates_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts/rates"
)

func TestShippedTableHasTheCurrenciesOfPostings(t *testing.T) {
	have := rates.Shipped().Currencies()
	for _, want := range []string{"EUR", "USD", "GBP", "CHF", "SEK", "PLN", "INR", "CAD", "AUD", "JPY", "BRL", "ILS", "SGD"} {
		if !slices.Contains(have, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if rates.Shipped().Date().IsZero() {
		t.Error("the table has no date")
	}
}

func TestConvert(t *testing.T) {
	table, err := rates.Parse(strings.NewReader("date,2026-11-01\nUSD,1.25\nGBP,0.8\n"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, from, to string
		amount, want   float64
		ok             bool
	}{
		{"from the euro", "EUR", "USD", 100, 125, true},
		{"to the euro", "USD", "EUR", 125, 100, true},
		{"across", "GBP", "USD", 80, 125, true},
		{"the same", "USD", "USD", 7, 7, true},
		{"the same, not in the table", "XAF", "XAF", 7, 7, true},
		{"from one not in the table", "XAF", "EUR", 7, 0, false},
		{"to one not in the table", "EUR", "XAF", 7, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := table.Convert(test.amount, test.from, test.to)
			if got != test.want || ok != test.ok {
				t.Errorf("got %v, %v", got, ok)
			}
		})
	}
}

func TestConvertThereAndBack(t *testing.T) {
	table := rates.Shipped()
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom(table.Currencies())
		from, to := code.Draw(t, "from"), code.Draw(t, "to")
		amount := rapid.Float64Range(1, 1e7).Draw(t, "amount")
		there, _ := table.Convert(amount, from, to)
		back, _ := table.Convert(there, to, from)
		if math.Abs(back-amount) > 1e-6*amount {
			t.Fatalf("%v %s became %v %s and %v back", amount, from, there, to, back)
		}
	})
}

func TestParseNamesTheFault(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"empty", "# nothing\n", "there are no rates; the first line is date,YYYY-MM-DD"},
		{"no date", "USD,1.2\n", `the first line is "USD,1.2" instead of date,YYYY-MM-DD`},
		{"a bad date", "date,1.11.2026\n", `the first line is "date,1.11.2026" instead of date,YYYY-MM-DD`},
		{"three columns", "date,2026-11-01\nUSD,1,2\n", "record on line 2: wrong number of fields"},
		{"a small code", "date,2026-11-01\n\nusd,1.2\n", `line 3: "usd" is not a currency code of three capital letters, like USD`},
		{"no number", "date,2026-11-01\nUSD,x\n", `line 2: "x" is not a rate: USD has to be a number above 0`},
		{"zero", "date,2026-11-01\nUSD,0\n", `line 2: "0" is not a rate: USD has to be a number above 0`},
		{"not a number", "date,2026-11-01\nUSD,NaN\n", `line 2: "NaN" is not a rate: USD has to be a number above 0`},
		{"doubled", "date,2026-11-01\nUSD,1\nUSD,2\n", "line 3: USD has a rate already"},
		{"rates by the dollar", "date,2026-11-01\nEUR,0.9\n", "line 2: one euro is 1 EUR: every rate says how many units are worth one euro"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := rates.Parse(strings.NewReader(test.file))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("date,2026-11-01\nUSD,1.25\n# comment\nGBP,0.8\n")
	f.Add("date,2026-11-01\n\"USD\",1e309")
	f.Fuzz(func(t *testing.T, file string) {
		table, err := rates.Parse(strings.NewReader(file))
		if err != nil {
			return
		}
		for _, code := range table.Currencies() {
			if euros, ok := table.Convert(1, code, "EUR"); !ok || !(euros > 0) {
				t.Fatalf("1 %s is %v EUR", code, euros)
			}
		}
	})
}
