package provider

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
)

// postmarkRecord is a record of any of Postmark's webhooks.
// https://postmarkapp.com/developer/webhooks/bounce-webhook and its neighbours
type postmarkRecord struct {
	RecordType                        string
	Type                              string // of a bounce
	Email, Recipient                  string
	BouncedAt, DeliveredAt, ChangedAt time.Time
	Details                           string
	SuppressSending                   bool
	SuppressionReason                 string
}

// newPostmark reads records that come with one of the logins.
func newPostmark(logins []string) (format, error) {
	var accepted [][sha256.Size]byte
	for i, login := range logins {
		if user, password, found := strings.Cut(login, ":"); !found || user == "" || password == "" {
			return nil, fmt.Errorf("login %d is not like user:password", i+1)
		}
		accepted = append(accepted, sha256.Sum256([]byte(login)))
	}
	return func(_ context.Context, c Call, _ time.Time) (said, error) {
		if !basicAuth(c, accepted) {
			return said{}, fmt.Errorf("%w: no login of ours (basic authentication)", ErrSignature)
		}
		var r postmarkRecord
		if err := json.Unmarshal(c.Body, &r); err != nil || r.RecordType == "" {
			return said{}, fmt.Errorf("%w: not a record of Postmark", ErrBody)
		}
		event, counts := r.event()
		if !counts {
			return said{}, nil
		}
		return said{events: []intake.Event{event}}, nil
	}, nil
}

// basicAuth reports whether a call bears one of the logins (RFC 7617). Hashing first makes the
// comparison's time independent of both the login and its length.
func basicAuth(c Call, accepted [][sha256.Size]byte) bool {
	scheme, encoded, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	login, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	given, ok := sha256.Sum256(login), 0
	for _, want := range accepted {
		ok |= subtle.ConstantTimeCompare(given[:], want[:])
	}
	return ok == 1 && err == nil && strings.EqualFold(scheme, "Basic")
}

// event is what a record means.
func (r postmarkRecord) event() (intake.Event, bool) {
	switch r.RecordType {
	case "Bounce":
		report, counts := r.bounced()
		return told(report, r.Email, r.BouncedAt), counts
	case "SpamComplaint":
		return told(abuse(), r.Email, r.BouncedAt), true
	case "Delivery":
		return told(arrived(), r.Recipient, r.DeliveredAt), true
	case "SubscriptionChange":
		if !r.SuppressSending {
			return intake.Event{}, false
		}
		report := optOut()
		switch r.SuppressionReason {
		case "HardBounce":
			report = gone()
		case "SpamComplaint":
			report = abuse()
		}
		return told(report, r.Recipient, r.ChangedAt), true
	}
	return intake.Event{}, false
}

// bounced judges a bounce by Postmark's type and the host's words.
func (r postmarkRecord) bounced() (bounce.Report, bool) {
	f := bounce.Refusal{Said: r.Details}
	switch r.Type {
	case "HardBounce", "BadEmailAddress":
		return dead(f), true
	case "SpamComplaint":
		return abuse(), true
	case "Unsubscribe":
		return optOut(), true
	case "Transient", "SoftBounce", "DnsError", "Unknown", "AddressChange", "ManuallyDeactivated":
		f.Temporary = true
		return bounce.Judge(f), true
	case "Blocked", "SpamNotification", "VirusNotification", "DMARCPolicy", "ChallengeVerification":
		return soft(bounce.Blocked), true
	case "AutoResponder":
		return bounce.Report{Verdict: bounce.None, Reason: bounce.AutoReply}, true
	}
	return bounce.Report{}, false
}
