package text

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// Word is a folded word and the bytes of the original text that it stands for.
type Word struct {
	Text       string
	Start, End int
}

// Words is the folded words of s in order.
func Words(s string) []string {
	var words []string
	for word := range Scan(s) {
		words = append(words, word.Text)
	}
	return words
}

// Key is the words of s, a space between each: texts with the same words have the same key.
func Key(s string) string { return strings.Join(Words(s), " ") }

// Scan gives the words of s one by one.
func Scan(s string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		sc := scanner{text: s, letters: fold(s)}
		for word, ok := sc.next(); ok; word, ok = sc.next() {
			if !yield(word) {
				return
			}
		}
	}
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

// dotNet is the one name that begins with a full stop.
const dotNet = ".net"

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
	if sc.lastEnd < sc.at || sc.last == "" {
		return true
	}
	switch sc.last {
	case "asp", "vb", "ado", "ml", "c#", "f#":
		return true
	}
	return false
}

// peek is the letter n places ahead, a space behind the end.
func (sc *scanner) peek(n int) rune {
	if sc.at+n >= len(sc.letters) {
		return ' '
	}
	return sc.letters[sc.at+n].rune
}
