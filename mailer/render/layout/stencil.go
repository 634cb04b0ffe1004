package layout

import (
	"bytes"
	"fmt"
	"mime/quotedprintable"
	"strconv"
	"strings"

	"jobalertd/mailer/recent"
)

// maxStencils is how many stencils are kept, at about 6 kB each: some for each kind, language and site.
const maxStencils = 1_000

// The built-in templates put words in and never look at them, but for whether there are any. So what
// they make of marks instead of words shows where the words go. A mark is the number of a word between
// two signs, the first of which stands in no page: it is a control character. In an attribute it is
// escaped, and pages where that could be read in anything but a mark have no stencil.
const (
	mark, endOfMark = "\x01", ";"
	escapedMark     = "%01"
	markedURL       = "https://m" // begins the mark of a URL: templates let only URLs into attributes
)

// stencil is what a template makes of any page of one form, encoded as far as it is the same.
type stencil struct {
	parts []part
	size  int // of what is the same, in bytes before the encoding
}

// part is some whole lines: encoded, or one line with gaps for words.
type part struct {
	encoded []byte
	line    []piece
}

// piece is some literal text and the word behind it, if any.
type piece struct {
	literal string
	word    int // -1 for none
	link    bool
}

// outline is a page with marks instead of what differs from reader to reader.
type outline struct {
	page  Page
	words []string
	form  string // the same for pages that templates make the same of, words aside
}

// newOutline takes the words out of a page of news. Other pages have none: they are few, and hold more.
// Nor has one with a URL that html/template would have to escape for an attribute, but for an &.
func newOutline(p *Page) (*outline, bool) {
	if p.Button != nil || len(p.Alerts)+len(p.Outro) > 0 {
		return nil, false
	}
	o := &outline{page: *p, words: make([]string, 0, 16)}
	for _, word := range []*string{&o.page.Subject, &o.page.Preheader, &o.page.Heading, &o.page.More} {
		o.take(word, mark)
	}
	o.page.Intro = append([]string(nil), p.Intro...)
	for i := range o.page.Intro {
		o.take(&o.page.Intro[i], mark)
	}
	urls := make([]*string, 0, 8)
	urls = append(urls, &o.page.MoreURL)
	o.page.Foot = append([]Link(nil), p.Foot...)
	for i := range o.page.Foot {
		urls = append(urls, &o.page.Foot[i].URL)
	}
	for _, url := range urls {
		if !easyURL(*url) {
			return nil, false
		}
		o.take(url, markedURL+mark)
	}
	o.form = o.page.form()
	return o, !strings.Contains(o.form, escapedMark)
}

// take puts a mark in the place of a word that is not empty.
func (o *outline) take(word *string, mark string) {
	if *word == "" {
		return
	}
	o.words = append(o.words, *word)
	*word = mark + strconv.Itoa(len(o.words)-1) + endOfMark
}

func easyURL(url string) bool {
	for _, c := range []byte(url) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte("-._~:/?=&", c) < 0 {
			return false
		}
	}
	return true
}

// form is all of a page of news, in a form that no two pages share: nothing in it has a control character.
func (p *Page) form() string {
	var b strings.Builder
	b.Grow(512)
	add := func(fields ...string) {
		for _, s := range fields {
			b.WriteString(s)
			b.WriteByte(0)
		}
		b.WriteByte('\n')
	}
	add(p.Kind, p.Lang, p.Product, p.Home, p.AlertsTitle, p.JobsTitle, p.Reason, p.Colon, p.Subject, p.Preheader, p.Heading, p.More, p.MoreURL)
	add(p.Intro...)
	add(p.Address...)
	for _, l := range p.Foot {
		add(l.Text, l.URL)
	}
	return b.String()
}

// stencils writes pages by the built-in templates.
type stencils struct {
	kept      *recent.Map[stencilKey, *stencil]
	htmlWords *strings.Replacer // as html/template escapes what stands in no attribute
}

type stencilKey struct{ name, form string }

func newStencils() *stencils {
	return &stencils{
		kept:      recent.New[stencilKey, *stencil](maxStencils),
		htmlWords: strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;"),
	}
}

// html is what write gives for a template of HTML.
func (s *stencils) html(t templates, name string, o *outline) ([]byte, int, error) {
	cut, err := s.get(stencilKey{"html " + name, o.form}, t, name, o)
	if err != nil {
		return nil, 0, err
	}
	encoded, size := cut.fill(o.words, s.htmlWords.Replace)
	return encoded, size, nil
}

// text is what write gives for a template of text, if it does not wrap the words that have marks.
func (s *stencils) text(t templates, name string, o *outline) ([]byte, error) {
	cut, err := s.get(stencilKey{"text " + name, o.form}, t, name, o)
	if err != nil {
		return nil, err
	}
	encoded, _ := cut.fill(o.words, func(word string) string { return word })
	return encoded, nil
}

func (s *stencils) get(key stencilKey, t templates, name string, o *outline) (*stencil, error) {
	if found, ok := s.kept.Get(key); ok {
		return found, nil
	}
	plain, err := execute(t, name, &o.page)
	if err != nil {
		return nil, err
	}
	cut, err := newStencil(plain)
	if err == nil {
		s.kept.Put(key, cut)
	}
	return cut, err
}

// newStencil finds the marks in what a template made.
func newStencil(plain []byte) (*stencil, error) {
	s := &stencil{}
	var same []byte
	flush := func() {
		if len(same) > 0 {
			s.parts = append(s.parts, part{encoded: encode(same)})
			s.size += len(same)
			same = nil
		}
	}
	for line := range bytes.Lines(plain) {
		pieces, err := pieces(string(line))
		if err != nil {
			return nil, err
		}
		if len(pieces) == 1 {
			same = append(same, line...)
			continue
		}
		flush()
		s.parts = append(s.parts, part{line: pieces})
	}
	flush()
	return s, nil
}

// pieces cuts a line at its marks.
func pieces(line string) ([]piece, error) {
	var found []piece
	for {
		at, width, link := strings.Index(line, mark), len(mark), false
		if url := strings.Index(line, escapedMark); url >= 0 && (at < 0 || url < at) {
			at, width, link = url, len(escapedMark), true
		}
		if at < 0 {
			return append(found, piece{literal: line, word: -1}), nil
		}
		number, rest, _ := strings.Cut(line[at+width:], endOfMark)
		word, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("a template has changed a mark: %w", err)
		}
		found = append(found, piece{strings.TrimSuffix(line[:at], markedURL), word, link})
		line = rest
	}
}

// fill writes the words into the gaps and encodes the lines they stand in. escape is for words outside of
// attributes.
func (s *stencil) fill(words []string, escape func(string) string) (encoded []byte, size int) {
	var out bytes.Buffer
	room := 2048
	for _, p := range s.parts {
		room += len(p.encoded)
	}
	out.Grow(room)
	w := quotedprintable.NewWriter(&out) // holds nothing back after the end of a line
	size = s.size
	var line []byte
	for _, p := range s.parts {
		if p.line == nil {
			out.Write(p.encoded)
			continue
		}
		line = line[:0]
		for _, piece := range p.line {
			line = append(line, piece.literal...)
			switch {
			case piece.word < 0:
			case piece.link:
				line = append(line, strings.ReplaceAll(words[piece.word], "&", "&amp;")...)
			default:
				line = append(line, escape(words[piece.word])...)
			}
		}
		size += len(line)
		_, _ = w.Write(line) // a bytes.Buffer takes everything
	}
	return out.Bytes(), size
}
