package render

import (
	"bytes"
	"sync"

	"jobalertd/mailer"
	"jobalertd/mailer/render/layout"
)

// boundary is made from the letter's id. "=_" never stands in quoted-printable text, so the
// boundary cannot either.
func boundary(l mailer.Letter) string { return "=_" + l.ID }

// paper is memory that mails are written in, one after the other.
type paper struct{ pool sync.Pool }

// message joins header and parts. Each part is a list of encoded fragments that end in a line break. The
// mail may be used until free is called.
func (p *paper) message(header, boundary string, fragments []layout.Fragment) (data []byte, free func()) {
	size := len(header) + 500
	for _, f := range fragments {
		size += len(f.Text) + len(f.HTML)
	}
	sheet, _ := p.pool.Get().(*bytes.Buffer)
	if sheet == nil {
		sheet = new(bytes.Buffer)
	}
	sheet.Reset()
	sheet.Grow(size)
	sheet.WriteString(header)
	part := func(subtype string, of func(layout.Fragment) []byte) {
		for _, s := range [...]string{"\r\n--", boundary, "\r\nContent-Type: text/", subtype, "; charset=utf-8\r\n",
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n"} {
			sheet.WriteString(s)
		}
		for _, f := range fragments {
			sheet.Write(of(f))
		}
	}
	part("plain", func(f layout.Fragment) []byte { return f.Text })
	part("html", func(f layout.Fragment) []byte { return f.HTML })
	sheet.WriteString("\r\n--" + boundary + "--\r\n")
	return sheet.Bytes(), func() { p.pool.Put(sheet) }
}
