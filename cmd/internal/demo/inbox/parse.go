package inbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"

	"jobalertd/mailer"
)

// maxDepth is how deep parts may be nested; ours are one deep.
const maxDepth = 8

var errTooDeep = errors.New("its parts are nested too deeply")

// head is what the list shows of a mail.
type head struct {
	Subject string
	Kind    mailer.Kind // empty where the mail does not say
}

// letter is a mail taken apart.
type letter struct {
	head
	Sender string // as its header says, which is what a reader sees
	Fields []field
	Text   string // empty where it has none
	HTML   string // empty where it has none
	Source string
	// Problem says what could not be read; what could be is shown all the same.
	Problem string

	listUnsubscribe, listUnsubscribePost string
}

// field is one field of a header, unfolded.
type field struct{ Name, Value string }

// parseHead reads a mail's header.
func parseHead(raw []byte) head {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return head{Subject: "(unreadable)"}
	}
	return headOf(message.Header)
}

func headOf(h mail.Header) head {
	out := head{Subject: decodeWords(h.Get("Subject"))}
	if strings.TrimSpace(out.Subject) == "" {
		out.Subject = "(no subject)"
	}
	// The first part of our Feedback-ID is the letter's kind.
	first, _, _ := strings.Cut(h.Get("Feedback-ID"), ":")
	if kind := mailer.Kind(first); slices.Contains(mailer.Kinds(), kind) {
		out.Kind = kind
	}
	return out
}

// decodeWords reads the encoded words of a header value (RFC 2047); one that cannot be read stays as
// it is.
func decodeWords(value string) string {
	words := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
	if decoded, err := words.DecodeHeader(value); err == nil {
		value = decoded
	}
	return strings.ToValidUTF8(value, "�")
}

// parse takes a mail apart.
func parse(raw []byte) letter {
	out := letter{Fields: fields(raw), Source: strings.ToValidUTF8(string(raw), "�")}
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		out.Subject, out.Problem = "(unreadable)", err.Error()
		return out
	}
	out.head = headOf(message.Header)
	out.Sender = decodeWords(message.Header.Get("From"))
	out.listUnsubscribe = message.Header.Get("List-Unsubscribe")
	out.listUnsubscribePost = message.Header.Get("List-Unsubscribe-Post")
	if err := out.read(textproto.MIMEHeader(message.Header), message.Body, 0); err != nil {
		out.Problem = err.Error()
	}
	return out
}

// read keeps the first text and the first HTML among the parts below header.
func (l *letter) read(header textproto.MIMEHeader, body io.Reader, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain" // RFC 2045 §5.2
	}
	if strings.HasPrefix(kind, "multipart/") {
		return l.readParts(multipart.NewReader(body, params["boundary"]), depth)
	}
	into := map[string]*string{"text/plain": &l.Text, "text/html": &l.HTML}[kind]
	disposition, _, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	if into == nil || *into != "" || disposition == "attachment" {
		return nil
	}
	*into, err = decode(header.Get("Content-Transfer-Encoding"), params["charset"], body)
	return err
}

func (l *letter) readParts(parts *multipart.Reader, depth int) error {
	for {
		part, err := parts.NextRawPart()
		// The end of the parts is io.EOF itself; a mail that breaks off wraps it.
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.read(part.Header, part, depth+1); err != nil {
			return err
		}
	}
}

// decode reads a body: its transfer encoding first, then its character set. What was read before a
// fault is returned with it.
func decode(encoding, label string, body io.Reader) (string, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	if label != "" {
		converted, err := charset.NewReaderLabel(label, body)
		if err != nil {
			return "", fmt.Errorf("character set %q: %w", label, err)
		}
		body = converted
	}
	text, err := io.ReadAll(body)
	return strings.ToValidUTF8(string(text), "�"), err
}

// fields lists the header fields in their order, continuation lines joined (RFC 5322 §2.2.3).
func fields(raw []byte) []field {
	var out []field
	for line := range strings.Lines(strings.ToValidUTF8(string(raw), "�")) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		switch {
		case line[0] == ' ' || line[0] == '\t':
			if len(out) > 0 {
				out[len(out)-1].Value += " " + strings.TrimSpace(line)
			}
		case ok:
			out = append(out, field{name, strings.TrimSpace(value)})
		}
	}
	return out
}

// unsubscribe is the address by which the mail's header lets its reader leave (RFC 2369 §3.2), where
// that address is on this host, and whether a POST to it is enough (RFC 8058 §3.1).
func (l letter) unsubscribe(host string) (address string, oneClick bool) {
	for way := range strings.SplitSeq(l.listUnsubscribe, ",") {
		way = strings.Trim(strings.TrimSpace(way), "<>")
		u, err := url.Parse(way)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host == host && u.User == nil {
			return u.String(), l.listUnsubscribePost == "List-Unsubscribe=One-Click"
		}
	}
	return "", false
}
