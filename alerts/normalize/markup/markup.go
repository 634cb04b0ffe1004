// Package markup turns descriptions into plain text.
package markup

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"jobalertd/alerts"
)

// maxMarkup is the most that is read of a description's markup, in bytes.
const maxMarkup = 1 << 20

// Plain turns markup into plain text: a line for each paragraph and heading, "- " before the items
// of lists, an empty line between blocks, nothing of scripts, styles and forms. Text without markup
// comes out as it is, apart from white space. It never fails: the tokenizer takes any bytes.
func Plain(markup string) string {
	if len(markup) > maxMarkup {
		markup = cut(markup, maxMarkup)
	}
	w := &writer{}
	w.out.Grow(len(markup) / 2)
	tokens := html.NewTokenizer(strings.NewReader(markup))
	skip := 0
	for w.out.Len() < alerts.MaxDescription {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind == html.TextToken {
			if skip == 0 {
				w.text(string(tokens.Text()))
			}
			continue
		}
		name, _ := tokens.TagName()
		tag := atom.Lookup(name)
		switch {
		case hidden(tag) && kind == html.StartTagToken:
			skip++
		case hidden(tag) && kind == html.EndTagToken:
			skip = max(0, skip-1)
		case skip == 0:
			w.tag(tag, kind)
		}
	}
	return Tidy(w.out.String())
}

// hidden says whether a reader does not see what is inside.
func hidden(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Svg, atom.Select, atom.Head, atom.Object:
		return true
	}
	return false
}

// writer collects plain text; breaks are owed until something follows them.
type writer struct {
	out   strings.Builder
	lines int  // line breaks owed
	space bool // a space owed
	item  bool // a list item's mark owed
}

func (w *writer) tag(tag atom.Atom, kind html.TokenType) {
	switch tag {
	case atom.Br, atom.Tr, atom.Dt, atom.Dd, atom.Option:
		w.lines = max(w.lines, 1)
	case atom.Li:
		w.lines = max(w.lines, 1)
		w.item = kind == html.StartTagToken
		if kind == html.EndTagToken {
			w.lines = 1 // items follow one another closely, even if paragraphs are inside
		}
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Aside, atom.Blockquote,
		atom.Pre, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Hr:
		// A paragraph inside an item belongs on the item's line.
		if !w.item {
			w.lines = max(w.lines, blank(tag))
		}
	case atom.Td, atom.Th:
		w.space = true
	}
}

// blank is how many line breaks a block begins and ends with.
func blank(tag atom.Atom) int {
	if tag == atom.Div || tag == atom.Section {
		return 1
	}
	return 2
}

func (w *writer) text(s string) {
	for i, word := range strings.Fields(s) {
		if i > 0 || s[0] == ' ' || s[0] == '\n' || s[0] == '\t' || s[0] == '\r' || strings.HasPrefix(s, "\u00a0") {
			w.space = true
		}
		w.word(word)
	}
	if last, _ := utf8.DecodeLastRuneInString(s); last == ' ' || last == '\n' || last == '\t' || last == '\u00a0' || last == '\r' {
		w.space = true
	}
}

func (w *writer) word(word string) {
	switch {
	case w.out.Len() == 0:
	case w.lines > 0:
		w.out.WriteString("\n\n"[:min(w.lines, 2)])
	case w.space:
		w.out.WriteByte(' ')
	}
	if w.item {
		w.out.WriteString("- ")
	}
	w.lines, w.space, w.item = 0, false, false
	w.out.WriteString(word)
}

// Tidy makes plain text even: valid UTF-8, no control or invisible characters, no white space but
// single spaces and line breaks, no more than one empty line in a row, and no more than a posting's
// description may have.
func Tidy(s string) string {
	var b strings.Builder
	b.Grow(min(len(s), alerts.MaxDescription))
	lines, space := 0, false
	for _, r := range s {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029':
			lines++
			space = false
			continue
		case r == ' ' || r == '\t' || r == '\r' || r == '\u00a0' || r >= '\u2000' && r <= '\u200a' || r == '\u202f' || r == '\u3000':
			space = true
			continue
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u00ad' || r >= '\u200b' && r <= '\u200f' ||
			r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069' || r == '\ufeff' || r == utf8.RuneError:
			continue
		}
		if b.Len() > 0 && lines > 0 {
			b.WriteString("\n\n"[:min(lines, 2)])
		} else if b.Len() > 0 && space {
			b.WriteByte(' ')
		}
		if b.Len()+utf8.RuneLen(r) > alerts.MaxDescription {
			break
		}
		lines, space = 0, false
		b.WriteRune(r)
	}
	return b.String()
}

// cut shortens s to at most n bytes, between two letters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
