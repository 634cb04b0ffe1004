// Package fold brings the spellings of a place name to one form. The generator of the gazetteer's
// index and its reader must agree on it to the letter, so it stands apart from both.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that Unicode does not decompose into a base letter and a mark.
func letter(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ħ':
		return "h"
	}
	return string(r)
}

// Name folds case and accents, drops full stops and apostrophes, makes one space of every other
// run of punctuation, and writes &, St, Ste, Ft and Mt out: "St. John's" and "saint johns" are one. A folded name holds letters, digits and single spaces only.
func Name(s string) string {
	if isPlain(s) {
		return writeOut(strings.ToLower(s))
	}
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(strings.ToLower(strings.ReplaceAll(s, "&", " and "))) {
		switch {
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune(".'’‘ʼʻ`´", r):
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteString(letter(unicode.ToLower(r)))
		default:
			space = true
		}
	}
	return writeOut(b.String())
}

// isPlain is true of ASCII letters and digits with single spaces between: nothing there folds but
// case.
func isPlain(s string) bool {
	before := byte(' ')
	for _, b := range []byte(s) {
		if !('a' <= b|0x20 && b|0x20 <= 'z' || '0' <= b && b <= '9' || b == ' ' && before != ' ') {
			return false
		}
		before = b
	}
	return before != ' '
}

// writeOut writes abbreviations out. One that stands alone is none: MT is Malta, ST São Tomé.
func writeOut(s string) string {
	if !strings.Contains(s, " ") {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		case "ft":
			words[i] = "fort"
		case "mt":
			words[i] = "mount"
		}
	}
	return strings.Join(words, " ")
}
