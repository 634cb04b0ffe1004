package render

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jobalertd/mailer"
)

const (
	maxSubject = 100 // characters; most readers show 40 to 70
)

// header is a list of fields in the order they are written.
type header struct {
	b   []byte
	err error
}

// add writes one field on one line. The first value that is not safe makes the header useless.
func (h *header) add(name, value string) {
	if h.err != nil || value == "" {
		return
	}
	if h.err = headerSafe(name, value); h.err != nil {
		return
	}
	if len(name)+2+len(value) > mailer.MaxLine {
		h.err = fmt.Errorf("header %s: %d bytes do not fit on one line", name, len(value))
		return
	}
	h.say(name, ": ", value, "\r\n")
}

func (h *header) say(words ...string) {
	for _, word := range words {
		h.b = append(h.b, word...)
	}
}

// headerSafe refuses values that could end their line: CR, LF, NUL and every other control
// character, and bytes that are not UTF-8. Every value of every header passes here.
func headerSafe(name, value string) error {
	ascii := true
	for i := range len(value) {
		ascii = ascii && value[i] >= ' ' && value[i] < 0x7f
	}
	if ascii {
		return nil
	}
	if !utf8.ValidString(value) {
		return fmt.Errorf("header %s: not valid UTF-8", name)
	}
	for i, r := range value {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("header %s: control character U+%04X at byte %d", name, r, i)
		}
	}
	return nil
}

// header makes the fields in a fixed order, in the given memory. The subject is a stranger's words and
// has been cleaned; the other values are ours.
func (r *Renderer) header(memory []byte, m *Mail, id, subject, lang string) ([]byte, error) {
	h := header{b: memory[:0]}
	h.add("Date", m.Now.UTC().Format(time.RFC1123Z))
	h.add("From", r.from)
	h.add("Reply-To", r.cfg.ReplyTo.String())
	h.add("To", m.To.String())
	h.addSubject(subject)
	h.add("Message-ID", "<"+id+">")
	if m.Letter.Kind.Bulk() || m.Letter.Kind == mailer.KindWelcome {
		r.addList(&h, m.Links)
	}
	h.add("Auto-Submitted", "auto-generated") // RFC 3834 §5
	h.add("Feedback-ID", r.feedbackID(m.Letter.Kind, lang))
	h.add("MIME-Version", "1.0")
	h.add("Content-Language", lang)
	h.add("Content-Type", `multipart/alternative; boundary="`+boundary(m.Letter)+`"`)
	if h.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMail, h.err)
	}
	return h.b, nil
}

// addList writes the fields of a mailing list: RFC 2919, RFC 2369 §3.2, RFC 8058 §3.1.
func (r *Renderer) addList(h *header, l Links) {
	h.add("List-Id", r.listID)
	ways := "<" + l.Unsubscribe + ">"
	if l.UnsubscribeMail != "" {
		ways += ", <" + l.UnsubscribeMail + ">"
	}
	h.add("List-Unsubscribe", ways)
	if strings.HasPrefix(l.Unsubscribe, "https://") {
		h.add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
}

// addSubject writes the one field that may be folded, encoded after RFC 2047 unless it is plain
// ASCII that cannot be taken for an encoded word.
func (h *header) addSubject(subject string) {
	subject = shorten(subject, maxSubject)
	if h.err == nil {
		h.err = headerSafe("Subject", subject)
	}
	if h.err != nil {
		return
	}
	plain := !strings.Contains(subject, "=?") && !strings.ContainsFunc(subject, func(r rune) bool { return r >= 0x7f })
	h.say("Subject: ")
	if plain {
		h.say(subject)
	} else {
		h.b = appendEncodedWords(h.b, subject)
	}
	h.say("\r\n")
}

// appendEncodedWords appends s as base64 words of at most 75 characters on lines of their own, none of which
// ends inside a character (RFC 2047 §2, §5).
func appendEncodedWords(to []byte, s string) []byte {
	const maxBytes = 45 // 60 in base64, and 12 around it
	for gap := ""; s != ""; gap = "\r\n " {
		n := 0
		for n < len(s) {
			_, size := utf8.DecodeRuneInString(s[n:])
			if n+size > maxBytes {
				break
			}
			n += size
		}
		to = append(append(to, gap...), "=?utf-8?b?"...)
		to = append(base64.StdEncoding.AppendEncode(to, []byte(s[:n])), "?="...)
		s = s[n:]
	}
	return to
}

// returnPath names the letter, so that a bounce needs no more than its recipient to be understood.
func (r *Renderer) returnPath(ticket string) string {
	if r.cfg.BounceDomain == "" {
		return r.cfg.From.String()
	}
	return r.cfg.BouncePrefix + "+" + ticket + "@" + r.cfg.BounceDomain
}

// feedbackID groups complaints by kind and language, and holds nothing personal: Gmail reports
// about groups only.
func (r *Renderer) feedbackID(kind mailer.Kind, lang string) string {
	if r.cfg.FeedbackID == "" {
		return ""
	}
	class := "notice"
	if kind.Bulk() {
		class = "bulk"
	}
	return fmt.Sprintf("%s:%s:%s:%s", kind, lang, class, r.cfg.FeedbackID)
}
