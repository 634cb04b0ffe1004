package dkim

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer"
	"jobalertd/mailer/render"
)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// pkcs8 is a private key in PEM form.
func pkcs8(key any) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// keys is an RSA and an Ed25519 key of example.com, and their records.
func keys(t testing.TB) (byRSA, byEd25519 Key, records map[string]string) {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	byRSA, err = ParseKey("example.com", "r1", pkcs8(rsaKey()))
	if err != nil {
		t.Fatal(err)
	}
	byEd25519, err = ParseKey("example.com", "e1", pkcs8(ed))
	if err != nil {
		t.Fatal(err)
	}
	return byRSA, byEd25519, map[string]string{byRSA.Name(): byRSA.Record(), byEd25519.Name(): byEd25519.Record()}
}

// rendered is a mail of each kind.
func rendered(t testing.TB) map[mailer.Kind]mailer.Message {
	t.Helper()
	address := func(s string) mailer.Address {
		a, err := mailer.ParseAddress(s)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	renderer, err := render.New(render.Config{
		Product: "Jobs für alle", From: address("jobs@example.com"), ReplyTo: address("help@example.com"),
		BounceDomain: "bounces.example.com", FeedbackID: "examplejobs", BaseURL: "https://jobs.example.com",
	})
	if err != nil {
		t.Fatal(err)
	}
	all := map[mailer.Kind]mailer.Message{}
	for _, kind := range mailer.Kinds() {
		m := render.Mail{
			Letter: mailer.Letter{ID: mailer.LetterID(string(kind)), Kind: kind}, To: address("jane@example.org"), Locale: "en", Now: time.Now(),
			Alerts: []render.Alert{{Name: "Go in Köln", Filter: []string{"Go"}, Cadence: "every day"}},
			Links: render.Links{
				Confirm: "https://jobs.example.com/confirm/x", Manage: "https://jobs.example.com/manage/x",
				Unsubscribe: "https://jobs.example.com/unsubscribe/" + strings.Repeat("x", 90), UnsubscribeMail: "mailto:leave@example.com?subject=x",
			},
		}
		if kind == mailer.KindAlert || kind == mailer.KindDigest {
			m.Jobs = []render.Job{{Title: "Бэкенд-разработчик " + strings.Repeat("sehr ", 20), Company: "Acme", URL: "https://acme.example/1"}}
		}
		if all[kind], err = renderer.Render(m); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestEveryKindOfMailVerifies(t *testing.T) {
	byRSA, byEd25519, records := keys(t)
	for name, test := range map[string]struct {
		signer *Signer
		want   []string
	}{
		"RSA":     {New(byRSA), []string{"rsa-sha256"}},
		"Ed25519": {New(byEd25519), []string{"ed25519-sha256"}},
		"both":    {New(byRSA, byEd25519), []string{"rsa-sha256", "ed25519-sha256"}},
		"none":    {New(), nil},
	} {
		for kind, m := range rendered(t) {
			t.Run(name+" "+string(kind), func(t *testing.T) {
				signed, err := test.signer.Sign(m)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.HasSuffix(signed.Bytes(), m.Bytes()) {
					t.Error("the mail was changed")
				}
				got, err := verify(signed.Bytes(), records)
				if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
					t.Errorf("%v (-want +got):\n%s", err, diff)
				}
			})
		}
	}
}

func TestDkimpyAgrees(t *testing.T) {
	byRSA, byEd25519, records := keys(t)
	var mails [][]byte
	for _, m := range rendered(t) {
		signed, err := New(byRSA, byEd25519).Sign(m)
		if err != nil {
			t.Fatal(err)
		}
		mails = append(mails, signed.Bytes())
	}
	verifyWithDkimpy(t, mails, records, 2)
}

// Whatever is added to a signed mail or changed in it, it does not verify any more.
func TestASignedMailCannotBeChanged(t *testing.T) {
	_, byEd25519, records := keys(t)
	signed, err := New(byEd25519).Sign(rendered(t)[mailer.KindDigest])
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(signed.Bytes()), "\r\n\r\n")
	changes := map[string]string{
		"a line more in the body": head + "\r\n\r\nBuy this.\r\n" + body,
		"another way out":         strings.Replace(head, "<https://jobs.example.com/unsubscribe/", "<https://evil.example/unsubscribe/", 1) + "\r\n\r\n" + body,
	}
	for _, name := range []string{"From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"} {
		changes["one more "+name] = name + ": x\r\n" + head + "\r\n\r\n" + body
		changes["one more "+name+" at the end"] = head + "\r\n" + name + ": x\r\n\r\n" + body
	}
	for _, name := range []string{"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Auto-Submitted", "Subject", "Message-ID"} {
		without := strings.Replace(head, "\r\n"+name+": ", "\r\nX-"+name+": ", 1)
		if without == head {
			t.Errorf("the digest has no %s", name)
		}
		changes["no "+name] = without + "\r\n\r\n" + body
	}
	for name, changed := range changes {
		if _, err := verify([]byte(changed), records); err == nil {
			t.Errorf("%s: it still verifies", name)
		}
	}
}

func TestWhatIsNoKey(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	old := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey())})
	for name, test := range map[string]struct {
		pem  string
		want string // "" is a good key
	}{
		"PKCS #8":                    {string(pkcs8(rsaKey())), ""},
		"PKCS #1":                    {string(old), ""},
		"the shortest that is valid": {string(pkcs8(small)), ""},
		"nothing":                    {"", "it is not in PEM form"},
		"base64":                     {"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "it is not in PEM form"},
		"a certificate":              {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "it is a certificate"},
		"a key with a password":      {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "without a password"},
		"another curve":              {string(pkcs8(curve)), "neither RSA nor Ed25519"},
		"damaged":                    {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseKey("example.com", "s", []byte(test.pem))
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (!errors.Is(err, ErrKey) || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func BenchmarkSign(b *testing.B) {
	byRSA, byEd25519, _ := keys(b)
	m := rendered(b)[mailer.KindDigest]
	more, err := mailer.ParseLines([]byte(strings.Repeat(strings.Repeat("x", 74)+"\r\n", 260)))
	if err != nil {
		b.Fatal(err)
	}
	m.Data = append(m.Data, more)
	for name, s := range map[string]*Signer{"rsa": New(byRSA), "ed25519": New(byEd25519)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Sign(m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
