package render

import (
	"slices"
	"sync"

	"jobalertd/mailer"
	"jobalertd/mailer/render/layout"
)

// boundary is made from the letter's id. "=_" never stands in quoted-printable text, so the
// boundary cannot either.
func boundary(l mailer.Letter) string { return "=_" + l.ID }

// paper is sheets that mails are written on, one after the other.
type paper struct{ pool sync.Pool }

// take is an empty sheet.
func (p *paper) take() *sheet {
	if s, ok := p.pool.Get().(*sheet); ok {
		return s
	}
	return new(sheet)
}

// put takes a sheet back.
func (p *paper) put(s *sheet) {
	clear(s.fragments)
	s.fragments = s.fragments[:0]
	s.scratch.Reset()
	p.pool.Put(s)
}

// sheet is the memory of one mail.
type sheet struct {
	scratch   layout.Scratch
	fragments []layout.Fragment
	head      []byte
	data      []byte
}

func (s *sheet) add(fragments ...layout.Fragment) { s.fragments = append(s.fragments, fragments...) }

// message joins head and parts. Each part is the encoded fragments, which end in a line break.
func (s *sheet) message(boundary string) []byte {
	size := len(s.head) + 500
	for _, f := range s.fragments {
		size += len(f.Text) + len(f.HTML)
	}
	s.data = append(slices.Grow(s.data[:0], size), s.head...)
	s.begin("plain", boundary)
	for _, f := range s.fragments {
		s.data = append(s.data, f.Text...)
	}
	s.begin("html", boundary)
	for _, f := range s.fragments {
		s.data = append(s.data, f.HTML...)
	}
	s.say("\r\n--", boundary, "--\r\n")
	return s.data
}

// begin writes what stands before a part.
func (s *sheet) begin(subtype, boundary string) {
	s.say("\r\n--", boundary, "\r\nContent-Type: text/", subtype, "; charset=utf-8\r\n",
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n")
}

func (s *sheet) say(words ...string) {
	for _, word := range words {
		s.data = append(s.data, word...)
	}
}
