package provider

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"time"

	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
)

// sesNotice is what SES reports, as a notification or as a published event.
// https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
type sesNotice struct {
	NotificationType string
	EventType        string
	Bounce           struct {
		BounceType        string // Permanent, Transient, Undetermined
		BounceSubType     string
		BouncedRecipients []struct{ EmailAddress, Status, DiagnosticCode string }
		Timestamp         time.Time
	}
	Complaint struct {
		ComplainedRecipients  []struct{ EmailAddress string }
		ComplaintFeedbackType string
		Timestamp             time.Time
	}
	Delivery struct {
		Recipients []string
		Timestamp  time.Time
	}
}

// newSES reads what SES reports through the topics.
func newSES(arns []string, fetch func(ctx context.Context, url string) ([]byte, error)) (format, error) {
	topics := map[string]topic{}
	for _, arn := range arns {
		t, err := parseTopic(arn)
		if err != nil {
			return nil, err
		}
		topics[arn] = t
	}
	certs := &certificates{fetch: fetch, known: map[string]*x509.Certificate{}}
	return func(ctx context.Context, c Call, now time.Time) (said, error) {
		e, err := parseEnvelope(c.Body)
		if err != nil {
			return said{}, err
		}
		t, listed := topics[e.TopicArn]
		if !listed {
			return said{}, fmt.Errorf("%w: its topic is not one of ours", ErrSignature)
		}
		if err := fresh(e.Timestamp, now); err != nil {
			return said{}, err
		}
		cert, err := certs.get(ctx, t, e.SigningCertURL, now)
		if err != nil {
			return said{}, err
		}
		if err := e.checkSignature(cert, now); err != nil {
			return said{}, err
		}
		return e.open(ctx, t, fetch)
	}, nil
}

// open does what a signed envelope asks for.
func (e envelope) open(ctx context.Context, t topic, fetch func(ctx context.Context, url string) ([]byte, error)) (said, error) {
	switch e.Type {
	case snsNotification:
		events, err := sesEvents(e.Message)
		return said{events: events}, err
	case snsSubscribe:
		if _, err := fetch(ctx, t.confirmURL(e.Token)); err != nil {
			return said{}, &later{fmt.Errorf("confirming the subscription to %s: %w", t.arn, err)}
		}
		return said{}, nil
	case snsUnsubscribe:
		return said{}, nil
	}
	return said{}, fmt.Errorf("%w: SNS has no type %q", ErrBody, e.Type)
}

// sesEvents reads a notice. Others may publish on the same topic, and SES itself greets it with a line
// of text: what is no notice has no events.
func sesEvents(message string) ([]intake.Event, error) {
	if !json.Valid([]byte(message)) {
		return nil, nil
	}
	var n sesNotice
	if err := json.Unmarshal([]byte(message), &n); err != nil {
		return nil, fmt.Errorf("%w: not a notice of SES", ErrBody)
	}
	var events []intake.Event
	switch n.NotificationType + n.EventType {
	case "Bounce":
		for _, r := range n.Bounce.BouncedRecipients {
			f := bounce.Refusal{Status: r.Status, Said: r.DiagnosticCode}
			events = append(events, told(n.bounced(f), r.EmailAddress, n.Bounce.Timestamp))
		}
	case "Complaint":
		for _, r := range n.Complaint.ComplainedRecipients {
			events = append(events, told(n.complained(), r.EmailAddress, n.Complaint.Timestamp))
		}
	case "Delivery":
		for _, recipient := range n.Delivery.Recipients {
			events = append(events, told(arrived(), recipient, n.Delivery.Timestamp))
		}
	}
	return events, nil
}

// bounced judges a bounce.
func (n sesNotice) bounced(f bounce.Refusal) bounce.Report {
	switch {
	case n.Bounce.BounceType != "Permanent":
		f.Temporary = true
		return bounce.Judge(f)
	case n.Bounce.BounceSubType == "Suppressed" || n.Bounce.BounceSubType == "OnAccountSuppressionList":
		return gone()
	}
	return dead(f)
}

// complained tells complaints from other feedback (RFC 5965 §7.3).
func (n sesNotice) complained() bounce.Report {
	switch n.Complaint.ComplaintFeedbackType {
	case "not-spam":
		return bounce.Report{Verdict: bounce.None, Reason: bounce.NotSpam}
	case "auth-failure":
		return bounce.Report{Verdict: bounce.Complaint, Reason: bounce.AuthReport}
	}
	return abuse()
}
