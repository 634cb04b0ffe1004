package bounce

import (
	"regexp"
	"strings"
)

// What our own addresses begin with, before what is signed of them.
const (
	Prefix            = "bounce+"      // and a ticket: the envelope sender
	UnsubscribePrefix = "unsubscribe+" // and a link of package token: the mail form of List-Unsubscribe
)

// The forms that mailer/render gives the envelope sender and the Message-ID, around a
// mailer.LetterID or the ticket that begins with one.
var (
	verp      = regexp.MustCompile(`(?i)\bbounce\+([a-z2-7]{20}(?:[a-z2-7]{26})?)@`)
	messageID = regexp.MustCompile(`(?i)^\s*<?([a-z2-7]{20}(?:[a-z2-7]{26})?)@`)
)

// letterSize is the length of a mailer.LetterID.
const letterSize = 20

// name finds what we called the letter that a mail answers: in our VERP address, which it was sent
// to or which the returned mail carries, or else in the Message-ID of the returned mail. An auto-reply
// names it in In-Reply-To (RFC 3834 §3.1.5).
func (m *message) name() string {
	var places []string
	for _, name := range []string{"To", "Delivered-To", "X-Original-To", "Envelope-To"} {
		places = append(places, m.header[strings.ToLower(name)]...)
	}
	returned := m.returnedHeader()
	for _, name := range []string{"Return-Path", "X-Envelope-From", "Received-SPF", "Authentication-Results"} {
		places = append(places, returned.get(name))
	}
	places = append(places, m.status...) // X-Postfix-Sender and its kin
	places = append(places, m.feedback...)
	for _, place := range places {
		if found := verp.FindStringSubmatch(place); found != nil {
			return strings.ToLower(found[1])
		}
	}
	references := strings.Fields(m.header.get("References"))
	for _, place := range append([]string{returned.get("Message-ID"), m.originalID(), m.header.get("In-Reply-To")}, references...) {
		if found := messageID.FindStringSubmatch(place); found != nil {
			return strings.ToLower(found[1])
		}
	}
	return ""
}

// returnedHeader is the header of our mail, as sent back: in a part of its own, or at the end of the
// notice, a few lines behind where the copy is announced.
func (m *message) returnedHeader() header {
	if m.returned != "" {
		head, _ := parseHeader(m.returned)
		return head
	}
	_, tail := splitNotice(m.prose)
	for range 5 {
		if head, _ := parseHeader(tail); len(head) > 0 {
			return head
		}
		_, tail, _ = strings.Cut(tail, "\n")
	}
	return nil
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
