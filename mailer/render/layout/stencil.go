package layout

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
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

// form stands for what templates make the same of, words aside: it is a hash of all the rest.
type form [sha256.Size]byte

// words visits what differs from reader to reader in a page of news, always in the same order.
func (p *Page) words(visit func(word *string, isURL bool)) {
	for _, word := range []*string{&p.Subject, &p.Preheader, &p.Heading, &p.More} {
		visit(word, false)
	}
	for i := range p.Intro {
		visit(&p.Intro[i], false)
	}
	visit(&p.MoreURL, true)
	for i := range p.Foot {
		visit(&p.Foot[i].URL, true)
	}
}

// outline takes the words of a page of news, and its form. Other pages have none: they are few, and hold more.
// Nor has one with a URL that html/template would have to escape for an attribute, but for an &.
func (w *Scratch) outline(p *Page) (form, bool) {
	if p.Button != nil || len(p.Alerts)+len(p.Outro) > 0 {
		return form{}, false
	}
	w.words, w.line = w.words[:0], w.line[:0]
	easy := true
	p.words(func(word *string, isURL bool) {
		easy = easy && !(isURL && !IsEasy(*word, "-._~:/?=&"))
		if *word == "" {
			w.line = append(w.line, '-')
			return
		}
		w.line = append(w.line, '+')
		w.words = append(w.words, *word)
	})
	w.line = append(w.line, '\n')
	same := func(texts ...string) {
		for _, text := range texts { // nothing in a page has a control character
			w.line = append(append(w.line, text...), 0)
		}
		w.line = append(w.line, '\n')
	}
	same(p.Kind, p.Lang, p.Product, p.Home, p.AlertsTitle, p.JobsTitle, p.Reason, p.Colon)
	same(p.Address...)
	for _, l := range p.Foot {
		same(l.Text)
	}
	return sha256.Sum256(w.line), easy && !bytes.Contains(w.line, []byte(escapedMark))
}

// marked is a page with marks in the place of its words.
func (p *Page) marked() *Page {
	m := *p
	m.Intro, m.Foot = slices.Clone(p.Intro), slices.Clone(p.Foot)
	n := 0
	m.words(func(word *string, isURL bool) {
		if *word == "" {
			return
		}
		url := ""
		if isURL {
			url = markedURL
		}
		*word = url + mark + strconv.Itoa(n) + endOfMark
		n++
	})
	return &m
}

// IsEasy reports whether there are only ASCII letters, digits and some other characters in a text.
func IsEasy(text, others string) bool {
	for _, c := range []byte(text) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

// stencils writes pages by the built-in templates.
type stencils struct {
	kept      *recent.Map[form, *frame]
	htmlWords *strings.Replacer // as html/template escapes what stands in no attribute
}

// frame is the stencils of what stands around the jobs of pages of one form.
type frame struct {
	head, topHTML, footHTML, topText, footText *stencil
	html                                       *strings.Replacer
}

func newStencils() *stencils {
	return &stencils{
		kept:      recent.New[form, *frame](maxStencils),
		htmlWords: strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;"),
	}
}

// frame is that of a page and its form.
func (s *stencils) frame(e *Edition, p *Page, look form) (*frame, error) {
	if found, ok := s.kept.Get(look); ok {
		return found, nil
	}
	f, marked := &frame{html: s.htmlWords}, p.marked()
	for _, cut := range []struct {
		to   **stencil
		from templates
		name string
	}{{&f.head, e.html, "head"}, {&f.topHTML, e.html, "top"}, {&f.footHTML, e.html, "foot"}, {&f.topText, e.text, "top"}, {&f.footText, e.text, "foot"}} {
		plain, err := execute(cut.from, cut.name, marked)
		if err != nil {
			return nil, err
		}
		if *cut.to, err = newStencil(plain); err != nil {
			return nil, err
		}
	}
	s.kept.Put(look, f)
	return f, nil
}

// fill writes the words of a page into its frame.
func (f *frame) fill(w *Scratch, style Fragment) (top, foot []Fragment, err error) {
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
	clear(w.words)
	w.words, w.fragments, w.out, w.err = w.words[:0], w.fragments[:0], w.out[:0], nil
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
