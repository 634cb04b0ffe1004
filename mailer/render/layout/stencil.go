package layout

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"jobalertd/mailer"
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
	wrappedMark     = "\x01w" // a paragraph of text, which is wrapped when it is known
	escapedMark     = "%01"
	markedURL       = "https://m" // begins the mark of a URL: templates let only URLs into attributes
)

// stencil is what a template makes of any page of one form, encoded as far as it is the same.
type stencil struct{ parts []part }

// part is some whole lines: encoded, or one line with gaps for words.
type part struct {
	encoded mailer.Lines
	size    int // before the encoding
	line    []piece
}

// piece is some literal text and the word behind it, if any.
type piece struct {
	literal string
	word    int // -1 for none
	kind    wordKind
}

// wordKind is how a word is written.
type wordKind int

const (
	wordPlain   wordKind = iota
	wordLink             // in an attribute
	wordWrapped          // as a paragraph of text, its line end included
)

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
	kept      *recent.Map[string, *frame] // by form
	htmlWords *strings.Replacer           // as html/template escapes what stands in no attribute
}

// frame is the stencils of what stands around the jobs of pages of one form.
type frame struct {
	head, topHTML, footHTML, topText, footText *stencil
	html                                       *strings.Replacer
}

func newStencils() *stencils {
	return &stencils{
		kept:      recent.New[string, *frame](maxStencils),
		htmlWords: strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;"),
	}
}

// frame is that of a page's form.
func (s *stencils) frame(e *Edition, o *outline) (*frame, error) {
	if found, ok := s.kept.Get(o.form); ok {
		return found, nil
	}
	f := &frame{html: s.htmlWords}
	for _, cut := range []struct {
		to   **stencil
		from templates
		name string
	}{{&f.head, e.html, "head"}, {&f.topHTML, e.html, "top"}, {&f.footHTML, e.html, "foot"}, {&f.topText, e.text, "top"}, {&f.footText, e.text, "foot"}} {
		plain, err := execute(cut.from, cut.name, &o.page)
		if err != nil {
			return nil, err
		}
		if *cut.to, err = newStencil(plain); err != nil {
			return nil, err
		}
	}
	s.kept.Put(o.form, f)
	return f, nil
}

// fill writes the words of a page into its frame.
func (f *frame) fill(w *Scratch, words []string, style Fragment) (top, foot []Fragment, err error) {
	w.words = words
	asHTML := func(encoded mailer.Lines, size int) Fragment { return Fragment{HTML: encoded, Size: size} }
	asText := func(encoded mailer.Lines, _ int) Fragment { return Fragment{Text: encoded} }
	plain := func(word string) string { return word }
	begin := len(w.fragments)
	w.fill(f.head, asHTML, f.html.Replace)
	w.fragments = append(w.fragments, style)
	w.fill(f.topHTML, asHTML, f.html.Replace)
	w.fill(f.topText, asText, plain)
	end := len(w.fragments)
	w.fill(f.footText, asText, plain)
	w.fill(f.footHTML, asHTML, f.html.Replace)
	return w.fragments[begin:end:end], w.fragments[end:], w.err
}

// newStencil finds the marks in what a template made.
func newStencil(plain []byte) (*stencil, error) {
	s := &stencil{}
	var same []byte
	flush := func() error {
		if len(same) == 0 {
			return nil
		}
		encoded, err := encode(same)
		s.parts = append(s.parts, part{encoded: encoded, size: len(same)})
		same = nil
		return err
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
		if err := flush(); err != nil {
			return nil, err
		}
		s.parts = append(s.parts, part{line: pieces})
	}
	return s, flush()
}

// pieces cuts a line at its marks.
func pieces(line string) ([]piece, error) {
	var found []piece
	for {
		at, width, kind := strings.Index(line, mark), len(mark), wordPlain
		if url := strings.Index(line, escapedMark); url >= 0 && (at < 0 || url < at) {
			at, width, kind = url, len(escapedMark), wordLink
		}
		if at < 0 {
			return append(found, piece{literal: line, word: -1}), nil
		}
		if strings.HasPrefix(line[at:], wrappedMark) {
			width, kind = len(wrappedMark), wordWrapped
		}
		number, rest, _ := strings.Cut(line[at+width:], endOfMark)
		word, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("a template has changed a mark: %w", err)
		}
		found = append(found, piece{strings.TrimSuffix(line[:at], markedURL), word, kind})
		if line = rest; kind == wordWrapped {
			line = strings.TrimPrefix(line, "\n") // a paragraph brings its own
		}
	}
}

// Scratch is memory in which frames are written. What was written into it stands until it is Reset. The zero
// value is ready.
type Scratch struct {
	words     []string
	fragments []Fragment
	line, out []byte
	err       error
}

// Reset makes the memory free for another page.
func (w *Scratch) Reset() {
	clear(w.fragments)
	w.words, w.fragments, w.out, w.err = nil, w.fragments[:0], w.out[:0], nil
}

// fill writes a stencil with its words. escape is for words outside of attributes.
func (w *Scratch) fill(s *stencil, as func(encoded mailer.Lines, size int) Fragment, escape func(string) string) {
	for _, p := range s.parts {
		if p.line == nil {
			w.fragments = append(w.fragments, as(p.encoded, p.size))
			continue
		}
		w.line = w.line[:0]
		for _, piece := range p.line {
			w.line = append(w.line, piece.literal...)
			switch {
			case piece.word < 0:
			case piece.kind == wordLink:
				w.line = append(w.line, strings.ReplaceAll(w.words[piece.word], "&", "&amp;")...)
			case piece.kind == wordWrapped:
				w.line = appendParagraph(w.line, w.words[piece.word])
			default:
				w.line = append(w.line, escape(w.words[piece.word])...)
			}
		}
		begin := len(w.out)
		for line := range bytes.Lines(w.line) { // a paragraph may be more than one
			w.out = appendEncoded(w.out, line)
		}
		encoded, err := mailer.ParseLines(w.out[begin:len(w.out):len(w.out)])
		w.fragments, w.err = append(w.fragments, as(encoded, len(w.line))), cmp.Or(w.err, err)
	}
}
