package provider

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
)

func now() time.Time { return time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC) }

// desk notes what it is told, and plays the web.
type desk struct {
	told    []string
	mails   []bounce.Report
	fails   error
	web     map[string][]byte
	fetched []string
	once    map[string]string
}

func (d *desk) Vouched(_ context.Context, events []intake.Event, _ time.Time) error {
	for _, e := range events {
		d.told = append(d.told, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.Recipient, e.Verdict, e.Reason, stamp(e.At))))
	}
	return d.fails
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("01-02 15:04")
}

func (d *desk) Mail(_ context.Context, reports []bounce.Report, _ time.Time) error {
	d.mails = append(d.mails, reports...)
	return d.fails
}

func (d *desk) fetch(_ context.Context, url string) ([]byte, error) {
	d.fetched = append(d.fetched, url)
	if data, found := d.web[url]; found {
		return data, nil
	}
	return nil, errors.New("nothing there")
}

func (d *desk) useOnce(_ context.Context, token string, body []byte, _ time.Duration) (bool, error) {
	if d.fails != nil {
		return false, d.fails
	}
	if was, found := d.once[token]; found {
		return was == string(body), nil
	}
	d.once[token] = string(body)
	return true, nil
}

// reader makes a reader with a desk behind it.
func reader(t testing.TB, cfg Config) (*Reader, *desk) {
	t.Helper()
	d := &desk{web: map[string][]byte{}, once: map[string]string{}}
	r, err := New(cfg, Deps{Intake: d, Fetch: d.fetch, Once: d.useOnce})
	if err != nil {
		t.Fatal(err)
	}
	return r, d
}

// tells checks that a call is taken and what it tells the intake.
func tells(t *testing.T, r *Reader, d *desk, provider string, c Call, want ...string) {
	t.Helper()
	d.told = nil
	n, err := r.Take(t.Context(), provider, c, now())
	if err != nil || n != len(want) {
		t.Errorf("Take = %d, %v; want %d events", n, err, len(want))
	}
	if diff := cmp.Diff(want, d.told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// refuses checks that a call is refused with an error and tells the intake nothing.
func refuses(t *testing.T, r *Reader, d *desk, provider string, c Call, want error) {
	t.Helper()
	d.told, d.mails = nil, nil
	if _, err := r.Take(t.Context(), provider, c, now()); !errors.Is(err, want) {
		t.Errorf("error = %v, want %v", err, want)
	}
	if len(d.told)+len(d.mails) > 0 {
		t.Errorf("told %v, %v", d.told, d.mails)
	}
}

// header makes a header of names and values.
func header(pairs ...string) textproto.MIMEHeader {
	h := textproto.MIMEHeader{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestAProviderThatIsNotConfiguredIsUnknown(t *testing.T) {
	r, d := reader(t, Config{})
	for _, name := range []string{SES, SendGrid, Postmark, Mailgun, Generic, "", "sparkpost"} {
		refuses(t, r, d, name, Call{}, ErrUnknown)
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		cfg  Config
		want string
	}{
		"a topic that is none":     {Config{SESTopics: []string{"arn:aws:sqs:eu-central-1:123456789012:bounces"}}, "ses: "},
		"a topic on another host":  {Config{SESTopics: []string{"arn:aws:sns:evil.example/:123456789012:bounces"}}, "ses: "},
		"a key that is no base64":  {Config{SendGridKeys: []string{"-----BEGIN PUBLIC KEY-----"}}, "sendgrid: key 1 is not base64"},
		"a key of another kind":    {Config{SendGridKeys: []string{"bm8ga2V5"}}, "sendgrid: key 1 is not an ECDSA public key"},
		"a login without password": {Config{PostmarkLogins: []string{"jobs:"}}, "postmark: login 1 is not like user:password"},
	} {
		if _, err := New(test.cfg, Deps{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhatCannotBeKeptIsAskedForAgain: the provider's next attempt finds everything as it was.
func TestWhatCannotBeKeptIsAskedForAgain(t *testing.T) {
	away := errors.New("away")
	r, d := reader(t, Config{PostmarkLogins: []string{"jobs:secret"}, MailgunKeys: []string{mailgunKey}})
	d.fails = away
	if _, err := r.Take(t.Context(), Postmark, postmark("jobs:secret", postmarkHard), now()); !errors.Is(err, away) {
		t.Errorf("Postmark: %v", err)
	}
	event := mailgun(now(), "token", `{"event":"complained","recipient":"jane@example.org"}`)
	if _, err := r.Take(t.Context(), Mailgun, event, now()); !errors.Is(err, away) {
		t.Errorf("Mailgun: %v", err)
	}
	d.fails = nil
	tells(t, r, d, Mailgun, event, "jane@example.org complaint abuse")
}
