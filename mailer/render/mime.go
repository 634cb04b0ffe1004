package render

import (
	"bytes"
	"mime/quotedprintable"

	"jobalertd/mailer"
)

// boundary is made from the letter's id. "=_" never stands in quoted-printable text, so the
// boundary cannot either.
func boundary(l mailer.Letter) string { return "=_" + l.ID }

// message joins header and parts. Each part is a list of fragments that begin at the start of a
// line and end in a line break.
func message(header, boundary string, text, html []string) []byte {
	var b bytes.Buffer
	b.WriteString(header)
	b.WriteString("\r\n")
	for _, part := range []struct {
		subtype   string
		fragments []string
	}{{"plain", text}, {"html", html}} {
		b.WriteString("--" + boundary + "\r\n")
		b.WriteString("Content-Type: text/" + part.subtype + "; charset=utf-8\r\n")
		b.WriteString("Content-Transfer-Encoding: quoted-printable\r\n\r\n")
		for _, f := range part.fragments {
			b.Write(quoted(f))
		}
		b.WriteString("\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return b.Bytes()
}

// quoted encodes one fragment. Lines end in CRLF and are at most 76 octets long (RFC 2045 §6.7).
func quoted(fragment string) []byte {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	// A bytes.Buffer takes everything: neither call can fail.
	_, _ = w.Write([]byte(fragment))
	_ = w.Close()
	return b.Bytes()
}
