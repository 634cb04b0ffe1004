package money

import (
	"math"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
	"jobalertd/alerts/source"
)

// offer is a sum or a range in a text that may be the salary.
type offer struct {
	pay   alerts.Salary
	score int
}

// Stated turns the pay of a board's own fields into a salary: the first that makes sense.
func (r *Reader) Stated(raw source.Raw, country string) (alerts.Salary, bool) {
	for _, p := range raw.Pay {
		pay := alerts.Salary{Min: p.Min, Max: p.Max, Currency: r.currency(p.Currency, country), Period: p.Period, Predicted: p.Predicted}
		if pay.Period == "" {
			pay.Period = r.periodIn(phrase.Split(p.Label))
		}
		if complete(&pay) {
			return pay, true
		}
	}
	// A field holds what a form made of a number, not what a local writer means by "$".
	return r.Find(phrase.Split(raw.PayText), "", Trusted)
}

// Trust is what speaks for a sum before a word around it is read.
type Trust int

// A field made for pay and a title are trusted, a description is not.
const (
	Doubted Trust = 0
	Trusted Trust = 3
)

// enough is the weight that makes a sum a salary.
const enough = 4

// Find finds the salary in a text, or none. A plain dollar is that of the country.
func (r *Reader) Find(text phrase.Text, country string, trust Trust) (alerts.Salary, bool) {
	var best offer
	sums := r.amounts(text)
	for i := 0; i < len(sums); i++ {
		low, high := sums[i], sums[i]
		if i+1 < len(sums) && r.joined(text, sums[i], sums[i+1]) {
			high = sums[i+1]
			i++
		}
		if o, ok := r.judge(text, low, high, country); ok {
			o.score += int(trust)
			if o.score >= enough && o.score > best.score {
				best = o
			}
		}
	}
	return best.pay, best.score > 0
}

// judge weighs one sum or range.
func (r *Reader) judge(text phrase.Text, low, high amount, country string) (offer, bool) {
	var o offer
	sign := high.currency
	if sign == "" || sign == "$" && low.currency != "" {
		sign = low.currency
	}
	lakhs := text.Word(high.last+1) == "lpa" || text.Word(high.last+1) == "lakhs" || text.Word(high.last+1) == "lakh"
	switch {
	case lakhs:
		low.value, high.value, sign, o.pay.Period = low.value*1e5, high.value*1e5, "INR", alerts.PeriodYear
	case sign == "":
		return o, false
	}
	// "$140-270K" and "$170k-220".
	if high.thousands != low.thousands && min(low.value, high.value) < 1000 {
		if low.value < high.value {
			low.value *= 1000
		} else {
			high.value *= 1000
		}
	}
	ranged := low.first != high.first
	o.pay.Currency = r.currency(sign, country)
	o.pay.Min, o.pay.Max = low.value, high.value
	if !ranged {
		o.pay.Min, o.pay.Max = single(text, low)
	}
	if o.pay.Period == "" {
		o.pay.Period = r.periodAround(text, low, high)
	}
	stated := o.pay.Period != ""
	if !complete(&o.pay) {
		// "An hourly rate equivalent to $110,000–132,000": the word was of something else.
		o.pay.Period = ""
		if stated = false; !complete(&o.pay) {
			return o, false
		}
	}
	o.score = r.context(text, low.first, high.last, ranged)
	if ranged {
		o.score += 2
	}
	if stated {
		o.score++
	}
	if high.value >= 20000 {
		o.score++
	}
	if r.hoped(text, low.first) {
		o.score--
	}
	return o, true
}

// hoped says whether the sum counts in what may be earned on top of the salary: of two sums the
// other is meant then.
func (r *Reader) hoped(text phrase.Text, first int) bool {
	for i := first - 1; i >= max(0, first-6); i-- {
		switch text.Tokens[i].Word {
		case "ote", "target", "earnings", "potential":
			return true
		}
		if text.Tokens[i+1].Gap == phrase.Stop {
			break
		}
	}
	return false
}

// single reads one sum: "up to 90k" is a ceiling, "from 60k" a floor, anything else is both.
func single(text phrase.Text, a amount) (low, high float64) {
	switch text.Word(a.first - 1) {
	case "to", "bis", "maximum", "max", "under", "until", "jusqu":
		return 0, a.value
	case "from", "ab", "starting", "minimum", "min", "least", "desde":
		return a.value, 0
	}
	if strings.HasPrefix(text.Source[a.end:], "+") {
		return a.value, 0
	}
	return a.value, a.value
}

// periodAround reads for what time the money is paid: right behind the sums, else right before.
func (r *Reader) periodAround(text phrase.Text, low, high amount) alerts.Period {
	if high.hourly {
		return alerts.PeriodHour
	}
	aside := alerts.Period("") // behind a comma, where it may belong to something else
	for i := high.last + 1; i < min(len(text.Tokens), high.last+6); i++ {
		if text.Tokens[i].Gap == phrase.Stop {
			break
		}
		p := r.periods[text.Tokens[i].Word]
		if p == "" || times(text, i) {
			continue
		}
		if !text.Crosses(high.last, i) {
			return p
		}
		aside = p
		break
	}
	for i := low.first - 1; i >= max(0, low.first-12); i-- {
		if p := r.periods[text.Tokens[i].Word]; p != "" && names(text, i) {
			return p
		}
		if text.Tokens[i].Gap == phrase.Stop {
			break
		}
	}
	return aside
}

