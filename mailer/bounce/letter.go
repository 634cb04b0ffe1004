package bounce

import (
	"regexp"
	"strings"
)

// letterID is the form of mailer.LetterID.
const letterID = `[a-z2-7]{20}`

// letter finds the id of the letter that a mail answers: in our VERP address, which it was sent to
// or which the returned mail carries, or else in the Message-ID of the returned mail. An auto-reply
// names it in In-Reply-To (RFC 3834 §3.1.5).
func (m *message) letter() string {
	verp := regexp.MustCompile(`(?i)\bbounce\+(` + letterID + `)@`)
	id := regexp.MustCompile(`(?i)^\s*<?(` + letterID + `)@`)
	var places []string
	for _, name := range []string{"To", "Delivered-To", "X-Original-To", "Envelope-To"} {
		places = append(places, m.header[strings.ToLower(name)]...)
	}
	returned, _ := parseHeader(m.returned)
	if m.returned == "" { // some notices end in a copy of it
		_, tail := splitNotice(m.prose)
		returned, _ = parseHeader(strings.TrimLeft(tail, "\n"))
	}
	places = append(places, returned.get("Return-Path"), returned.get("X-Envelope-From"))
	places = append(places, m.status...) // X-Postfix-Sender and its kin
	places = append(places, m.feedback...)
	for _, place := range places {
		if found := verp.FindStringSubmatch(place); found != nil {
			return strings.ToLower(found[1])
		}
	}
	references := strings.Fields(m.header.get("References"))
	for _, place := range append([]string{returned.get("Message-ID"), m.originalID(), m.header.get("In-Reply-To")}, references...) {
		if found := id.FindStringSubmatch(place); found != nil {
			return strings.ToLower(found[1])
		}
	}
	return ""
}

// originalID is the field by which Google names the mail it could not deliver.
func (m *message) originalID() string {
	for _, status := range m.status {
		if head, _ := parseHeader(status); head.get("X-Original-Message-ID") != "" {
			return head.get("X-Original-Message-ID")
		}
	}
	return ""
}
