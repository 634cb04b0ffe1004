package text

import (
	"strings"
	"unicode/utf8"
)

// dotNet is the one name that begins with a full stop.
const dotNet = ".net"

// beforeDotNet reports whether .net directly behind a word is a name and not the end of an internet
// address.
func beforeDotNet(word string) bool {
	switch word {
	case "asp", "vb", "ado", "ml", "c#", "f#":
		return true
	}
	return false
}

// scanner walks over folded letters.
type scanner struct {
	text    string
	letters []letter
	at      int
	last    string // the word before
	lastEnd int    // where it ended
}

// next is the next word; false at the end.
func (sc *scanner) next() (Word, bool) {
	for ; sc.at < len(sc.letters); sc.at++ {
		if sc.isDotNet() {
			return sc.take(len(dotNet)), true
		}
		if isWord(sc.peek(0)) {
			return sc.take(sc.length()), true
		}
	}
	return Word{}, false
}

// length is how many letters the word that begins here has.
func (sc *scanner) length() int {
	if standsAlone(sc.peek(0)) {
		return 1
	}
	n := 1
	for isWord(sc.peek(n)) && !standsAlone(sc.peek(n)) {
		n++
	}
	if before := sc.peek(n - 1); before < 'a' || before > 'z' {
		return n
	}
	switch {
	case sc.peek(n) == '+' && sc.peek(n+1) == '+':
		return n + 2
	case sc.peek(n) == '#' && !isWord(sc.peek(n+1)):
		return n + 1
	}
	return n
}

// take makes a word of the next n letters.
func (sc *scanner) take(n int) Word {
	letters := sc.letters[sc.at : sc.at+n]
	start, end := int(letters[0].start), int(letters[n-1].end)
	sc.at += n
	sc.last, sc.lastEnd = fromLetters(letters, sc.text[start:end]), sc.at
	return Word{Text: sc.last, Start: start, End: end}
}

// fromLetters spells the folded word that stood in the text as original. A plain ASCII word shares
// its bytes with the text where it was in lower case already.
func fromLetters(letters []letter, original string) string {
	if !strings.ContainsFunc(original, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return strings.ToLower(original)
	}
	var word strings.Builder
	for _, l := range letters {
		word.WriteRune(l.rune)
	}
	return word.String()
}

// isDotNet reports whether .net stands here and is a name, not the end of an internet address.
func (sc *scanner) isDotNet() bool {
	for i, r := range dotNet {
		if sc.peek(i) != r {
			return false
		}
	}
	if isWord(sc.peek(len(dotNet))) {
		return false
	}
	return sc.lastEnd < sc.at || sc.last == "" || beforeDotNet(sc.last)
}

// peek is the letter n places ahead, a space behind the end.
func (sc *scanner) peek(n int) rune {
	if sc.at+n >= len(sc.letters) {
		return ' '
	}
	return sc.letters[sc.at+n].rune
}

// plainScanner does the same for ASCII, of which each byte is a letter of its own.
type plainScanner struct {
	text string // it ends where the words do
	at   int
	last string // the word before, which ended here
}

// next is the next word; false at the end.
func (sc *plainScanner) next() (Word, bool) {
	for start := sc.at; start < len(sc.text); start++ {
		if isPlain(sc.text[start]) {
			return sc.take(start, start+sc.length(start)), true
		}
		if sc.isDotNet(start) {
			return sc.take(start, start+len(dotNet)), true
		}
	}
	return Word{}, false
}

// length is how many bytes the word that begins at start has.
func (sc *plainScanner) length(start int) int {
	end := start + 1
	for end < len(sc.text) && isPlain(sc.text[end]) {
		end++
	}
	behind := sc.text[end:]
	switch {
	case isDigit(sc.text[end-1]):
	case strings.HasPrefix(behind, "++"):
		end += 2
	case behind == "#", strings.HasPrefix(behind, "#") && !isPlain(behind[1]):
		end++
	}
	return end - start
}

// take makes a word.
func (sc *plainScanner) take(start, end int) Word {
	sc.at, sc.last = end, strings.ToLower(sc.text[start:end])
	return Word{Text: sc.last, Start: start, End: end}
}

// isDotNet is that of scanner.
func (sc *plainScanner) isDotNet(at int) bool {
	behind := sc.text[at:]
	if behind[0] != dotNet[0] || len(behind) < len(dotNet) || !strings.EqualFold(behind[:len(dotNet)], dotNet) {
		return false
	}
	if len(behind) > len(dotNet) && isPlain(behind[len(dotNet)]) {
		return false
	}
	return sc.at < at || sc.last == "" || beforeDotNet(sc.last)
}

// isPlain reports whether words are made of b, of ASCII.
func isPlain(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' || isDigit(b) }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
