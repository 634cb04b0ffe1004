package render

import (
	"bytes"

	"jobalertd/mailer"
	"jobalertd/mailer/render/layout"
)

// boundary is made from the letter's id. "=_" never stands in quoted-printable text, so the
// boundary cannot either.
func boundary(l mailer.Letter) string { return "=_" + l.ID }

// message joins header and parts. Each part is a list of encoded fragments that end in a line break.
func message(header, boundary string, fragments []layout.Fragment) []byte {
	size := len(header) + 500
	for _, f := range fragments {
		size += len(f.Text) + len(f.HTML)
	}
	var b bytes.Buffer
	b.Grow(size)
	b.WriteString(header)
	b.WriteString("\r\n")
	for _, part := range []struct {
		subtype string
		of      func(layout.Fragment) []byte
	}{
		{"plain", func(f layout.Fragment) []byte { return f.Text }},
		{"html", func(f layout.Fragment) []byte { return f.HTML }},
	} {
		b.WriteString("--" + boundary + "\r\n")
		b.WriteString("Content-Type: text/" + part.subtype + "; charset=utf-8\r\n")
		b.WriteString("Content-Transfer-Encoding: quoted-printable\r\n\r\n")
		for _, f := range fragments {
			b.Write(part.of(f))
		}
		b.WriteString("\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return b.Bytes()
}
