package layout

import (
	"strings"
	"unicode/utf8"
)

const textWidth = 72 // columns, as RFC 3676 §4.2 suggests

// wrap breaks s between words into lines of at most textWidth characters, the first after one prefix
// and the others after another. An empty s is no line at all. A no-break space is no gap.
func wrap(first, others, s string) string {
	var b strings.Builder
	line, prefix := "", first
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' }) {
		if line != "" && utf8.RuneCountInString(prefix+line+" "+word) > textWidth {
			b.WriteString(prefix + line + "\n")
			line, prefix = "", others
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		b.WriteString(prefix + line + "\n")
	}
	return b.String()
}

// paragraph is s on lines of its own, followed by an empty line; nothing where s is empty. Where s is a mark
// of a stencil, it is marked as a paragraph.
func paragraph(s string) string {
	if word, marked := strings.CutPrefix(s, mark); marked {
		return wrappedMark + word + "\n"
	}
	if s = wrap("", "", s); s != "" {
		s += "\n"
	}
	return s
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
