package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"time"

	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
)

// What can be wrong with a call.
var (
	// ErrUnknown: there is no such provider, or it is not configured.
	ErrUnknown = errors.New("no such provider, or it is not configured")
	// ErrSignature: the call does not prove who sent it.
	ErrSignature = errors.New("signature not accepted")
	// ErrBody: the call is signed, but not what its provider sends.
	ErrBody = errors.New("body not understood")
)

// MaxBody is the most bytes a body may have; SendGrid sends up to 768 KiB.
const MaxBody = bounce.MaxSize

// How far the time in a signature may be from our clock.
const (
	maxAge   = 25 * time.Hour // providers try for up to a day
	maxAhead = 5 * time.Minute
)

// Names of the providers, as in the path of the webhook.
const (
	SES      = "ses"
	SendGrid = "sendgrid"
	Postmark = "postmark"
	Mailgun  = "mailgun"
	Generic  = "generic"
)

// Call is what was sent to the webhook.
type Call struct {
	Header textproto.MIMEHeader
	Body   []byte
}

// Config says which providers are believed, and by what. One that is left empty is switched off.
type Config struct {
	SESTopics      []string // ARNs of SNS topics
	SendGridKeys   []string // public keys, base64 of DER
	PostmarkLogins []string // user:password
	MailgunKeys    []string // webhook signing keys
	// Generic checks a Standard Webhooks signature.
	Generic func(h textproto.MIMEHeader, body []byte, now time.Time) error
}

// Deps is what a Reader works with.
type Deps struct {
	Intake Intake
	// Fetch gets an HTTPS resource of at most 64 KiB, without following redirects.
	Fetch func(ctx context.Context, url string) ([]byte, error)
	// Once reports whether a token is used for the first time, or again for the same body.
	Once func(ctx context.Context, token string, body []byte, keep time.Duration) (bool, error)
}

// Intake acts on what was reported. Package intake implements it.
type Intake interface {
	Vouched(ctx context.Context, events []intake.Event, now time.Time) error
	Mail(ctx context.Context, reports []bounce.Report, now time.Time) error
}

// Reader reads calls. It is safe for concurrent use.
type Reader struct {
	intake  Intake
	formats map[string]format
}

// format checks and reads the calls of one provider.
type format func(ctx context.Context, c Call, now time.Time) (said, error)

// said is what a call reports: events that are vouched for, or a mail.
type said struct {
	events []intake.Event
	mail   []bounce.Report
}

// New makes a reader, or says what is wrong with the configuration.
func New(cfg Config, deps Deps) (*Reader, error) {
	r := &Reader{intake: deps.Intake, formats: map[string]format{}}
	var errs []error
	add := func(name string, configured bool, make func() (format, error)) {
		if !configured {
			return
		}
		read, err := make()
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		r.formats[name] = read
	}
	add(SES, len(cfg.SESTopics) > 0, func() (format, error) { return newSES(cfg.SESTopics, deps.Fetch) })
	add(SendGrid, len(cfg.SendGridKeys) > 0, func() (format, error) { return newSendGrid(cfg.SendGridKeys) })
	add(Postmark, len(cfg.PostmarkLogins) > 0, func() (format, error) { return newPostmark(cfg.PostmarkLogins) })
	add(Mailgun, len(cfg.MailgunKeys) > 0, func() (format, error) { return newMailgun(cfg.MailgunKeys, deps.Once), nil })
	add(Generic, cfg.Generic != nil, func() (format, error) { return newGeneric(cfg.Generic), nil })
	return r, errors.Join(errs...)
}

// Take checks a call and acts on all it reports. It returns how many events there were. Its errors are
// ErrUnknown, ErrSignature and ErrBody, and those of what it works with: then the call should be made again.
func (r *Reader) Take(ctx context.Context, provider string, c Call, now time.Time) (int, error) {
	read, found := r.formats[provider]
	if !found {
		return 0, ErrUnknown
	}
	s, err := read(ctx, c, now)
	if err != nil {
		return 0, err
	}
	if s.mail != nil {
		return 1, r.intake.Mail(ctx, s.mail, now)
	}
	return len(s.events), r.intake.Vouched(ctx, s.events, now)
}

// fresh checks the time of a signature.
func fresh(at, now time.Time) error {
	if age := now.Sub(at); age > maxAge || age < -maxAhead {
		return fmt.Errorf("%w: it is of %s, too far from our clock", ErrSignature, at.UTC().Format(time.RFC3339))
	}
	return nil
}

// told makes an event.
func told(r bounce.Report, recipient string, at time.Time) intake.Event {
	r.Recipient = cmp.Or(recipient, r.Recipient)
	return intake.Event{Report: r, At: at}
}

// dead judges what the provider calls permanent. It knows what it answered and often does not quote it,
// so it is believed unless the host's words speak of something else.
func dead(f bounce.Refusal) bounce.Report {
	r := bounce.Judge(f)
	if r.Verdict == bounce.Soft && (r.Reason == bounce.Other || r.Reason == bounce.Filtered) {
		r.Verdict, r.Reason = bounce.Hard, bounce.UserUnknown
	}
	return r
}

// What events say that need no judgement.
func gone() bounce.Report {
	return bounce.Report{Verdict: bounce.Hard, Reason: bounce.UserUnknown}
}
func abuse() bounce.Report {
	return bounce.Report{Verdict: bounce.Complaint, Reason: bounce.Abuse}
}
func optOut() bounce.Report {
	return bounce.Report{Verdict: bounce.Complaint, Reason: bounce.OptOut}
}
func arrived() bounce.Report {
	return bounce.Report{Verdict: bounce.None, Reason: bounce.Delivered}
}
func soft(reason bounce.Reason) bounce.Report {
	return bounce.Report{Verdict: bounce.Soft, Reason: reason}
}
