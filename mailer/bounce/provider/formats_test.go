package provider

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var sendGridKey = sync.OnceValue(func() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
})

func sendGridReader(t testing.TB) (*Reader, *desk) {
	der, err := x509.MarshalPKIXPublicKey(sendGridKey().Public())
	if err != nil {
		t.Fatal(err)
	}
	return reader(t, Config{SendGridKeys: []string{base64.StdEncoding.EncodeToString(der)}})
}

// sendGrid is a signed batch.
func sendGrid(t testing.TB, at time.Time, body string) Call {
	t.Helper()
	stamp := strconv.FormatInt(at.Unix(), 10)
	sum := sha256.Sum256([]byte(stamp + body))
	signature, err := ecdsa.SignASN1(rand.Reader, sendGridKey(), sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return Call{header(sendGridTimestamp, stamp, sendGridSignature, base64.StdEncoding.EncodeToString(signature)), []byte(body)}
}

const sendGridBatch = `[
{"email":"a@example.org","timestamp":1803891600,"event":"processed","sg_event_id":"1"},
{"email":"b@example.org","timestamp":1803891600,"event":"bounce","type":"bounce","status":"5.1.1","reason":"550 5.1.1 The email account that you tried to reach does not exist","bounce_classification":"Invalid Address"},
{"email":"c@example.org","timestamp":1803891600,"event":"bounce","type":"blocked","status":"5.7.1","reason":"550 5.7.1 blocked"},
{"email":"d@example.org","event":"bounce","type":"bounce","status":"5.2.2","reason":"552 5.2.2 mailbox full"},
{"email":"e@example.org","event":"dropped","reason":"Bounced Address"},
{"email":"f@example.org","event":"dropped","reason":"Spam Reporting Address"},
{"email":"g@example.org","event":"dropped","reason":"Unsubscribed Address"},
{"email":"h@example.org","event":"dropped","reason":"Invalid SMTPAPI header"},
{"email":"i@example.org","event":"spamreport"},
{"email":"j@example.org","event":"unsubscribe"},
{"email":"k@example.org","event":"deferred","response":"451 later"},
{"email":"l@example.org","event":"delivered"},
{"email":"m@example.org","event":"open"}]`

func TestSendGridsEventsAreJudged(t *testing.T) {
	r, d := sendGridReader(t)
	for _, at := range []time.Time{now(), now().Add(-24 * time.Hour)} {
		tells(t, r, d, SendGrid, sendGrid(t, at, sendGridBatch),
			"b@example.org hard user_unknown 03-01 09:00", "c@example.org soft policy 03-01 09:00", "d@example.org soft mailbox_full",
			"e@example.org hard user_unknown", "f@example.org complaint abuse", "g@example.org complaint opt_out",
			"i@example.org complaint abuse", "j@example.org complaint opt_out", "k@example.org soft delayed", "l@example.org none delivered")
	}
	refuses(t, r, d, SendGrid, sendGrid(t, now(), `{"email":"a@example.org"}`), ErrBody)
}

func TestABatchThatSendGridDidNotSignIsRefused(t *testing.T) {
	r, d := sendGridReader(t)
	good := sendGrid(t, now(), sendGridBatch)
	for name, edit := range map[string]func(*Call){
		"another body":      func(c *Call) { c.Body = []byte(strings.Replace(sendGridBatch, "b@", "x@", 1)) },
		"another time":      func(c *Call) { c.Header.Set(sendGridTimestamp, strconv.FormatInt(now().Unix()+1, 10)) },
		"no time":           func(c *Call) { c.Header.Del(sendGridTimestamp) },
		"no signature":      func(c *Call) { c.Header.Del(sendGridSignature) },
		"nonsense":          func(c *Call) { c.Header.Set(sendGridSignature, "nonsense!") },
		"one of last week":  func(c *Call) { *c = sendGrid(t, now().AddDate(0, 0, -7), sendGridBatch) },
		"one of next week":  func(c *Call) { *c = sendGrid(t, now().AddDate(0, 0, 7), sendGridBatch) },
		"a moved time mark": func(c *Call) { moveDigit(c) },
	} {
		t.Run(name, func(t *testing.T) {
			c := Call{textproto.MIMEHeader{}, good.Body}
			for k, v := range good.Header {
				c.Header[k] = v
			}
			edit(&c)
			refuses(t, r, d, SendGrid, c, ErrSignature)
		})
	}
}

// moveDigit takes the first bytes of the body for the end of the time: what is signed is the same.
func moveDigit(c *Call) {
	at := c.Header.Get(sendGridTimestamp)
	c.Header.Set(sendGridTimestamp, at[:len(at)-1])
	c.Body = append([]byte(at[len(at)-1:]), c.Body...)
}

const postmarkHard = `{"RecordType":"Bounce","ID":42,"Type":"HardBounce","Email":"jane@example.org","BouncedAt":"2027-03-01T03:30:00.2735393-05:00",
"Details":"smtp;550 5.1.1 The email account that you tried to reach does not exist","Inactive":true}`

// postmark is a call with a login.
func postmark(login, body string) Call {
	return Call{header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(login))), []byte(body)}
}

