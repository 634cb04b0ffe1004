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
	const bytesAWord = 6 // or a little more, in prose
	words := make([]string, 0, len(s)/bytesAWord+1)
	for word := range Scan(s) {
		words = append(words, word.Text)
	}
	if len(words) == 0 {
		return nil
	}
	return words
}

// Key is the words of s, a space between each: texts with the same words have the same key.
func Key(s string) string {
	if isKey(s) {
		return s
	}
	return strings.Join(Words(s), " ")
}

// isKey is true of one plain word in lower case, as most names are.
func isKey(s string) bool {
	for _, b := range []byte(s) {
		if !('a' <= b && b <= 'z' || isDigit(b)) {
			return false
		}
	}
	return true
}

// Scan gives the words of s one by one.
//
// What stands between two spaces is read without regard to what is around it, so that plain ASCII,
// which is nearly everything, need not be folded letter by letter.
func Scan(s string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		for start := 0; start < len(s); {
			end, plain := chunk(s, start)
			if plain {
				sc := plainScanner{text: s[:end], at: start}
				for word, ok := sc.next(); ok; word, ok = sc.next() {
					if !yield(word) {
						return
					}
				}
			} else if !scanFolded(s[start:end], start, yield) {
				return
			}
			start = end + 1
		}
	}
}

// chunk finds the end of what begins at start and reaches to the next space. It is plain if it is
// ASCII.
func chunk(s string, start int) (end int, plain bool) {
	plain = true
	for end = start; end < len(s); end++ {
		switch b := s[end]; {
		case b == ' ' || b == '\n':
			return end, plain
		case b >= utf8.RuneSelf:
			plain = false
		}
	}
	return end, plain
}

// scanFolded gives the words of any text, which begins so many bytes behind where they are counted
// from. It reports whether more are wanted.
func scanFolded(s string, offset int, yield func(Word) bool) bool {
	sc := scanner{text: s, letters: fold(s)}
	for word, ok := sc.next(); ok; word, ok = sc.next() {
		word.Start += offset
		word.End += offset
		if !yield(word) {
			return false
		}
	}
	return true
}
