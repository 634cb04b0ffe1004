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

	"jobalertd/alerts/fault"
	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/place"
	"jobalertd/alerts/rates"
	"jobalertd/alerts/text"
)

// OneOf asks for one of a few values.
func OneOf[T ~string](value T, values []T) fault.Fault {
	if slices.Contains(values, value) {
		return fault.Fault{}
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	sent, choice := fault.Value(value), strings.Join(names, ", ")
	if near, ok := text.Nearest(string(value), names); ok {
		return fault.New("one-of.near", "%s is not one of %s; did you mean %q?", sent, choice, near)
	}
	return fault.New("one-of", "%s is not one of %s", sent, choice)
}

// Line asks for a short text: at most so many characters, none of them a control character.
func Line(value string, most int) fault.Fault {
	if n := utf8.RuneCountInString(value); n > most {
		return fault.New("long", "%d characters are more than the %d allowed", n, most)
	}
	return noControl(value, "")
}

// Name asks for a Line that is not empty.
func Name(value string, most int) fault.Fault {
	if strings.TrimSpace(value) == "" {
		return fault.New("missing", "is missing or empty")
	}
	return Line(value, most)
}

// Prose asks for a text of at most so many bytes, with no control characters but tabs and line
// breaks.
func Prose(value string, most int) fault.Fault {
	if len(value) > most {
		return fault.New("bytes", "%d bytes are more than the %d allowed", len(value), most)
	}
	return noControl(value, "\t\n\r")
}

// noControl asks for a text without the control characters of ASCII and Latin-1, but those allowed.
func noControl(value, allowed string) fault.Fault {
	i := strings.IndexFunc(value, func(r rune) bool {
		return (r < ' ' || 0x7f <= r && r < 0xa0) && !strings.ContainsRune(allowed, r)
	})
	if i < 0 {
		return fault.Fault{}
	}
	r, _ := utf8.DecodeRuneInString(value[i:])
	return fault.New("control", "holds the control character %s at character %d; remove it", fmt.Sprintf("%U", r), utf8.RuneCountInString(value[:i])+1)
}

// URL asks for a web address of at most so many bytes.
func URL(raw string, most int) fault.Fault {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return fault.New("missing", "is missing or empty")
	case len(raw) > most:
		return fault.New("bytes", "%d bytes are more than the %d allowed", len(raw), most)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fault.New("url", "%s is not a web address that begins with https:// or http://", fault.Value(raw))
	}
	return fault.Fault{}
}

// maxAmount is more than any currency pays for any period.
const maxAmount = 1e12

// Amount asks for an amount of money.
func Amount(amount float64) fault.Fault {
	if amount >= 0 && amount <= maxAmount {
		return fault.Fault{}
	}
	return fault.New("amount", "%v is not an amount of money from 0 to %v", amount, maxAmount)
}

// Degrees asks for an angle from -most to most.
func Degrees(angle, most float64) fault.Fault {
	if angle >= -most && angle <= most {
		return fault.Fault{}
	}
	return fault.New("degrees", "%v is not an angle from -%v to %v degrees", angle, most, most)
}

// Country asks for an ISO 3166-1 alpha-2 code in any case.
func Country(code string) fault.Fault {
	upper := strings.ToUpper(code)
	if place.IsCountry(upper) {
		return fault.Fault{}
	}
	if known, ok := gazetteer.Country(code); ok {
		return fault.New("country.near", "%s is not the code of a country; use %q", fault.Value(code), known)
	}
	if place.IsGroup(upper) {
		return fault.New("country.group", "%s is not the code of a country; list its countries one by one", fault.Value(code))
	}
	return fault.New("country", "%s is not the code of a country; use two letters of ISO 3166-1, such as DE", fault.Value(code))
}

// Eligibility asks for a country, a group of countries or anywhere, as place.IsEligibility does, in
// any case.
func Eligibility(entry string) fault.Fault {
	if place.IsEligibility(strings.ToUpper(entry)) {
		return fault.Fault{}
	}
	return fault.New("eligibility", "%s is not the code of a country, EU or another group, or * for anywhere", fault.Value(entry))
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
func Currency(code string) fault.Fault {
	if inUse()[strings.ToUpper(code)] {
		return fault.Fault{}
	}
	if near, ok := text.Nearest(code, rates.Shipped().Currencies()); ok {
		return fault.New("currency.near", "%s is not a currency in use; write it by ISO 4217, such as EUR, USD, GBP; did you mean %q?", fault.Value(code), near)
	}
	return fault.New("currency", "%s is not a currency in use; write it by ISO 4217, such as EUR, USD, GBP", fault.Value(code))
}

// Language asks for an ISO 639-1 code in any case.
func Language(code string) fault.Fault {
	tag, err := language.Parse(code)
	base, _ := tag.Base()
	if err == nil && base.String() == strings.ToLower(code) && len(code) == 2 {
		return fault.Fault{}
	}
	if err == nil && len(base.String()) == 2 {
		return fault.New("language.near", "%s is not the code of a language; use %q", fault.Value(code), base.String())
	}
	return fault.New("language", "%s is not the code of a language; use two letters of ISO 639-1, such as en or de", fault.Value(code))
}