func TestPostmarksRecordsAreJudged(t *testing.T) {
	r, d := reader(t, Config{PostmarkLogins: []string{"jobs:old", "jobs:secret"}})
	typed := func(kind string) string {
		return `{"RecordType":"Bounce","Type":"` + kind + `","Email":"jane@example.org","Details":"Test bounce details"}`
	}
	for body, want := range map[string]string{
		postmarkHard:                     "hard user_unknown 03-01 08:30",
		typed("HardBounce"):              "hard user_unknown",
		typed("SoftBounce"):              "soft other",
		typed("Transient"):               "soft other",
		typed("Blocked"):                 "soft blocked",
		typed("SpamNotification"):        "soft blocked",
		typed("AutoResponder"):           "none auto_reply",
		typed("Unsubscribe"):             "complaint opt_out",
		typed("SpamComplaint"):           "complaint abuse",
		typed("TemplateRenderingFailed"): "",
		`{"RecordType":"Bounce","Type":"HardBounce","Email":"jane@example.org","Details":"smtp;552 5.2.2 mailbox full"}`:                       "soft mailbox_full",
		`{"RecordType":"SpamComplaint","Email":"jane@example.org"}`:                                                                            "complaint abuse",
		`{"RecordType":"Delivery","Recipient":"jane@example.org"}`:                                                                             "none delivered",
		`{"RecordType":"SubscriptionChange","Recipient":"jane@example.org","SuppressSending":true,"SuppressionReason":"HardBounce"}`:           "hard user_unknown",
		`{"RecordType":"SubscriptionChange","Recipient":"jane@example.org","SuppressSending":true,"SuppressionReason":"SpamComplaint"}`:        "complaint abuse",
		`{"RecordType":"SubscriptionChange","Recipient":"jane@example.org","SuppressSending":true,"SuppressionReason":"ManualSuppression"}`:    "complaint opt_out",
		`{"RecordType":"SubscriptionChange","Recipient":"jane@example.org","SuppressSending":false,"SuppressionReason":null,"MessageID":null}`: "",
		`{"RecordType":"Open","Recipient":"jane@example.org"}`:                                                                                 "",
	} {
		if want == "" {
			tells(t, r, d, Postmark, postmark("jobs:secret", body))
			continue
		}
		tells(t, r, d, Postmark, postmark("jobs:secret", body), "jane@example.org "+want)
	}
	for _, body := range []string{"", "[]", "{}", `{"RecordType":7}`} {
		refuses(t, r, d, Postmark, postmark("jobs:secret", body), ErrBody)
	}
}

func TestARecordWithoutALoginIsRefused(t *testing.T) {
	r, d := reader(t, Config{PostmarkLogins: []string{"jobs:secret"}})
	for _, login := range []string{"", "jobs:", "jobs:secre", "jobs:secret ", "Jobs:secret", ":secret"} {
		refuses(t, r, d, Postmark, postmark(login, postmarkHard), ErrSignature)
	}
	for _, value := range []string{"", "Basic", "Bearer am9iczpzZWNyZXQ=", "Basic jobs:secret", "Basic am9iczpzZWNyZXQ=!"} {
		refuses(t, r, d, Postmark, Call{header("Authorization", value), []byte(postmarkHard)}, ErrSignature)
	}
}

const mailgunKey = "key-0123456789abcdef"

// mailgun is a signed event.
func mailgun(at time.Time, token, event string) Call {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h := hmac.New(sha256.New, []byte(mailgunKey))
	h.Write([]byte(stamp + token))
	body := fmt.Sprintf(`{"signature":{"timestamp":%q,"token":%q,"signature":%q},"event-data":%s}`, stamp, token, hex.EncodeToString(h.Sum(nil)), event)
	return Call{textproto.MIMEHeader{}, []byte(body)}
}

