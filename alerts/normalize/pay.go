package normalize

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

// paySignals weighs the words around money. Salary words speak for it; money of other kinds stands
// beside words that rule it out.
func paySignals() map[string]int {
	table := map[string]int{}
	for w := range strings.FieldsSeq(`salary salaries compensation comp pay paid wage wages base gehalt jahresgehalt remuneration rémunération salaire rate
		ote earn earnings package salario sueldo salário wynagrodzenie payrange earning salariale brut brutto gross annual annually annum hourly
		verdienst bruttojahresgehalt deal`) {
		table[w] = 3
	}
	for w := range strings.FieldsSeq(`raised raise raising series funding funded seed round arr revenue revenues valuation valued bonus stipend budget
		allowance commuter reimbursement reimburse reimbursed savings referral aum assets backed investment investments invested investors donation
		spend spending learning education tuition grant equipment wellness perks gift customers users transactions processed market industry
		sign signing relocation contribution deductible fee fees prize debt capital gmv volume payments fund donate sales quota deal-size
		401k insurance credit credits match discount monthlybudget mobile phone internet gym lunch meal meals travel home-office setup
		acquisition acquired exit loan loans loss losses saved save billion million mrr bookings commission uncapped taxes cost costs worth rent
		productivity workspace coworking retreat vacation childcare fertility adoption development donations award awards infrastructure`) {
		table[w] = -4
	}
	return table
}

// stated turns the ranges of a board's fields into a salary: the first that makes sense.
func (n *Normalizer) stated(raw source.Raw, country string) *alerts.Salary {
	for _, p := range raw.Pay {
		pay := alerts.Salary{Min: p.Min, Max: p.Max, Currency: n.currency(p.Currency, country), Period: p.Period, Predicted: p.Predicted}
		if pay.Period == "" {
			pay.Period = periodIn(phrase.Split(p.Label))
		}
		if complete(&pay) {
			return &pay
		}
	}
	if raw.PayText != "" {
		// A field holds what a form made of a number, not what a local writer means by "$".
		if offer, ok := n.bestOffer(phrase.Split(raw.PayText), "", 3); ok {
			return &offer.pay
		}
	}
	return nil
}

// bestOffer finds the salary in a text, or none. head is what speaks for it before a word is read:
// a field made for pay is trusted, a description is not.
func (n *Normalizer) bestOffer(text phrase.Text, country string, head int) (offer, bool) {
	var best offer
	sums := n.amounts(text)
	for i := 0; i < len(sums); i++ {
		low, high := sums[i], sums[i]
		if i+1 < len(sums) && joined(text, sums[i], sums[i+1]) {
			high = sums[i+1]
			i++
		}
		if o, ok := n.judge(text, low, high, country); ok {
			o.score += head
			if o.score >= 4 && o.score > best.score {
				best = o
			}
		}
	}
	return best, best.score > 0
}

// judge weighs one sum or range.
func (n *Normalizer) judge(text phrase.Text, low, high amount, country string) (offer, bool) {
	var o offer
	sign := high.currency
	if sign == "" || sign == "$" && low.currency != "" {
		sign = low.currency
	}
	lakhs := next(text, high.last) == "lpa" || next(text, high.last) == "lakhs" || next(text, high.last) == "lakh"
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
	o.pay.Currency = n.currency(sign, country)
	o.pay.Min, o.pay.Max = low.value, high.value
	if !ranged {
		o.pay.Min, o.pay.Max = single(text, low)
	}
	if o.pay.Period == "" {
		o.pay.Period = n.periodAround(text, low, high)
	}
	stated := o.pay.Period != ""
	if !complete(&o.pay) {
		return o, false
	}
	o.score = n.context(text, low.first, high.last)
	if ranged {
		o.score += 2
	}
	if stated {
		o.score++
	}
	if high.value >= 20000 {
		o.score++
	}
	return o, true
}

