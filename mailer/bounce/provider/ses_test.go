package provider

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	topicOne = "arn:aws:sns:eu-central-1:123456789012:bounces"
	certURL  = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
)

// amazon signs as SNS does.
type amazon struct {
	key  *rsa.PrivateKey
	cert []byte
}

var makeAmazon = sync.OnceValue(func() amazon {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now().AddDate(0, -1, 0), NotAfter: now().AddDate(0, 1, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return amazon{key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
})

// sns is a signed message with these fields beside the usual ones; edit changes it behind the signature.
func sns(t testing.TB, fields map[string]any, edit func(map[string]any)) Call {
	t.Helper()
	m := map[string]any{
		"Type": "Notification", "MessageId": "22b80b92", "TopicArn": topicOne, "Message": "hello",
		"Timestamp": now().Format("2006-01-02T15:04:05.000Z"), "SignatureVersion": "2", "SigningCertURL": certURL,
	}
	maps.Copy(m, fields)
	e, err := parseEnvelope(marshal(t, m))
	if err != nil {
		t.Fatal(err)
	}
	kind, digest := crypto.SHA256, sha256.Sum256([]byte(e.signed()))
	sum := digest[:]
	if m["SignatureVersion"] == "1" {
		old := sha1.Sum([]byte(e.signed()))
		kind, sum = crypto.SHA1, old[:]
	}
	if m["Signature"], err = rsa.SignPKCS1v15(rand.Reader, makeAmazon().key, kind, sum); err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		edit(m)
	}
	return Call{Body: marshal(t, m)}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sesReader(t testing.TB) (*Reader, *desk) {
	r, d := reader(t, Config{SESTopics: []string{topicOne, "arn:aws-cn:sns:cn-north-1:123456789012:bounces"}})
	d.web[certURL] = makeAmazon().cert
	return r, d
}

func TestSESNoticesAreJudged(t *testing.T) {
	recipient := func(kind, sub, status, said string) string {
		return `{"notificationType":"Bounce","bounce":{"bounceType":"` + kind + `","bounceSubType":"` + sub + `","bouncedRecipients":[{"emailAddress":"jane@example.org",` +
			`"action":"failed","status":"` + status + `","diagnosticCode":"` + said + `"}],"timestamp":"2027-03-01T08:30:00.237Z","feedbackId":"1"},"mail":{"source":"x"}}`
	}
	for _, test := range []struct {
		name, message string
		want          []string
	}{
		{"a dead address", recipient("Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"), []string{"jane@example.org hard user_unknown 03-01 08:30"}},
		{"a dead address, of which SES tells no more", recipient("Permanent", "NoEmail", "", ""), []string{"jane@example.org hard user_unknown 03-01 08:30"}},
		{"one that SES has given up before", recipient("Permanent", "OnAccountSuppressionList", "5.1.1", "Amazon SES did not send the message"), []string{"jane@example.org hard user_unknown 03-01 08:30"}},
		{"a full mailbox that SES calls permanent", recipient("Permanent", "General", "5.2.2", "smtp; 552 5.2.2 mailbox full"), []string{"jane@example.org soft mailbox_full 03-01 08:30"}},
		{"trouble that passes", recipient("Transient", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"), []string{"jane@example.org soft user_unknown 03-01 08:30"}},
		{"a complaint", `{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"jane@example.org"}],"complaintFeedbackType":"abuse"}}`, []string{"jane@example.org complaint abuse"}},
		{"a complaint, as a published event", `{"eventType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"jane@example.org"}]}}`, []string{"jane@example.org complaint abuse"}},
		{"taken out of the spam folder", `{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"jane@example.org"}],"complaintFeedbackType":"not-spam"}}`, []string{"jane@example.org none not_spam"}},
		{"a delivery", `{"eventType":"Delivery","delivery":{"recipients":["jane@example.org"]}}`, []string{"jane@example.org none delivered"}},
		{"a click", `{"eventType":"Click","click":{"link":"x"}}`, nil},
		{"the greeting of event publishing", "Successfully validated SNS topic for Amazon SES event publishing.", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, d := sesReader(t)
			tells(t, r, d, SES, sns(t, map[string]any{"Message": test.message, "Subject": "Amazon SES Email Event Notification"}, nil), test.want...)
			tells(t, r, d, SES, sns(t, map[string]any{"Message": test.message, "SignatureVersion": "1"}, nil), test.want...)
			if len(d.fetched) != 1 {
				t.Errorf("fetched %v", d.fetched)
			}
		})
	}
}

func TestACallThatAmazonDidNotSignIsRefused(t *testing.T) {
	set := func(name string, value any) func(map[string]any) {
		return func(m map[string]any) { m[name] = value }
	}
	for _, test := range []struct {
		name   string
		fields map[string]any
		edit   func(map[string]any)
	}{
		{"another message", nil, set("Message", `{"notificationType":"Bounce"}`)},
		{"another subject", map[string]any{"Subject": "a"}, set("Subject", "b")},
		{"no signature", nil, set("Signature", "")},
		{"another version of signature", nil, set("SignatureVersion", "1")},
		{"a version that does not exist", map[string]any{"SignatureVersion": "3"}, nil},
		{"another topic, signed by Amazon", map[string]any{"TopicArn": "arn:aws:sns:eu-central-1:666666666666:mine"}, nil},
		{"a message of two days ago", map[string]any{"Timestamp": "2027-02-27T09:00:00.000Z"}, nil},
		{"a message of tomorrow", map[string]any{"Timestamp": "2027-03-02T09:00:00.000Z"}, nil},
		{"a certificate on another host", map[string]any{"SigningCertURL": "https://evil.example/SimpleNotificationService-0123456789abcdef.pem"}, nil},
		{"a certificate on a host that begins right", map[string]any{"SigningCertURL": "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem"}, nil},
		{"a certificate behind a user name", map[string]any{"SigningCertURL": "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-0123456789abcdef.pem"}, nil},
		{"a certificate of another region", map[string]any{"SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"}, nil},
		{"a certificate in a bucket", map[string]any{"SigningCertURL": "https://sns.eu-central-1.amazonaws.com/evil/SimpleNotificationService-0123456789abcdef.pem"}, nil},
		{"a certificate without TLS", map[string]any{"SigningCertURL": "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, d := sesReader(t)
			refuses(t, r, d, SES, sns(t, test.fields, test.edit), ErrSignature)
			for _, at := range d.fetched {
				if at != certURL {
					t.Errorf("fetched %s", at)
				}
			}
		})
	}
	r, d := sesReader(t)
	for _, body := range []string{"", "{}", "[]", "null", `{"TopicArn":"` + topicOne + `"}`, `{"Timestamp":7}`} {
		refuses(t, r, d, SES, Call{Body: []byte(body)}, ErrSignature)
	}
}

func TestASubscriptionIsConfirmedAtAmazonAndNowhereElse(t *testing.T) {
	r, d := sesReader(t)
	subscribe := func(edit func(map[string]any)) Call {
		return sns(t, map[string]any{
			"Type": "SubscriptionConfirmation", "Token": "2336412f37fb&x=y", "SubscribeURL": "http://169.254.169.254/latest/meta-data",
		}, edit)
	}
	refuses(t, r, d, SES, subscribe(func(m map[string]any) { m["Token"] = "another" }), ErrSignature)
	if _, err := r.Take(t.Context(), SES, subscribe(nil), now()); err == nil || !temporary(err) {
		t.Errorf("while Amazon does not answer: %v", err)
	}
	at := "https://sns.eu-central-1.amazonaws.com/?" + url.Values{"Action": {"ConfirmSubscription"}, "Token": {"2336412f37fb&x=y"}, "TopicArn": {topicOne}}.Encode()
	d.web[at] = []byte("<ConfirmSubscriptionResponse/>")
	tells(t, r, d, SES, subscribe(nil))
	if last := d.fetched[len(d.fetched)-1]; last != at {
		t.Errorf("fetched %s, want %s", last, at)
	}
	for _, fetched := range d.fetched {
		if !strings.HasPrefix(fetched, "https://sns.eu-central-1.amazonaws.com/") {
			t.Errorf("fetched %s", fetched)
		}
	}
	tells(t, r, d, SES, sns(t, map[string]any{"Type": "UnsubscribeConfirmation", "Token": "x", "SubscribeURL": "x"}, nil))
	refuses(t, r, d, SES, sns(t, map[string]any{"Type": "Surprise"}, nil), ErrBody)
	refuses(t, r, d, SES, sns(t, map[string]any{"Message": `{"notificationType":7}`}, nil), ErrBody)
}

func temporary(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	return ok && t.Temporary()
}

func TestCertificatesAreFetchedSeldom(t *testing.T) {
	r, d := sesReader(t)
	invented := func(name string) Call {
		return sns(t, map[string]any{"SigningCertURL": strings.Replace(certURL, "0123456789abcdef0123456789abcdef", name, 1)}, nil)
	}
	for _, name := range []string{"aaaaaaaa", "bbbbbbbb", "cccccccc"} {
		if _, err := r.Take(t.Context(), SES, invented(name), now()); err == nil || !temporary(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(d.fetched) != 1 {
		t.Errorf("fetched %v", d.fetched)
	}
	if _, err := r.Take(t.Context(), SES, sns(t, map[string]any{"Timestamp": now().Add(fetchEvery).Format(time.RFC3339)}, nil), now().Add(fetchEvery)); err != nil {
		t.Errorf("ten seconds later: %v", err)
	}
	d.web[certURL] = nil
	tells(t, r, d, SES, sns(t, nil, nil))
}

func TestACertificateThatHasExpiredSignsNothing(t *testing.T) {
	r, _ := sesReader(t)
	later := now().AddDate(0, 2, 0)
	if _, err := r.Take(t.Context(), SES, sns(t, map[string]any{"Timestamp": later.Format(time.RFC3339)}, nil), later); !errors.Is(err, ErrSignature) {
		t.Errorf("error = %v", err)
	}
}

func FuzzSES(f *testing.F) {
	f.Add(sns(f, nil, nil).Body)
	f.Add(sns(f, map[string]any{"Type": "SubscriptionConfirmation", "Token": "x"}, nil).Body)
	r, d := sesReader(f)
	d.web = nil // nobody's signature is good
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := r.Take(context.Background(), SES, Call{Body: body}, now()); err == nil {
			t.Error("taken without a signature")
		}
	})
}

func FuzzSESNotice(f *testing.F) {
	f.Add(`{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"jane@example.org","status":"5.1.1"}]}}`)
	f.Fuzz(func(t *testing.T, message string) {
		events, _ := sesEvents(message)
		for _, e := range events {
			if e.Verdict == "" || e.Reason == "" {
				t.Errorf("no verdict: %+v", e)
			}
		}
	})
}
