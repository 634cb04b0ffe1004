package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/textproto"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
)

// genericEvent is an event in our own words.
type genericEvent struct {
	// Type is bounce, hard, soft, complaint, unsubscribe or delivered; what bounce means is judged by
	// status and diagnostic.
	Type       string    `json:"type"`
	Recipient  string    `json:"recipient"`
	Status     string    `json:"status"`     // RFC 3463
	Diagnostic string    `json:"diagnostic"` // what the refusing host said
	At         time.Time `json:"at"`
}

// newGeneric reads signed JSON, one event or an array of them, and signed raw mails.
func newGeneric(check func(h textproto.MIMEHeader, body []byte, now time.Time) error) format {
	return func(_ context.Context, c Call, now time.Time) (said, error) {
		if err := check(c.Header, c.Body, now); err != nil {
			return said{}, fmt.Errorf("%w: %w", ErrSignature, err)
		}
		if media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err == nil && media == "message/rfc822" {
			reports, err := bounce.Read(bytes.NewReader(c.Body))
			return said{mail: reports}, err
		}
		list, err := genericEvents(c.Body)
		if err != nil {
			return said{}, err
		}
		var events []intake.Event
		for i, e := range list {
			report, known := e.report()
			if !known {
				return said{}, fmt.Errorf("%w: event %d: type %q is not one of bounce, hard, soft, complaint, unsubscribe, delivered", ErrBody, i, e.Type)
			}
			if _, err := mailer.ParseAddress(e.Recipient); err != nil {
				return said{}, fmt.Errorf("%w: event %d: recipient: %w", ErrBody, i, err)
			}
			events = append(events, told(report, e.Recipient, e.At))
		}
		return said{events: events}, nil
	}
}

// genericEvents reads one event or an array of them, strictly: the sender is somebody who can mend it.
func genericEvents(body []byte) ([]genericEvent, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrBody)
	}
	if !bytes.HasPrefix(body, []byte("[")) {
		body = append(append([]byte("["), body...), ']')
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var list []genericEvent
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBody, err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("%w: something follows the events", ErrBody)
	}
	return list, nil
}

// report is what an event means.
func (e genericEvent) report() (bounce.Report, bool) {
	f := bounce.Refusal{Status: e.Status, Said: e.Diagnostic}
	switch e.Type {
	case "bounce":
		return bounce.Judge(f), true
	case "hard":
		return gone(), true
	case "soft":
		f.Temporary = true
		return bounce.Judge(f), true
	case "complaint":
		return abuse(), true
	case "unsubscribe":
		return optOut(), true
	case "delivered":
		return arrived(), true
	}
	return bounce.Report{}, false
}
