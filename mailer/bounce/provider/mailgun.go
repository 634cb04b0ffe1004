package provider

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
)

// mailgunCall is what Mailgun sends.
// https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
type mailgunCall struct {
	Signature struct{ Timestamp, Token, Signature string }
	Event     mailgunEvent `json:"event-data"`
}

type mailgunEvent struct {
	Event     string
	Severity  string // of a failure: permanent, temporary
	Reason    string
	Recipient string
	Timestamp float64 // seconds
	Status    struct {
		Code         int
		Message      string
		Description  string
		EnhancedCode string `json:"enhanced-code"`
		BounceType   string `json:"bounce-type"` // hard, soft
	} `json:"delivery-status"`
}

// newMailgun reads events signed with one of the keys.
func newMailgun(keys []string, once func(ctx context.Context, token string, body []byte, keep time.Duration) (bool, error)) format {
	return func(ctx context.Context, c Call, now time.Time) (said, error) {
		var call mailgunCall
		if err := json.Unmarshal(c.Body, &call); err != nil {
			return said{}, fmt.Errorf("%w: not an event of Mailgun", ErrSignature)
		}
		if err := call.check(keys, now); err != nil {
			return said{}, err
		}
		first, err := once(ctx, "mailgun "+call.Signature.Token, c.Body, maxAge+maxAhead)
		if err != nil {
			return said{}, err
		}
		if !first {
			return said{}, fmt.Errorf("%w: its token was used for another event", ErrSignature)
		}
		report, counts := call.Event.report()
		if !counts {
			return said{}, nil
		}
		return said{events: []intake.Event{told(report, call.Event.Recipient, seconds(int64(call.Event.Timestamp)))}}, nil
	}
}

// check checks the signature, which covers the time and the token only.
func (m mailgunCall) check(keys []string, now time.Time) error {
	s := m.Signature
	at, err := strconv.ParseInt(s.Timestamp, 10, 64)
	if err != nil || s.Token == "" {
		return fmt.Errorf("%w: it has no time or no token", ErrSignature)
	}
	for _, key := range keys {
		h := hmac.New(sha256.New, []byte(key))
		h.Write([]byte(s.Timestamp + s.Token))
		if hmac.Equal([]byte(hex.EncodeToString(h.Sum(nil))), []byte(strings.ToLower(s.Signature))) {
			return fresh(time.Unix(at, 0), now)
		}
	}
	return fmt.Errorf("%w: no key of ours made it", ErrSignature)
}

// report is what an event means.
func (e mailgunEvent) report() (bounce.Report, bool) {
	switch e.Event {
	case "failed":
		return e.failed(), true
	case "complained":
		return abuse(), true
	case "unsubscribed":
		return optOut(), true
	case "delivered":
		return arrived(), true
	}
	return bounce.Report{}, false
}

func (e mailgunEvent) failed() bounce.Report {
	switch e.Reason {
	case "suppress-bounce":
		return gone()
	case "suppress-complaint":
		return abuse()
	case "suppress-unsubscribe":
		return optOut()
	}
	f := bounce.Refusal{Status: e.Status.EnhancedCode, Temporary: e.Severity == "temporary"}
	if f.Said = strings.TrimSpace(e.Status.Message + " " + e.Status.Description); e.Status.Code >= 400 && e.Status.Code < 600 {
		f.Said = strconv.Itoa(e.Status.Code) + " " + f.Said
	}
	if !f.Temporary && e.Status.BounceType == "hard" {
		return dead(f)
	}
	return bounce.Judge(f)
}
