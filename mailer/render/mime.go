package render

import (
	"cmp"
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
	clear(s.parts)
	s.fragments, s.parts, s.glue = s.fragments[:0], s.parts[:0], s.glue[:0]
	s.scratch.Reset()
	p.pool.Put(s)
}

// sheet is the memory of one mail.
type sheet struct {
	scratch   layout.Scratch
	fragments []layout.Fragment
	head      []byte
	glue      []byte // what stands between the bodies
	parts     []mailer.Lines
}

func (s *sheet) add(fragments ...layout.Fragment) { s.fragments = append(s.fragments, fragments...) }

// message joins head and bodies, each of which is the encoded fragments.
func (s *sheet) message(boundary string) ([]mailer.Lines, error) {
	err := s.put(s.head)
	begin := func(subtype string) {
		err = cmp.Or(err, s.say("\r\n--", boundary, "\r\nContent-Type: text/", subtype, "; charset=utf-8\r\n",
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n"))
	}
	begin("plain")
	for _, f := range s.fragments {
		if f.Text.Len() > 0 {
			s.parts = append(s.parts, f.Text)
		}
	}
	begin("html")
	for _, f := range s.fragments {
		if f.HTML.Len() > 0 {
			s.parts = append(s.parts, f.HTML)
		}
	}
	err = cmp.Or(err, s.say("\r\n--", boundary, "--\r\n"))
	return s.parts, err
}

// say puts words behind what stands there.
func (s *sheet) say(words ...string) error {
	begin := len(s.glue)
	for _, word := range words {
		s.glue = append(s.glue, word...)
	}
	return s.put(s.glue[begin:])
}

func (s *sheet) put(data []byte) error {
	lines, err := mailer.ParseLines(data)
	s.parts = append(s.parts, lines)
	return err
}