// times says whether a word of time is about something else than the sum: "40 hours per week",
// "paid 13 times a year".
func times(text phrase.Text, i int) bool {
	switch text.Word(i - 1) {
	case "every", "first", "next", "one", "5", "four", "40":
		return true
	}
	if text.Tokens[i].Word == "an" && text.Word(i-1) != "par" {
		return true // French for a year, and English for nothing
	}
	switch text.Word(i - 2) {
	case "times", "payments", "salaries", "mal", "fois", "veces", "pagas":
		return true
	}
	return false
}

// names says whether a word of time before a sum tells what the sum is paid for: "monthly salary",
// "the day rate", "per annum".
func names(text phrase.Text, i int) bool {
	switch word := text.Tokens[i].Word; word {
	case "annual", "annualized", "annualised", "jahresgehalt", "jahresbruttogehalt", "bruttojahresgehalt", "monatsgehalt", "monatliche", "monatliches", "tagessatz",
		"stundensatz", "stundenlohn", "tjm":
		return true
	case "day", "hour":
		next := text.Word(i + 1)
		return next == "rate" || next == "rates"
	default:
		return strings.HasSuffix(word, "ly")
	}
}

// periodIn reads the first word of time in a label: "France Annual Pay Range".
func (r *Reader) periodIn(text phrase.Text) alerts.Period {
	for _, token := range text.Tokens {
		if p := r.periods[token.Word]; p != "" {
			return p
		}
	}
	return ""
}

func periods() map[string]alerts.Period {
	table := map[string]alerts.Period{}
	add := func(p alerts.Period, words string) {
		for w := range strings.FieldsSeq(words) {
			table[w] = p
		}
	}
	add(alerts.PeriodYear, `year yr annual annually annum annualized annualised yearly pa jahr jährlich jahresgehalt jahresbruttogehalt bruttojahresgehalt an
		annuel annuels annuelle annuelles anual anuales año ano anno annui annuo rok rocznie jaar`)
	add(alerts.PeriodMonth, `month mo monthly monat monatlich monatliche monatliches monatsgehalt mois mensuel mensuels mensuelle mensual mensuales mensal mensais mes mês
		mese mensili miesiąc miesięcznie maand måned månad`)
	add(alerts.PeriodWeek, "week wk weekly woche semaine semana")
	add(alerts.PeriodDay, "day daily diem tag tagessatz dag dzień jour tjm día dia")
	add(alerts.PeriodHour, "hour hr hourly stunde std stundenlohn stundensatz heure hora godz hours uur")
	return table
}

// currency is the code of a sign or code. A plain dollar is the dollar of the country where there
// is one, and the American one elsewhere: what people there mean by it.
func (r *Reader) currency(sign, country string) string {
	sign = strings.TrimSpace(sign)
	if sign == "$" {
		local := map[string]string{"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD"}
		if c, ok := local[country]; ok {
			return c
		}
		return "USD"
	}
	for _, s := range r.signs {
		if s.sign == sign {
			return s.currency
		}
	}
	if c, ok := r.codes[strings.ToLower(sign)]; ok && c != "$" {
		return c
	}
	if len(sign) == 3 && strings.ToUpper(sign) == sign && strings.Trim(sign, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return sign
	}
	return ""
}

// complete fills in what convention leaves out, and says whether the salary makes sense. A sum of
// five digits in a currency in which nobody earns that in a month is for a year.
func complete(s *alerts.Salary) bool {
	if s.Min < 0 || s.Max < 0 || s.Currency == "" {
		return false
	}
	top, bottom := max(s.Min, s.Max), min(s.Min, s.Max)
	if bottom == s.Max && s.Max > 0 && s.Min > s.Max {
		return false
	}
	if s.Period == "" && top >= yearly(s.Currency) {
		s.Period = alerts.PeriodYear
	}
	if s.Period == "" {
		return false
	}
	// A span of more than five times says nothing: "$0 – $750K".
	if s.Min > 0 && s.Max > 5*s.Min || s.Min == 0 && s.Max > 500_000 && strong(s.Currency) {
		return false
	}
	low, high := bounds(s.Period)
	if !strong(s.Currency) {
		high = math.Inf(1)
	}
	if s.Min > 0 && s.Min < low || s.Max > 0 && s.Max < low || top > high || top == 0 {
		return false
	}
	return true
}

// yearly is the sum that nobody earns in a month, in units of the currency.
func yearly(currency string) float64 {
	switch {
	case strong(currency):
		return 20_000
	case currency == "INR" || currency == "PHP" || currency == "RUB" || currency == "TWD" || currency == "THB" || currency == "KES":
		return 600_000
	case currency == "JPY" || currency == "HUF" || currency == "ISK":
		return 2_500_000
	case currency == "KRW" || currency == "IDR" || currency == "VND" || currency == "COP" || currency == "CLP" || currency == "NGN" || currency == "ARS":
		return math.Inf(1)
	}
	return 200_000
}

// strong lists currencies whose unit is worth between half a US dollar and two.
func strong(currency string) bool {
	switch currency {
	case "USD", "EUR", "GBP", "CAD", "AUD", "NZD", "SGD", "CHF":
		return true
	}
	return false
}

// bounds are the least and most that is paid for a period, in units of a strong currency.
func bounds(p alerts.Period) (low, high float64) {
	switch p {
	case alerts.PeriodHour:
		return 4, 1_000
	case alerts.PeriodDay:
		return 40, 8_000
	case alerts.PeriodWeek:
		return 100, 10_000
	case alerts.PeriodMonth:
		return 200, 30_000
	}
	return 3_000, 2_000_000
}
