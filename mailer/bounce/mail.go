package bounce

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/htmlindex"
)

// Bounds on what a mail can make us do, beside MaxSize.
const (
	maxDepth = 8        // multiparts within multiparts
	maxParts = 64       // leaves that are looked at
	maxProse = 32 << 10 // bytes of a notice
	maxValue = 8 << 10  // bytes of a folded header field
)

// message is the mail taken apart by purpose.
type message struct {
	header   header
	prose    string   // the first text: what the notice tells a person
	status   []string // message/delivery-status: RFC 3464
	feedback []string // message/feedback-report: RFC 5965
	receipt  bool     // message/disposition-notification: RFC 8098
	returned string   // our own mail or its header, as sent back
	parts    int
}

// parseMail takes any bytes apart as far as they can be. net/mail and mime/multipart give up at the
// first fault; much of what comes back has one.
func parseMail(raw []byte) *message {
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	m := &message{}
	head, body := parseHeader(string(raw))
	m.header = head
	m.walk(head, body, 0)
	m.prose = strings.ToValidUTF8(m.prose[:min(len(m.prose), maxProse)], "?")
	return m
}

// walk sorts the leaves by their type. It does not look into a returned mail: what that says was
// said to somebody else.
func (m *message) walk(head header, body string, depth int) {
	kind, params := mediaType(head.get("Content-Type"))
	if strings.HasPrefix(kind, "multipart/") && depth < maxDepth {
		before := m.parts
		for part := range splitParts(body, params["boundary"]) {
			if m.parts++; m.parts > maxParts {
				return
			}
			h, b := parseHeader(part)
			m.walk(h, b, depth+1)
		}
		if m.parts == before && m.prose == "" {
			m.prose = body // its boundary was lost on the way
		}
		return
	}
	body = decode(head.get("Content-Transfer-Encoding"), body)
	switch kind {
	case "message/delivery-status", "message/global-delivery-status":
		m.status = append(m.status, body)
	case "message/feedback-report":
		m.feedback = append(m.feedback, body)
	case "message/disposition-notification", "message/global-disposition-notification":
		m.receipt = true
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers":
		if m.returned == "" {
			m.returned = body
		}
	case "", "text/plain", "text/html":
		if strings.TrimSpace(m.prose) == "" {
			m.prose = prose(kind, params["charset"], body)
		}
	}
}

// prose is a text in UTF-8, without markup.
func prose(kind, charset, body string) string {
	if encoding, err := htmlindex.Get(charset); err == nil {
		if decoded, err := encoding.NewDecoder().String(body); err == nil {
			body = decoded
		}
	}
	if kind != "text/html" {
		return body
	}
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(body))
	for hidden := false; tokens.Next() != html.ErrorToken; {
		switch token := tokens.Token(); token.Type {
		case html.TextToken:
			if !hidden {
				b.WriteString(token.Data)
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			switch token.Data {
			case "br", "p", "div", "tr", "li":
				b.WriteByte('\n')
			case "style", "script", "title":
				hidden = token.Type == html.StartTagToken
			}
		}
	}
	return b.String()
}

// header holds the values of each field, by its name in lower case, in their order.
type header map[string][]string

// get is the first value of a field, "" without one.
func (h header) get(name string) string {
	if values := h[strings.ToLower(name)]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// words is get with encoded words decoded (RFC 2047).
func (h header) words(name string) string {
	decoder := mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
		encoding, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return encoding.NewDecoder().Reader(in), nil
	}}
	value := h.get(name)
	if decoded, err := decoder.DecodeHeader(value); err == nil {
		return decoded
	}
	return value
}

// parseHeader reads the fields up to the first empty line, and gives the rest. A line that is no
// field is taken for the rest of the field before it: some hosts forget to indent.
func parseHeader(text string) (header, string) {
	h := header{}
	last := ""
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		if strings.TrimSpace(line) == "" {
			return h, rest
		}
		name, value, found := strings.Cut(line, ":")
		switch {
		case last != "" && (line[0] == ' ' || line[0] == '\t' || !found || !isFieldName(name)):
			if values := h[last]; len(values[len(values)-1]) < maxValue {
				values[len(values)-1] += " " + strings.TrimSpace(line)
			}
		case found && isFieldName(name):
			last = strings.ToLower(strings.TrimSpace(name))
			h[last] = append(h[last], strings.TrimSpace(value))
		case strings.HasPrefix(line, "From "): // how an mbox separates mails
		default:
			return h, text
		}
		text = rest
	}
	return h, ""
}

// isFieldName reports whether s can name a field (RFC 5322 §3.6.8).
func isFieldName(s string) bool {
	s = strings.TrimRight(s, " \t")
	return s != "" && len(s) < 80 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// mediaType reads a Content-Type as far as it can be.
func mediaType(value string) (kind string, params map[string]string) {
	kind, params, err := mime.ParseMediaType(value)
	if err == nil {
		return kind, params
	}
	kind, rest, _ := strings.Cut(value, ";")
	params = map[string]string{}
	for param := range strings.SplitSeq(rest, ";") {
		if name, value, found := strings.Cut(param, "="); found {
			params[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return strings.ToLower(strings.TrimSpace(kind)), params
}

// splitParts cuts a multipart body at its boundary lines (RFC 2046 §5.1.1). The last part needs no
// end: truncated mails lack it.
func splitParts(body, boundary string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := -1
		for at := 0; at < len(body); {
			end := strings.IndexByte(body[at:], '\n')
			next := len(body)
			if end >= 0 {
				next = at + end + 1
			}
			line := strings.TrimRight(body[at:next], " \t\n")
			if tail, found := strings.CutPrefix(line, "--"+boundary); found && boundary != "" && (tail == "" || tail == "--") {
				if start >= 0 && !yield(body[start:at]) {
					return
				}
				if start = next; tail == "--" {
					return
				}
			}
			at = next
		}
		if start >= 0 {
			yield(body[start:])
		}
	}
}

// decode undoes a transfer encoding; of a broken one it gives what could be read.
func decode(encoding, body string) string {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		decoded, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
		return string(decoded)
	case "base64":
		decoded, _ := io.ReadAll(base64.NewDecoder(base64.StdEncoding, strings.NewReader(body)))
		return string(bytes.ReplaceAll(decoded, []byte("\r\n"), []byte("\n")))
	}
	return body
}
