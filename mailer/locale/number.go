package locale

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// nbsp keeps what belongs together on one line.
const nbsp = "\u00a0"

// Number writes a number with at most two decimals: 1,234.5 or 1.234,5.
func (l Locale) Number(v float64) string {
	if v >= 0 && v < 1000 && v == math.Trunc(v) { // the same everywhere, and what every mail counts
		return strconv.Itoa(int(v))
	}
	return l.decimal(v, number.MaxFractionDigits(2))
}

func (l Locale) decimal(v float64, options ...number.Option) string {
	if l == Spanish && math.Abs(v) < 10_000 {
		options = append(options, number.NoSeparator()) // CLDR: minimumGroupingDigits 2
	}
	return message.NewPrinter(l.Tag()).Sprint(number.Decimal(v, options...))
}

// Forms is a text that counts, in the forms that CLDR's plural rules tell apart. "#" stands for the
// number. A form left empty is the same as Other.
type Forms struct {
	One, Few, Many, Other string
}

// Count picks the form for n and writes the number into it: "1 new job", "1,234 new jobs".
func (l Locale) Count(n int, forms Forms) string {
	text := ""
	switch plural.Cardinal.MatchPlural(l.Tag(), n, 0, 0, 0, 0) {
	case plural.One:
		text = forms.One
	case plural.Few:
		text = forms.Few
	case plural.Many:
		text = forms.Many
	}
	if text == "" {
		text = forms.Other
	}
	return strings.ReplaceAll(text, "#", l.Number(float64(n)))
}

// Money writes an amount with the sign of its currency (ISO 4217), with cents only where there are
// any: €80,000 or 80.000 €.
func (l Locale) Money(amount float64, iso string) string { return l.signed(l.amount(amount), iso) }

// Pay writes what a job pays: "€80,000–95,000 a year", "ab 500 € pro Tag". A bound of 0 is not
// stated; both are equal for a single amount. The period is hour, day, week, month or year; any
// other is left out. Without an amount it is empty.
func (l Locale) Pay(least, most float64, iso, period string) string {
	if least == 0 && most == 0 {
		return ""
	}
	g := l.grammar()
	text := ""
	switch {
	case least == 0:
		text = g.upTo + l.Money(most, iso)
	case most == 0:
		text = g.from + l.Money(least, iso)
	case least == most:
		text = l.Money(least, iso)
	default:
		text = l.signed(l.amount(least)+"–"+l.amount(most), iso)
	}
	if per := g.per(period); per != "" {
		text += " " + per
	}
	return text
}

func (l Locale) amount(v float64) string {
	if cents := math.Round(v * 100); math.Mod(cents, 100) != 0 {
		return l.decimal(v, number.Scale(2))
	}
	return l.decimal(v, number.Scale(0))
}

// signed puts the sign of a currency to an amount: before it in English, behind it elsewhere.
func (l Locale) signed(amount, iso string) string {
	sign := iso
	if unit, err := currency.ParseISO(iso); err == nil {
		sign = message.NewPrinter(l.Tag()).Sprint(currency.Symbol(unit))
	}
	if l != English {
		return amount + nbsp + sign
	}
	if last, _ := utf8.DecodeLastRuneInString(sign); unicode.IsLetter(last) {
		sign += nbsp
	}
	return sign + amount
}
