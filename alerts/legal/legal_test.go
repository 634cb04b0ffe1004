package legal_test

import (
	"math"
	"strings"
	"testing"

	"jobalertd/alerts/fault"
	"jobalertd/alerts/legal"
)

func TestSentences(t *testing.T) {
	rungs := []string{"junior", "senior"}
	tests := []struct {
		name string
		got  fault.Fault
		want string
	}{
		{"one of", legal.OneOf("senior", rungs), ""},
		{"none of", legal.OneOf("lead", rungs), `"lead" is not one of junior, senior`},
		{"nearly one of", legal.OneOf("Senior", rungs), `"Senior" is not one of junior, senior; did you mean "senior"?`},
		{"a line", legal.Line("Zürich", 6), ""},
		{"a line too long", legal.Line("Zürich!", 6), "7 characters are more than the 6 allowed"},
		{"a line with a break", legal.Line("a\r\n", 6), "holds the control character U+000D at character 2; remove it"},
		{"a line with an escape of Latin-1", legal.Line("é\u009b", 6), "holds the control character U+009B at character 2; remove it"},
		{"a name", legal.Name("x", 1), ""},
		{"a name of spaces", legal.Name("  ", 9), "is missing or empty"},
		{"prose", legal.Prose("a\n\tb", 4), ""},
		{"prose too long", legal.Prose("éé", 3), "4 bytes are more than the 3 allowed"},
		{"prose with a zero byte", legal.Prose("a\x00", 4), "holds the control character U+0000 at character 2; remove it"},
		{"a web address", legal.URL("https://example.com/a?b#c", 99), ""},
		{"no address", legal.URL("", 99), "is missing or empty"},
		{"a path", legal.URL("/jobs/1", 99), `"/jobs/1" is not a web address that begins with https:// or http://`},
		{"a script", legal.URL("javascript:alert(1)", 99), `"javascript:alert(1)" is not a web address that begins with https:// or http://`},
		{"a long address", legal.URL("https://example.com/"+strings.Repeat("x", 99), 99), "119 bytes are more than the 99 allowed"},
		{"an amount", legal.Amount(0), ""},
		{"a debt", legal.Amount(-0.5), "-0.5 is not an amount of money from 0 to 1e+12"},
		{"no number", legal.Amount(math.NaN()), "NaN is not an amount of money from 0 to 1e+12"},
		{"more than there is", legal.Amount(math.Inf(1)), "+Inf is not an amount of money from 0 to 1e+12"},
		{"an angle", legal.Degrees(-90, 90), ""},
		{"an angle too wide", legal.Degrees(90.5, 90), "90.5 is not an angle from -90 to 90 degrees"},
		{"a country", legal.Country("de"), ""},
		{"a country of three letters", legal.Country("DEU"), `"DEU" is not the code of a country; use "DE"`},
		{"a country in words", legal.Country("Deutschland"), `"Deutschland" is not the code of a country; use "DE"`},
		{"an eligibility", legal.Eligibility("-eu"), ""},
		{"no eligibility", legal.Eligibility("Mars"), `"Mars" is not the code of a country, EU or another group, or * for anywhere`},
		{"a currency", legal.Currency("usd"), ""},
		{"a currency without a rate", legal.Currency("XOF"), ""},
		{"a currency mistyped", legal.Currency("EURO"), `"EURO" is not a currency in use; write it by ISO 4217, such as EUR, USD, GBP; did you mean "EUR"?`},
		{"a currency's sign", legal.Currency("€"), `"€" is not a currency in use; write it by ISO 4217, such as EUR, USD, GBP`},
		{"a language", legal.Language("EN"), ""},
		{"a language with its country", legal.Language("pt-BR"), `"pt-BR" is not the code of a language; use "pt"`},
		{"no language", legal.Language("x!"), `"x!" is not the code of a language; use two letters of ISO 639-1, such as en or de`},
		{"what is quoted is short", legal.Country(strings.Repeat("x", 60)), `"` + strings.Repeat("x", 50) + `…" is not the code of a country; use two letters of ISO 3166-1, such as DE`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.got.Error() != test.want {
				t.Errorf("got  %s\nwant %s", test.got, test.want)
			}
		})
	}
}
