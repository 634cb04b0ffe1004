package phrase

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Gap is what stands between a word and the one before it.
type Gap uint8

// The gaps, from the weakest.
const (
	Space Gap = iota // spaces, or nothing but a change of script
	Join             // a hyphen, slash, apostrophe, or other sign without spaces
	Comma            // a comma, colon, bracket or dash: the sentence goes on
	Stop             // the end of a sentence, line or item
)

// Token is one word of a text.
type Token struct {
	Word       string // in lower case
	Start, End int    // its bytes in the source
	Gap        Gap    // before it
}

// Text is a text cut into words.
type Text struct {
	Source string
	Tokens []Token
}

// Original is the source of the tokens from first to last, as it was written.
func (t Text) Original(first, last int) string {
	return t.Source[t.Tokens[first].Start:t.Tokens[last].End]
}

// maxReach is how far a sentence reaches to either side of one of its words, in words. Texts
// without full stops must not make looking at each word cost the whole text.
const maxReach = 200

// Sentence gives the bounds of the sentence or line around token i: [from, to).
func (t Text) Sentence(i int) (from, to int) {
	from, to = i, i+1
	for from > max(0, i-maxReach) && t.Tokens[from].Gap != Stop {
		from--
	}
	for to < min(len(t.Tokens), i+maxReach) && t.Tokens[to].Gap != Stop {
		to++
	}
	return from, to
}

// Split cuts a text into words. A word is a run of letters or digits of one script, with the signs
// that names of our trade carry: c++, c#, .net, node.js, 3.5, 100,000.
func Split(source string) Text {
	lower := lowered(source)
	text := Text{Source: source, Tokens: make([]Token, 0, len(source)/6+1)}
	gap := Stop
	for i := 0; i < len(lower); {
		r, size := utf8.DecodeRuneInString(lower[i:])
		if !wordRune(r) && !dotted(lower, i) {
			gap = max(gap, gapOf(lower, i, r, text.Tokens))
			i += size
			continue
		}
		end := wordEnd(lower, i)
		text.Tokens = append(text.Tokens, Token{Word: lower[i:end], Start: i, End: end, Gap: gap})
		gap, i = Space, end
	}
	return text
}

// lowered folds to lower case without moving a byte: a letter whose small form has another length
// stays as it is.
func lowered(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if small := unicode.ToLower(r); r != utf8.RuneError && utf8.RuneLen(small) == size {
			b.WriteRune(small)
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r)
}

// dotted says whether .net begins at i.
func dotted(s string, i int) bool {
	if s[i] != '.' || !strings.HasPrefix(s[i+1:], "net") {
		return false
	}
	after, _ := utf8.DecodeRuneInString(s[i+4:])
	return !wordRune(after)
}

// wide says whether a letter is of a script that is written without spaces.
func wide(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// wordEnd is where the word that begins at i ends.
func wordEnd(s string, i int) int {
	first, size := utf8.DecodeRuneInString(s[i:])
	end := i + size
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		switch {
		case wordRune(r) && wide(r) == wide(first):
			end += size
		case (r == '.' || r == ',') && digitAt(s, end-1) && digitAt(s, end+1):
			end++
		case r == '.' && suffix(s[end+1:]):
			end++
		default:
			return signs(s, i, end)
		}
	}
	return end
}

// signs takes in what closes c++, c# and f#.
func signs(s string, from, end int) int {
	if end-from > 2 || s[from] < 'a' || s[from] > 'z' {
		return end
	}
	if strings.HasPrefix(s[end:], "++") {
		return end + 2
	}
	if s[end] == '#' && (end+1 == len(s) || s[end+1] == '/' || !wordRune(rune(s[end+1]))) {
		return end + 1
	}
	return end
}

func digitAt(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }

// suffix says whether rest begins with the second half of a dotted name: node.js, asp.net,
// socket.io, ml.net.
func suffix(rest string) bool {
	for _, s := range [...]string{"js", "net", "io", "ts"} {
		if strings.HasPrefix(rest, s) {
			after, _ := utf8.DecodeRuneInString(rest[len(s):])
			return !wordRune(after)
		}
	}
	return false
}

// gapOf judges one rune between words.
func gapOf(s string, i int, r rune, before []Token) Gap {
	switch r {
	case ' ', '\t', '\u00a0', '\u2009', '\u202f':
		return Space
	case '·':
		// A bullet, unless it stands inside a word: "développeur·se".
		if i > 0 && s[i-1] > ' ' && i+2 < len(s) && s[i+2] > ' ' {
			return Join
		}
		return Stop
	case '\n', '!', '?', ';', '|', '•', '●', '▪', '◦', '。':
		return Stop
	case '.':
		// A dot inside "u.s" or after the one letter of an abbreviation ends no sentence.
		inside := i+1 < len(s) && s[i+1] > ' '
		single := len(before) > 0 && before[len(before)-1].End == i && before[len(before)-1].End-before[len(before)-1].Start == 1
		if inside || single {
			return Join
		}
		return Stop
	case ',', ':', '(', ')', '[', ']', '–', '—', '"', '“', '”', '、', '，':
		return Comma
	case '-':
		if i > 0 && s[i-1] == ' ' {
			return Comma
		}
		return Join
	}
	return Join
}

// Crosses says whether a comma, a bracket or more stands inside the stretch from first to last.
func (t Text) Crosses(first, last int) bool {
	for i := first + 1; i <= last; i++ {
		if t.Tokens[i].Gap >= Comma {
			return true
		}
	}
	return false
}

// RuledOut says whether what stands before token i excludes it: "non-US", "no US", " -US", "except
// Germany", "outside the US".
func (t Text) RuledOut(i int) bool {
	start := t.Tokens[i].Start
	if start > 1 && t.Source[start-1] == '-' && t.Source[start-2] == ' ' {
		return true
	}
	for back := 1; back <= 3 && i-back >= 0; back++ {
		switch t.Tokens[i-back].Word {
		case "non", "no", "not", "except", "excluding", "excl", "outside":
			return true
		case "the", "in", "from", "for", "of", "available", "to", "eligible":
		default:
			return false
		}
	}
	return false
}

// Word is the word at i, or nothing beyond the ends of the text.
func (t Text) Word(i int) string {
	if i < 0 || i >= len(t.Tokens) {
		return ""
	}
	return t.Tokens[i].Word
}

// Digits says whether a word begins with a digit.
func Digits(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// LowerCase says whether a text begins with a small letter.
func LowerCase(s string) bool { return s != "" && s[0] >= 'a' && s[0] <= 'z' }
