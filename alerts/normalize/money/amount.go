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
	hourly      bool   // written with hr
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

// spaces are those that may stand between a sum and its sign.
const spaces = " \u00a0\u2009\u202f"

// amounts finds the sums of money of a text in their order.
func (r *Reader) amounts(text phrase.Text) []amount {
	var found []amount
	for i := 0; i < len(text.Tokens); i++ {
		token := text.Tokens[i]
		if !phrase.Digits(token.Word) {
			continue
		}
		word, last := grouped(text, i)
		a, ok := number(word)
		if !ok {
			continue
		}
		a.first, a.last, a.start, a.end = i, last, token.Start, text.Tokens[last].End
		i = last
		r.dress(text, &a)
		found = append(found, a)
	}
	return found
}

// grouped reads on over spaces and apostrophes that group thousands, "58 000" and "120'000", and
// gives the number without them and its last token.
func grouped(text phrase.Text, first int) (word string, last int) {
	word, last = text.Tokens[first].Word, first
	if len(word) > 3 || strings.Trim(word, "0123456789") != "" {
		return word, last
	}
	for next := first + 1; next < len(text.Tokens); next++ {
		token := text.Tokens[next]
		digits := token.Word[:min(3, len(token.Word))]
		switch text.Source[text.Tokens[next-1].End:token.Start] {
		case " ", "\u00a0", "\u2009", "\u202f", "'", "’":
		default:
			return word, last
		}
		tail := token.Word[len(digits):]
		if len(digits) < 3 || strings.Trim(digits, "0123456789") != "" || phrase.Digits(tail) {
			return word, last
		}
		word, last = word+token.Word, next
		if tail != "" {
			return word, last
		}
	}
	return word, last
}

// number reads 85000, 85,000, 85.000, 85k, 1.5m, 92.5k.
func number(word string) (amount, bool) {
	var a amount
	body := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz")
	switch word[len(body):] {
	case "":
	case "k", "tsd":
		a.thousands = true
	case "hr":
		a.hourly = true
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
	before := strings.TrimRight(text.Source[:a.start], spaces)
	for _, s := range r.signs {
		if s.sign == "$" && lettered(before) {
			continue // the dollar or peso of a country that the table does not know: RD$
		}
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
	trimmed := strings.TrimLeft(after, spaces)
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

// lettered says whether a letter stands before the sign that ends s.
func lettered(s string) bool {
	if len(s) < 2 {
		return false
	}
	c := s[len(s)-2]
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
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

// filler drops what postings repeat behind the lower end of a range: "€2,000 gross per month to …".
func filler() *strings.Replacer {
	var pairs []string
	for _, s := range []string{"peryear", "/year", "/yr", "/hr", "/hour", "perhour", "permonth", "/month", "/mo", "annually", "*", "base", "+", "gross", "brutto", "bruts", "brut"} {
		pairs = append(pairs, s, "")
	}
	return strings.NewReplacer(pairs...)
}

// joined says whether nothing but a dash, "to" or "and" stands between two sums.
func (r *Reader) joined(text phrase.Text, a, b amount) bool {
	if b.start < a.end || b.start-a.end > 120 {
		return false
	}
	between := strings.ToLower(text.Source[a.end:b.start])
	if open := strings.IndexByte(between, '['); open >= 0 {
		if shut := strings.IndexByte(between, ']'); shut > open {
			between = between[:open] + between[shut+1:]
		}
	}
	between = r.filler.Replace(strings.Join(strings.Fields(between), ""))
	switch between {
	case "-", "–", "—", "−", "to", "and", "bis", "upto", "‑", "~", "à", "and-", "--", "-to-", "..", "...", "～", "〜", "through",
		"und", "et", "y", "e", "a", "en", "tot", "do", "til", "till", "och", "og", "jusqu'à":
		return true
	}
	return false
}
