package money

import (
	"strconv"
	"strings"

	"jobalertd/alerts/normalize/phrase"
)

// amount is a sum of money as it stands in a text.
type amount struct {
	value       float64
	currency    string // "" where none is written beside it; "$" where it is any dollar
	thousands   bool   // written with k
	first, last int    // its tokens, codes included
	start, end  int    // its bytes, signs included
}

// signs are what may stand directly before a number, the longest first.
func signs() []struct{ sign, currency string } {
	return []struct{ sign, currency string }{
		{"US$", "USD"}, {"CA$", "CAD"}, {"AU$", "AUD"}, {"NZ$", "NZD"}, {"SG$", "SGD"}, {"HK$", "HKD"}, {"NT$", "TWD"}, {"MX$", "MXN"},
		{"C$", "CAD"}, {"A$", "AUD"}, {"S$", "SGD"}, {"R$", "BRL"}, {"$", "$"}, {"£", "GBP"}, {"€", "EUR"}, {"¥", "JPY"}, {"￥", "JPY"},
		{"₹", "INR"}, {"₪", "ILS"}, {"₩", "KRW"}, {"₱", "PHP"}, {"₺", "TRY"}, {"₴", "UAH"}, {"zł", "PLN"}, {"Fr.", "CHF"}, {"Rs.", "INR"},
	}
}

// codes are the currencies that postings write as codes or names.
func codes() map[string]string {
	table := map[string]string{
		"euro": "EUR", "euros": "EUR", "dollars": "$", "pounds": "GBP", "zł": "PLN", "zl": "PLN", "kr": "", "kč": "CZK", "rs": "INR", "inr": "INR",
		"reais": "BRL", "rmb": "CNY", "yen": "JPY", "ntd": "TWD", "nis": "ILS",
	}
	for code := range strings.FieldsSeq(`USD EUR GBP CAD AUD NZD SGD HKD CHF SEK NOK DKK PLN CZK HUF RON BGN INR JPY CNY KRW BRL MXN ARS CLP COP PEN
		ILS AED SAR ZAR TRY UAH THB VND IDR MYR PHP TWD KES NGN EGP PKR ISK`) {
		table[strings.ToLower(code)] = code
	}
	return table
}

// amounts finds the sums of money of a text in their order.
func (r *Reader) amounts(text phrase.Text) []amount {
	var found []amount
	for i, token := range text.Tokens {
		if !phrase.Digits(token.Word) {
			continue
		}
		a, ok := number(token.Word)
		if !ok {
			continue
		}
		a.first, a.last, a.start, a.end = i, i, token.Start, token.End
		r.dress(text, &a)
		found = append(found, a)
	}
	return found
}

// number reads 85000, 85,000, 85.000, 85k, 1.5m, 92.5k.
func number(word string) (amount, bool) {
	var a amount
	body := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz")
	switch word[len(body):] {
	case "":
	case "k", "tsd":
		a.thousands = true
	default:
		return a, false // 401k has none, 3rd is no sum, and millions are no salary
	}
	// A separator before exactly three digits groups; any other is a decimal point.
	cut := strings.LastIndexAny(body, ".,")
	plain := strings.NewReplacer(",", "", ".", "").Replace(body)
	if cut >= 0 && len(body)-cut-1 != 3 {
		plain = strings.NewReplacer(",", "", ".", "").Replace(body[:cut]) + "." + body[cut+1:]
	}
	value, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return a, false
	}
	if a.thousands {
		value *= 1000
	}
	a.value = value
	return a, true
}

// dress finds the currency that is written beside a number.
func (r *Reader) dress(text phrase.Text, a *amount) {
	before := strings.TrimRight(text.Source[:a.start], " \u00a0")
	for _, s := range r.signs {
		if strings.HasSuffix(before, s.sign) {
			a.currency, a.start = s.currency, len(before)-len(s.sign)
			break
		}
	}
	if a.currency == "" && a.first > 0 && text.Tokens[a.first].Gap != phrase.Stop {
		if c, ok := r.codes[text.Tokens[a.first-1].Word]; ok {
			a.currency, a.first, a.start = c, a.first-1, text.Tokens[a.first-1].Start
		}
	}
	after := text.Source[a.end:]
	trimmed := strings.TrimLeft(after, " \u00a0")
	// "100k £/€": the sign behind the number.
	for _, s := range r.signs {
		if a.currency == "" && s.sign != "$" && strings.HasPrefix(trimmed, s.sign) {
			a.currency, a.end = s.currency, a.end+len(after)-len(trimmed)+len(s.sign)
			break
		}
	}
	if a.currency == "" && strings.HasPrefix(after, "$") {
		a.currency, a.end = "$", a.end+1
	}
	if next := a.last + 1; next < len(text.Tokens) && text.Tokens[next].Gap <= phrase.Comma {
		word := text.Tokens[next].Word
		// "80 k" and "$11,000 USD"; a code behind the number is more exact than a dollar sign.
		if c, ok := r.codes[word]; ok && c != "" && (a.currency == "" || a.currency == "$") && !digitsAfter(text, next) && !r.choice(text, next) {
			a.currency, a.last, a.end = c, next, max(a.end, text.Tokens[next].End)
		}
	}
}

// choice says whether a code is one of two, as in "CAD/USD", and so tells nothing.
func (r *Reader) choice(text phrase.Text, code int) bool {
	after := code + 1
	return after < len(text.Tokens) && text.Tokens[after].Gap == phrase.Join && r.codes[text.Tokens[after].Word] != ""
}

// digitsAfter says whether a code belongs to the number behind it: "USD" in "80,000 USD 100,000".
func digitsAfter(text phrase.Text, code int) bool {
	next := code + 1
	return next < len(text.Tokens) && text.Tokens[next].Gap == phrase.Space && phrase.Digits(text.Tokens[next].Word) && text.Tokens[code].Gap == phrase.Comma
}

// joined says whether nothing but a dash, "to" or "and" stands between two sums.
func joined(text phrase.Text, a, b amount) bool {
	if b.start < a.end || b.start-a.end > 120 {
		return false
	}
	between := strings.ToLower(text.Source[a.end:b.start])
	if open := strings.IndexByte(between, '['); open >= 0 {
		if shut := strings.IndexByte(between, ']'); shut > open {
			between = between[:open] + between[shut+1:]
		}
	}
	between = strings.NewReplacer(" ", "", "\u00a0", "", "peryear", "", "/year", "", "/yr", "", "/hr", "", "/hour", "", "annually", "", "*", "", "base", "", "+", "").Replace(between)
	switch between {
	case "-", "–", "—", "−", "to", "and", "bis", "upto", "‑", "~", "à", "and-", "--", "-to-", "..", "...", "～", "〜", "through":
		return true
	}
	return false
}
