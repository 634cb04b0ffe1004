package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// letter is one folded rune and the bytes of the original text it came from. Everything that only
// separates words is a space.
type letter struct {
	rune
	start, end int32 // a text of 2 GB is none that this program would read
}

// fold turns a text into folded letters. Marks and invisible characters vanish: they belong to the
// word around them. Folding rune by rune is exact here, because marks are dropped before their order
// could matter and case folding looks at no neighbours.
func fold(s string) []letter {
	letters := make([]letter, 0, len(s))
	for i, r := range s {
		start := int32(i)
		if r < utf8.RuneSelf {
			letters = append(letters, letter{foldASCII(r), start, start + 1})
			continue
		}
		end := start + int32(utf8.RuneLen(r))
		switch {
		case vanishes(r):
		case isWord(r):
			for _, folded := range foldLetter(r) {
				letters = append(letters, letter{folded, start, end})
			}
		default:
			letters = append(letters, letter{sign(r), start, end})
		}
	}
	latinC(letters)
	return letters
}

// foldLetter is a letter beyond ASCII, folded.
func foldLetter(r rune) string {
	if int(r) < len(latin()) {
		return latin()[r]
	}
	return foldAnew(r)
}

// latin has the letters of European languages folded already.
var latin = sync.OnceValue(func() *[0x250]string {
	folded := new([0x250]string)
	for r := range folded {
		folded[r] = foldAnew(rune(r))
	}
	return folded
})

func foldAnew(r rune) string {
	var folded strings.Builder
	caser := cases.Fold()
	for _, part := range norm.NFKD.String(string(r)) {
		if isWord(part) && !vanishes(part) {
			folded.WriteString(plain(part, caser))
		}
	}
	return folded.String()
}

// latinC mends C++ and C# that were typed with the Cyrillic letter of the same look, as real
// postings have it.
func latinC(letters []letter) {
	for i := 1; i < len(letters); i++ {
		if l := letters[i].rune; (l == '+' || l == '#') && letters[i-1].rune == 'с' {
			letters[i-1].rune = 'c'
		}
	}
}

// foldASCII is the common case.
func foldASCII(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return r
	}
	return sign(r)
}

// plain is a decomposed letter without case, and without the strokes and ligatures that Unicode
// does not decompose but that people leave out when they type.
func plain(r rune, caser cases.Caser) string {
	switch unicode.ToLower(r) {
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	}
	// Lower again: x/text folds the two cases of Cherokee into each other.
	return strings.ToLower(caser.String(string(r)))
}

// isWord reports whether words are made of r.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// sign is r where it can be a part of a word although it is no letter, in whatever width it is
// written, and a space where it only separates words.
func sign(r rune) rune {
	switch r {
	case '+', '＋':
		return '+'
	case '#', '＃', '♯':
		return '#'
	case '.', '．':
		return '.'
	}
	return ' '
}

// vanishes reports whether r leaves no trace: accents, and what is invisible inside words (soft
// hyphen, joiners, byte order mark).
func vanishes(r rune) bool {
	switch r {
	case '\u00ad', '\u200c', '\u200d', '\u2060', '\ufeff':
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me)
}

// standsAlone reports whether r is written in a script without spaces between words.
func standsAlone(r rune) bool {
	return r >= '\u0e00' && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
