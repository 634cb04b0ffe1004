package locale

import (
	"slices"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Locale is one of the languages that mails and pages are written in.
type Locale uint8

// The locales. English is what those get who read none of them.
const (
	English Locale = iota
	German
	French
	Spanish
)

// All lists the locales, English first.
func All() []Locale { return []Locale{English, German, French, Spanish} }

// Tag is the BCP 47 tag: en, de, fr, es.
func (l Locale) Tag() language.Tag {
	switch l {
	case German:
		return language.German
	case French:
		return language.French
	case Spanish:
		return language.Spanish
	}
	return language.English
}

// String is the tag as text, as it stands in lang attributes and Content-Language.
func (l Locale) String() string {
	return [...]string{English: "en", German: "de", French: "fr", Spanish: "es"}[l]
}

// Name is what the language calls itself, such as Deutsch.
func (l Locale) Name() string { return display.Self.Name(l.Tag()) }

var matcher = sync.OnceValue(func() language.Matcher {
	var tags []language.Tag
	for _, l := range All() {
		tags = append(tags, l.Tag())
	}
	return language.NewMatcher(tags)
})

// maxPreference is more than any browser sends, in bytes. Reading a header of 1 MB takes 0.4 s.
const maxPreference = 1000

// Negotiate picks the locale for a reader. Each preference is a BCP 47 tag ("de-AT") or the value of
// an Accept-Language header ("fr;q=0.8, es"); the first that comes near one of ours decides, and what
// cannot be read, or is longer than a reader's preferences are, is passed over.
func Negotiate(preferences ...string) Locale {
	if len(preferences) > 0 { // one of our own, as every subscriber's is
		if i := slices.IndexFunc(All(), func(l Locale) bool { return l.String() == preferences[0] }); i >= 0 {
			return Locale(i)
		}
	}
	tooLong := func(s string) bool { return len(s) > maxPreference }
	_, i := language.MatchStrings(matcher(), slices.DeleteFunc(slices.Clone(preferences), tooLong)...)
	return All()[i]
}

// Country is the name of a country by its two-letter code; the code itself where it names none.
func (l Locale) Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return code
	}
	return display.Regions(l.Tag()).Name(region)
}

// Language is the name of a language by its code, as it stands within a sentence; the code itself
// where it names none.
func (l Locale) Language(code string) string {
	base, err := language.ParseBase(code)
	if err != nil {
		return code
	}
	return display.Languages(l.Tag()).Name(base)
}