func TestMailgunsEventsAreJudged(t *testing.T) {
	r, d := reader(t, Config{MailgunKeys: []string{"key-of-yesterday", mailgunKey}})
	failed := func(severity, reason, status string) string {
		return `{"event":"failed","severity":"` + severity + `","reason":"` + reason + `","recipient":"jane@example.org","timestamp":1803891600.27,"delivery-status":` + status + `}`
	}
	n := 0
	for event, want := range map[string]string{
		failed("permanent", "bounce", `{"code":550,"message":"5.1.1 user unknown","bounce-type":"hard","enhanced-code":"5.1.1"}`): "hard user_unknown 03-01 09:00",
		failed("permanent", "bounce", `{"code":550,"message":"no","description":"","bounce-type":"hard"}`):                        "hard user_unknown 03-01 09:00",
		failed("permanent", "generic", `{"code":550,"message":"no","description":null}`):                                          "soft other 03-01 09:00",
		failed("permanent", "old", `{"code":602,"message":"Too old"}`):                                                            "soft other 03-01 09:00",
		failed("temporary", "generic", `{"code":452,"message":"4.2.2 mailbox full"}`):                                             "soft mailbox_full 03-01 09:00",
		failed("permanent", "suppress-bounce", `{"code":605}`):                                                                    "hard user_unknown 03-01 09:00",
		failed("permanent", "suppress-complaint", `{"code":607}`):                                                                 "complaint abuse 03-01 09:00",
		failed("permanent", "suppress-unsubscribe", `{"code":606}`):                                                               "complaint opt_out 03-01 09:00",
		`{"event":"complained","recipient":"jane@example.org"}`:                                                                   "complaint abuse",
		`{"event":"unsubscribed","recipient":"jane@example.org"}`:                                                                 "complaint opt_out",
		`{"event":"delivered","recipient":"jane@example.org"}`:                                                                    "none delivered",
	} {
		n++
		tells(t, r, d, Mailgun, mailgun(now(), strconv.Itoa(n), event), "jane@example.org "+want)
	}
	tells(t, r, d, Mailgun, mailgun(now(), "o", `{"event":"opened","recipient":"jane@example.org"}`))
}

func TestAnEventThatMailgunDidNotSignIsRefused(t *testing.T) {
	r, d := reader(t, Config{MailgunKeys: []string{mailgunKey}})
	hard := func(who string) string { return `{"event":"complained","recipient":"` + who + `"}` }
	good := mailgun(now(), "token", hard("jane@example.org"))
	tells(t, r, d, Mailgun, good, "jane@example.org complaint abuse")
	tells(t, r, d, Mailgun, good, "jane@example.org complaint abuse") // the answer was lost, and it came again
	for name, c := range map[string]Call{
		"somebody else under an overheard signature": {Body: []byte(strings.Replace(string(good.Body), "jane@", "joe@", 1))},
		"another token":    {Body: []byte(strings.Replace(string(good.Body), `"token"`, `"nekot"`, 1))},
		"no token":         mailgun(now(), "", hard("jane@example.org")),
		"one of last week": mailgun(now().AddDate(0, 0, -7), "a", hard("jane@example.org")),
		"one of next week": mailgun(now().AddDate(0, 0, 7), "a", hard("jane@example.org")),
		"no event":         {},
		"no signature":     {Body: []byte(`{"event-data":` + hard("jane@example.org") + `}`)},
	} {
		t.Run(name, func(t *testing.T) { refuses(t, r, d, Mailgun, c, ErrSignature) })
	}
}

// genericReader accepts calls with a certain header.
func genericReader(t testing.TB) (*Reader, *desk) {
	return reader(t, Config{Generic: func(h textproto.MIMEHeader, _ []byte, _ time.Time) error {
		if h.Get("Signed") != "yes" {
			return errors.New("not signed")
		}
		return nil
	}})
}

func generic(kind, body string) Call {
	return Call{header("Signed", "yes", "Content-Type", kind), []byte(body)}
}

