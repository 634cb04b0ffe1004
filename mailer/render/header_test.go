package render

import (
	"mime"
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/mailer"
)

func TestADigestCarriesTheHeadersOfBulkMail(t *testing.T) {
	m := sample(t, mailer.KindDigest)
	p := rendered(t, renderer(t, config(t)), m)
	want := map[string]string{
		"Date": "Tue, 24 Nov 2026 07:00:04 +0000", "From": `"Backend Job Alerts" <alerts@jobs.example.com>`, "Reply-To": "hello@jobs.example.com",
		"To": "robin@example.org", "Subject": "7 new jobs: Senior Backend Engineer, Payments (Go) at Ledgerlark and more",
		"Message-Id":            "<" + m.Letter.ID + "@jobs.example.com>",
		"List-Id":               `"Backend Job Alerts" <alerts.jobs.example.com>`,
		"List-Unsubscribe":      "<https://jobs.example.com/unsubscribe/u7Qp0a>, <mailto:unsubscribe@jobs.example.com?subject=u7Qp0a>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated", "Feedback-Id": "digest:en:bulk:jobalertd",
		"Mime-Version": "1.0", "Content-Language": "en", "Content-Type": `multipart/alternative; boundary="=_` + m.Letter.ID + `"`,
	}
	got := map[string]string{}
	for name := range p.header {
		got[name] = p.header.Get(name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if date, err := p.header.Date(); err != nil || !date.Equal(m.Now) {
		t.Errorf("the date reads as %v, %v", date, err)
	}
}

func TestOnlyMailThatRecursOffersTheWayOutInItsHeader(t *testing.T) {
	r := renderer(t, config(t))
	for kind, want := range map[mailer.Kind]bool{
		mailer.KindConfirm: false, mailer.KindManage: false,
		mailer.KindWelcome: true, mailer.KindAlert: true, mailer.KindDigest: true, mailer.KindReconfirm: true,
	} {
		h := rendered(t, r, sample(t, kind)).header
		for _, name := range []string{"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"} {
			if got := h.Get(name) != ""; got != want {
				t.Errorf("%s in a %s letter: %v, want %v", name, kind, got, want)
			}
		}
		if h.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("a %s letter does not say that it is automatic", kind)
		}
	}
}

func TestOneClickIsPromisedOnlyOverHTTPS(t *testing.T) {
	m := sample(t, mailer.KindDigest)
	m.Links.Unsubscribe, m.Links.UnsubscribeMail = "http://127.0.0.1:8080/unsubscribe/x", ""
	h := rendered(t, renderer(t, config(t)), m).header
	if h.Get("List-Unsubscribe") != "<http://127.0.0.1:8080/unsubscribe/x>" || h.Get("List-Unsubscribe-Post") != "" {
		t.Errorf("got %v", h)
	}
}

func TestOptionalHeadersAreLeftOut(t *testing.T) {
	cfg := config(t)
	cfg.ReplyTo, cfg.FeedbackID, cfg.ListID = mailer.Address{}, "", ""
	h := rendered(t, renderer(t, cfg), sample(t, mailer.KindDigest)).header
	if _, there := h["Reply-To"]; there || h.Get("Feedback-ID") != "" || h.Get("List-Id") != `"Backend Job Alerts" <alerts.jobs.example.com>` {
		t.Errorf("got %v", h)
	}
}

func TestBouncesNameTheLetter(t *testing.T) {
	m := sample(t, mailer.KindDigest)
	msg, err := renderer(t, config(t)).Render(m)
	if err != nil {
		t.Fatal(err)
	}
	if want := "bounce+" + m.Letter.ID + "@bounces.jobs.example.com"; msg.ReturnPath != want || msg.To != m.To || msg.ID != m.Letter.ID+"@jobs.example.com" {
		t.Errorf("got %+v", msg)
	}
	cfg := config(t)
	cfg.BounceDomain = ""
	if msg, err = renderer(t, cfg).Render(m); err != nil || msg.ReturnPath != "alerts@jobs.example.com" {
		t.Errorf("without a bounce domain: %s, %v", msg.ReturnPath, err)
	}
}

func TestNamesOutsideASCIISurvive(t *testing.T) {
	cfg := config(t)
	cfg.Product = "Stellen für Zoë – „Backend“"
	m := sample(t, mailer.KindDigest)
	m.To = address(t, "zoë@exämple.org")
	h := rendered(t, renderer(t, cfg), m).header
	from, err := mail.ParseAddress(h.Get("From"))
	if err != nil || from.Name != cfg.Product {
		t.Errorf("From reads as %v, %v", from, err)
	}
	if h.Get("To") != "zoë@xn--exmple-cua.org" {
		t.Errorf("To is %q", h.Get("To"))
	}
	if id, err := new(mime.WordDecoder).DecodeHeader(h.Get("List-Id")); err != nil || !strings.HasSuffix(id, cfg.Product+" <alerts.jobs.example.com>") {
		t.Errorf("List-Id is %q, %v", id, err)
	}
}

func TestHeaderSafeRefusesWhatEndsALine(t *testing.T) {
	for _, bad := range []string{"a\r\nb", "a\rb", "a\nb", "a\x00b", "a\tb", "\x1b", "a\x7f", "a\u0085b", "a\u2028b", "a\u2029b", "a\xffb"} {
		if headerSafe("X", bad) == nil {
			t.Errorf("%q passed", bad)
		}
		var h header
		h.add("X", bad)
		if h.err == nil || len(h.b) > 0 {
			t.Errorf("%q was written as %q", bad, string(h.b))
		}
		h = header{}
		h.addSubject(bad)
		if h.err == nil || len(h.b) > 0 {
			t.Errorf("the subject %q was written as %q", bad, string(h.b))
		}
	}
	for _, good := range []string{"", "a b", "ä – 漢字", "<https://x.example/?a=b&c=d>"} {
		if err := headerSafe("X", good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

func TestSubjectsReadBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := plain(rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z =?_-]*(=\?utf-8\?q\?x\?=)?`)).Draw(t, "subject"), maxSubject)
		var h header
		h.addSubject(want)
		if h.err != nil {
			t.Fatal(h.err)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(string(h.b), "\r\n"), "\r\n ") {
			if line = strings.TrimPrefix(line, "Subject: "); strings.HasPrefix(line, "=?") && len(line) > 75 {
				t.Fatalf("an encoded word of %d octets", len(line))
			}
		}
		msg, err := mail.ReadMessage(strings.NewReader(string(h.b) + "\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil || got != want {
			t.Fatalf("%q reads as %q, %v", want, got, err)
		}
	})
}

func TestLongSubjectsEndAfterAWord(t *testing.T) {
	m := sample(t, mailer.KindAlert)
	m.Jobs[0].Title = strings.Repeat("Principal Distributed Systems Engineer ", 10)
	p := rendered(t, renderer(t, config(t)), m)
	if n := utf8.RuneCountInString(p.subject); n > 100 || n < 70 || !strings.HasSuffix(p.subject, "Engineer…") && !strings.HasSuffix(p.subject, "Systems…") && !strings.HasSuffix(p.subject, "Distributed…") && !strings.HasSuffix(p.subject, "Principal…") {
		t.Errorf("%d characters: %q", n, p.subject)
	}
}

func TestTheDateIsInUTCWhateverTheServersZone(t *testing.T) {
	m := sample(t, mailer.KindManage)
	m.Now = m.Now.In(time.FixedZone("", 5*3600+1800))
	if got := rendered(t, renderer(t, config(t)), m).header.Get("Date"); got != "Tue, 24 Nov 2026 07:00:04 +0000" {
		t.Errorf("got %s", got)
	}
}
