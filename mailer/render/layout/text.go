package layout

import (
	"strings"
	"unicode/utf8"
)

const textWidth = 72 // columns, as RFC 3676 §4.2 suggests

// wrap breaks s between words into lines of at most textWidth characters, the first after one prefix
// and the others after another. An empty s is no line at all. A no-break space is no gap.
func wrap(first, others, s string) string {
	return string(appendWrapped(nil, first, others, s))
}

// appendWrapped appends what wrap makes.
func appendWrapped(to []byte, first, others, s string) []byte {
	column, prefix := 0, first
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' }) {
		width := utf8.RuneCountInString(word)
		switch {
		case column > 0 && column+1+width <= textWidth:
			to = append(to, ' ')
			column++
		case column > 0:
			to, prefix = append(to, '\n'), others
			fallthrough
		default:
			to, column = append(to, prefix...), utf8.RuneCountInString(prefix)
		}
		to, column = append(to, word...), column+width
	}
	if column > 0 {
		to = append(to, '\n')
	}
	return to
}

// paragraph is s on lines of its own, followed by an empty line; nothing where s is empty. Where s is a mark
// of a stencil, it is marked as a paragraph.
func paragraph(s string) string {
	if word, marked := strings.CutPrefix(s, mark); marked {
		return wrappedMark + word + "\n"
	}
	return string(appendParagraph(nil, s))
}

// appendParagraph appends what paragraph makes of words.
func appendParagraph(to []byte, s string) []byte {
	begin := len(to)
	if to = appendWrapped(to, "", "", s); len(to) > begin {
		to = append(to, '\n')
	}
	return to
}

// join joins what is not empty.
func join(separator string, lists ...any) string {
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	for _, item := range lists {
		switch item := item.(type) {
		case string:
			add(item)
		case []string:
			for _, s := range item {
				add(s)
			}
		}
	}
	return strings.Join(parts, separator)
}