func TestGenericEventsAreJudged(t *testing.T) {
	r, d := genericReader(t)
	tells(t, r, d, Generic, generic("application/json", `{"type":"bounce","recipient":"jane@example.org","status":"5.1.1","diagnostic":"550 5.1.1 user unknown","at":"2027-03-01T08:30:00Z"}`),
		"jane@example.org hard user_unknown 03-01 08:30")
	tells(t, r, d, Generic, generic("application/json", ` [{"type":"hard","recipient":"a@example.org"},{"type":"soft","recipient":"b@example.org","diagnostic":"552 5.2.2 mailbox full"},
		{"type":"complaint","recipient":"c@example.org"},{"type":"unsubscribe","recipient":"d@example.org"},{"type":"delivered","recipient":"e@example.org"},
		{"type":"bounce","recipient":"f@example.org","diagnostic":"552 5.2.2 mailbox full"}]`),
		"a@example.org hard user_unknown", "b@example.org soft mailbox_full", "c@example.org complaint abuse",
		"d@example.org complaint opt_out", "e@example.org none delivered", "f@example.org soft mailbox_full")
	for name, body := range map[string]string{
		"nothing":                 "",
		"a type there is not":     `{"type":"boing","recipient":"jane@example.org"}`,
		"no recipient":            `{"type":"hard"}`,
		"a field there is not":    `{"type":"hard","recipient":"jane@example.org","subscriber":"x"}`,
		"more than one document":  `{"type":"hard","recipient":"jane@example.org"},`,
		"something after it":      `[{"type":"hard","recipient":"jane@example.org"}] []`,
		"one good and one broken": `[{"type":"hard","recipient":"jane@example.org"},{"type":"hard"}]`,
	} {
		t.Run(name, func(t *testing.T) { refuses(t, r, d, Generic, generic("application/json", body), ErrBody) })
	}
	c := generic("application/json", `{"type":"hard","recipient":"jane@example.org"}`)
	c.Header.Del("Signed")
	refuses(t, r, d, Generic, c, ErrSignature)
}

func TestARawMailIsNotVouchedFor(t *testing.T) {
	r, d := genericReader(t)
	mail := "From: mailer-daemon@example.net\nSubject: Undelivered mail\n\n<jane@example.org>: 550 5.1.1 user unknown (in reply to RCPT TO command)\n"
	n, err := r.Take(t.Context(), Generic, generic("message/rfc822; charset=x", mail), now())
	if n != 1 || err != nil || len(d.told) > 0 || len(d.mails) != 1 || d.mails[0].Recipient != "jane@example.org" {
		t.Errorf("%d, %v, told %v, mails %v", n, err, d.told, d.mails)
	}
}

// fuzzed checks that a reader survives a body, and that what it reports has a verdict.
func fuzzed(t *testing.T, read format, c Call) {
	s, err := read(context.Background(), c, now())
	if err != nil {
		return
	}
	for _, e := range s.events {
		if e.Verdict == "" || e.Reason == "" {
			t.Errorf("no verdict: %+v", e)
		}
	}
}

func FuzzSendGrid(f *testing.F) {
	f.Add([]byte(sendGridBatch))
	r, _ := sendGridReader(f)
	f.Fuzz(func(t *testing.T, body []byte) { fuzzed(t, r.formats[SendGrid], sendGrid(t, now(), string(body))) })
}

func FuzzPostmark(f *testing.F) {
	f.Add([]byte(postmarkHard))
	r, _ := reader(f, Config{PostmarkLogins: []string{"jobs:secret"}})
	f.Fuzz(func(t *testing.T, body []byte) { fuzzed(t, r.formats[Postmark], postmark("jobs:secret", string(body))) })
}

func FuzzMailgun(f *testing.F) {
	f.Add([]byte(`{"event":"failed","severity":"permanent","delivery-status":{"code":550,"message":"no"}}`))
	r, d := reader(f, Config{MailgunKeys: []string{mailgunKey}})
	f.Fuzz(func(t *testing.T, event []byte) {
		clear(d.once)
		fuzzed(t, r.formats[Mailgun], mailgun(now(), "token", string(event)))
	})
}

func FuzzGeneric(f *testing.F) {
	f.Add("application/json", []byte(`{"type":"hard","recipient":"jane@example.org"}`))
	f.Add("message/rfc822", []byte("Subject: Undelivered mail\n\n550 5.1.1 user unknown\n"))
	r, _ := genericReader(f)
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		fuzzed(t, r.formats[Generic], generic(kind, string(body)))
	})
}