// single reads one sum: "up to 90k" is a ceiling, "from 60k" a floor, anything else is both.
func single(text phrase.Text, a amount) (low, high float64) {
	switch previous(text, a.first, 1) {
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

func previous(text phrase.Text, i, back int) string {
	if i-back < 0 {
		return ""
	}
	return text.Tokens[i-back].Word
}

func next(text phrase.Text, i int) string {
	if i+1 >= len(text.Tokens) {
		return ""
	}
	return text.Tokens[i+1].Word
}

// context weighs the words of the sentence around the sums; failing a word there, the line above,
// which is often the heading "Compensation".
func (n *Normalizer) context(text phrase.Text, first, last int) int {
	from, to := text.Sentence(first)
	if _, end := text.Sentence(last); end > to {
		to = end
	}
	good, bad := 0, 0
	for i := max(from, first-16); i < min(to, last+14); i++ {
		if i >= first && i <= last {
			continue
		}
		w := n.pay[text.Tokens[i].Word]
		distance := max(first-i, i-last)
		switch {
		case w > 0:
			good = max(good, w)
		case w < 0 && distance <= 7:
			bad = min(bad, w)
		}
	}
	if good > 0 && bad < 0 {
		// "The base salary is $150k–$180k plus bonus": what else is offered stands behind; the word
		// nearest to the sum decides.
		bad = n.nearest(text, from, to, first, last)
	}
	if good == 0 && bad == 0 && to-from <= last-first+7 {
		good = n.heading(text, from)
	}
	return good + bad
}

// nearest is -4 where a word against stands nearer to the sum than any word for it.
func (n *Normalizer) nearest(text phrase.Text, from, to, first, last int) int {
	for distance := 1; distance <= 8; distance++ {
		for _, i := range [2]int{first - distance, last + distance} {
			if i < from || i >= to {
				continue
			}
			// What follows "plus" or "and" is beside the salary, not the salary.
			if w := n.pay[text.Tokens[i].Word]; w > 0 {
				return 0
			} else if w < 0 && (i < first || !beside(text, last, i)) {
				return w
			}
		}
	}
	return 0
}

// beside says whether a word that adds, or a comma, stands between two tokens.
func beside(text phrase.Text, from, to int) bool {
	for i := from + 1; i <= to; i++ {
		switch text.Tokens[i].Word {
		case "plus", "and", "with", "in", "not", "depending", "excluding", "before":
			return true
		}
		if text.Tokens[i].Gap >= phrase.Comma {
			return true
		}
	}
	return strings.Contains(text.Source[text.Tokens[from].End:text.Tokens[to].Start], "+")
}

// heading looks for a word of pay in the few words above a line that holds little but a sum.
func (n *Normalizer) heading(text phrase.Text, from int) int {
	for i := max(0, from-60); i < from; i++ {
		if n.pay[text.Tokens[i].Word] > 0 {
			return 3
		}
	}
	return 0
}

// periodAround reads for what time the money is paid: right behind the sums, else right before.
func (n *Normalizer) periodAround(text phrase.Text, low, high amount) alerts.Period {
	for i := high.last + 1; i < min(len(text.Tokens), high.last+6); i++ {
		if text.Tokens[i].Gap == phrase.Stop {
			break
		}
		if p := n.period[text.Tokens[i].Word]; p != "" && !weekly(text, i) {
			return p
		}
	}
	for i := low.first - 1; i >= max(0, low.first-12); i-- {
		if p := n.period[text.Tokens[i].Word]; p != "" && strings.HasSuffix(text.Tokens[i].Word, "ly") || p == alerts.PeriodYear && text.Tokens[i].Word == "annual" {
			return p
		}
		if text.Tokens[i].Gap == phrase.Stop {
			break
		}
	}
	return ""
}

// weekly says whether a word of time is about working time: "40 hours per week".
func weekly(text phrase.Text, i int) bool {
	switch previous(text, i, 1) {
	case "every", "first", "next", "one", "5", "four", "40":
		return true
	}
	return false
}

// periodIn reads the first word of time in a label: "France Annual Pay Range".
func periodIn(text phrase.Text) alerts.Period {
	table := periods()
	for _, token := range text.Tokens {
		if p := table[token.Word]; p != "" {
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
	add(alerts.PeriodYear, "year yr annual annually annum yearly pa jahr jährlich jahresgehalt an annuel anual año ano rok")
	add(alerts.PeriodMonth, "month mo monthly monat monatlich mois mensuel mes mês miesiąc month-to-month")
	add(alerts.PeriodWeek, "week wk weekly woche")
	add(alerts.PeriodDay, "day daily diem tag tagessatz dag dzień")
	add(alerts.PeriodHour, "hour hr hourly stunde std heure hora godz hours")
	return table
}

// currency is the code of a sign or code. A plain dollar is the dollar of the country where there
// is one, and the American one elsewhere: what people there mean by it.
func (n *Normalizer) currency(sign, country string) string {
	sign = strings.TrimSpace(sign)
	if sign == "$" {
		local := map[string]string{"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD"}
		if c, ok := local[country]; ok {
			return c
		}
		return "USD"
	}
	for _, s := range n.signs {
		if s.sign == sign {
			return s.currency
		}
	}
	if c, ok := n.codes[strings.ToLower(sign)]; ok && c != "$" {
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
		return 100, 20_000
	case alerts.PeriodMonth:
		return 200, 100_000
	}
	return 3_000, 2_000_000
}
