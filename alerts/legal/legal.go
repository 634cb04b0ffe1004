package legal

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/place"
	"jobalertd/alerts/rates"
	"jobalertd/alerts/text"
)

// OneOf asks for one of a few values.
func OneOf[T ~string](value T, values []T) string {
	if slices.Contains(values, value) {
		return ""
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	hint := ""
	if near, ok := text.Nearest(string(value), names); ok {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Sprintf("%s is not one of %s%s", Quote(string(value)), strings.Join(names, ", "), hint)
}

// Line asks for a short text: at most so many characters, none of them a control character.
func Line(value string, most int) string {
	if n := utf8.RuneCountInString(value); n > most {
		return fmt.Sprintf("%d characters are more than the %d allowed", n, most)
	}
	return noControl(value, "")
}

// Name asks for a Line that is not empty.
func Name(value string, most int) string {
	if strings.TrimSpace(value) == "" {
		return "is missing or empty"
	}
	return Line(value, most)
}

// Prose asks for a text of at most so many bytes, with no control characters but tabs and line
// breaks.
func Prose(value string, most int) string {
	if len(value) > most {
		return fmt.Sprintf("%d bytes are more than the %d allowed", len(value), most)
	}
	return noControl(value, "\t\n\r")
}

// noControl asks for a text without the control characters of ASCII and Latin-1, but those allowed.
func noControl(value, allowed string) string {
	i := strings.IndexFunc(value, func(r rune) bool {
		return (r < ' ' || 0x7f <= r && r < 0xa0) && !strings.ContainsRune(allowed, r)
	})
	if i < 0 {
		return ""
	}
	r, _ := utf8.DecodeRuneInString(value[i:])
	return fmt.Sprintf("holds the control character %U at character %d; remove it", r, utf8.RuneCountInString(value[:i])+1)
}

// URL asks for a web address of at most so many bytes.
func URL(raw string, most int) string {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return "is missing or empty"
	case len(raw) > most:
		return fmt.Sprintf("%d bytes are more than the %d allowed", len(raw), most)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return Quote(raw) + " is not a web address that begins with https:// or http://"
	}
	return ""
}

// maxAmount is more than any currency pays for any period.
const maxAmount = 1e12

// Amount asks for an amount of money.
func Amount(amount float64) string {
	if amount >= 0 && amount <= maxAmount {
		return ""
	}
	return fmt.Sprintf("%v is not an amount of money from 0 to %v", amount, maxAmount)
}

// Degrees asks for an angle from -most to most.
func Degrees(angle, most float64) string {
	if angle >= -most && angle <= most {
		return ""
	}
	return fmt.Sprintf("%v is not an angle from -%v to %v degrees", angle, most, most)
}

// Country asks for an ISO 3166-1 alpha-2 code in any case.
func Country(code string) string {
	upper := strings.ToUpper(code)
	if place.IsCountry(upper) {
		return ""
	}
	hint := "use two letters of ISO 3166-1, such as DE"
	if known, ok := gazetteer.Country(code); ok {
		hint = fmt.Sprintf("use %q", known)
	} else if place.IsGroup(upper) {
		hint = "list its countries one by one"
	}
	return fmt.Sprintf("%s is not the code of a country; %s", Quote(code), hint)
}

// Eligibility asks for a country, a group of countries or anywhere, as place.IsEligibility does, in
// any case.
func Eligibility(entry string) string {
	if place.IsEligibility(strings.ToUpper(entry)) {
		return ""
	}
	return Quote(entry) + " is not the code of a country, EU or another group, or * for anywhere"
}

// inUse is the set of currencies in use: those of CLDR that are legal tender somewhere, and those of
// the shipped rates.
var inUse = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for unit := currency.Query(); unit.Next(); {
		known[unit.Unit().String()] = true
	}
	for _, code := range rates.Shipped().Currencies() {
		known[code] = true
	}
	return known
})

// Currency asks for the ISO 4217 code of a currency in use, in any case.
func Currency(code string) string {
	if inUse()[strings.ToUpper(code)] {
		return ""
	}
	hint := ""
	if near, ok := text.Nearest(code, rates.Shipped().Currencies()); ok {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Sprintf("%s is not a currency in use; write it by ISO 4217, such as EUR, USD, GBP%s", Quote(code), hint)
}

// Language asks for an ISO 639-1 code in any case.
func Language(code string) string {
	tag, err := language.Parse(code)
	base, _ := tag.Base()
	if err == nil && base.String() == strings.ToLower(code) && len(code) == 2 {
		return ""
	}
	hint := "use two letters of ISO 639-1, such as en or de"
	if err == nil && len(base.String()) == 2 {
		hint = fmt.Sprintf("use %q", base)
	}
	return fmt.Sprintf("%s is not the code of a language; %s", Quote(code), hint)
}

// Quote puts what somebody sent in quotes, shortened so that it does not bury the sentence.
func Quote(s string) string {
	const most = 50
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
