package provider

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
)

// The headers of SendGrid's signed event webhook.
// https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
const (
	sendGridSignature = "X-Twilio-Email-Event-Webhook-Signature"
	sendGridTimestamp = "X-Twilio-Email-Event-Webhook-Timestamp"
)

// sendGridEvent is one event of a batch.
// https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
type sendGridEvent struct {
	Email          string `json:"email"`
	Timestamp      int64  `json:"timestamp"` // seconds
	Event          string `json:"event"`
	Type           string `json:"type"` // of a bounce: bounce, blocked
	Status         string `json:"status"`
	Reason         string `json:"reason"`
	Classification string `json:"bounce_classification"`
}

// newSendGrid reads batches of events signed with one of the keys.
func newSendGrid(texts []string) (format, error) {
	var keys []*ecdsa.PublicKey
	for i, text := range texts {
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("key %d is not base64", i+1)
		}
		parsed, err := x509.ParsePKIXPublicKey(der)
		key, isECDSA := parsed.(*ecdsa.PublicKey)
		if err != nil || !isECDSA {
			return nil, fmt.Errorf("key %d is not an ECDSA public key; copy it from Mail Settings, Event Webhook, Verification Key", i+1)
		}
		keys = append(keys, key)
	}
	return func(_ context.Context, c Call, now time.Time) (said, error) {
		if err := checkSendGrid(keys, c, now); err != nil {
			return said{}, err
		}
		var batch []sendGridEvent
		if err := json.Unmarshal(c.Body, &batch); err != nil {
			return said{}, fmt.Errorf("%w: not a batch of SendGrid's events", ErrBody)
		}
		var events []intake.Event
		for _, e := range batch {
			if report, counts := e.report(); counts {
				events = append(events, told(report, e.Email, seconds(e.Timestamp)))
			}
		}
		return said{events: events}, nil
	}, nil
}

// checkSendGrid checks the signature over the time and the body.
func checkSendGrid(keys []*ecdsa.PublicKey, c Call, now time.Time) error {
	stamp := c.Header.Get(sendGridTimestamp)
	at, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: the header %s is missing or no time", ErrSignature, sendGridTimestamp)
	}
	signature, err := base64.StdEncoding.DecodeString(c.Header.Get(sendGridSignature))
	if err != nil {
		return fmt.Errorf("%w: the header %s is not base64", ErrSignature, sendGridSignature)
	}
	sum := sha256.Sum256(append([]byte(stamp), c.Body...))
	for _, key := range keys {
		if ecdsa.VerifyASN1(key, sum[:], signature) {
			return fresh(time.Unix(at, 0), now)
		}
	}
	return fmt.Errorf("%w: no key of ours made it", ErrSignature)
}

// report is what an event means; most mean nothing here.
func (e sendGridEvent) report() (bounce.Report, bool) {
	f := bounce.Refusal{Status: e.Status, Said: e.Reason}
	switch e.Event {
	case "bounce", "blocked":
		switch {
		case e.Event == "blocked" || e.Type == "blocked":
			f.Temporary = true
			return bounce.Judge(f), true
		case e.Classification == "Invalid Address":
			return dead(f), true
		}
		return bounce.Judge(f), true
	case "deferred":
		return soft(bounce.Delayed), true
	case "dropped":
		return e.dropped()
	case "spamreport":
		return abuse(), true
	case "unsubscribe", "group_unsubscribe":
		return optOut(), true
	case "delivered":
		return arrived(), true
	}
	return bounce.Report{}, false
}

// dropped is a mail that SendGrid did not try to deliver, for what it remembers of the address.
func (e sendGridEvent) dropped() (bounce.Report, bool) {
	switch e.Reason {
	case "Bounced Address":
		return gone(), true
	case "Spam Reporting Address":
		return abuse(), true
	case "Unsubscribed Address":
		return optOut(), true
	}
	return bounce.Report{}, false
}

// seconds is a time since 1970, zero for none.
func seconds(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}
