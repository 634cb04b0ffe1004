package render

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"jobalertd/mailer"
)

var update = flag.Bool("update", false, "write the golden files in testdata")

func TestEachKindLooksLikeItsGoldenFile(t *testing.T) {
	r := renderer(t, config(t))
	for _, kind := range mailer.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			msg, err := r.Render(sample(t, kind))
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", string(kind)+".eml")
			if *update {
				if err := os.WriteFile(golden, msg.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(msg.Bytes(), want) {
				t.Errorf("differs from %s; look at it and run go test -update if it is right:\n%s", golden, msg.Bytes())
			}
		})
	}
}

func TestTheSameMailGivesTheSameBytes(t *testing.T) {
	for _, kind := range mailer.Kinds() {
		first, err := renderer(t, config(t)).Render(sample(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		again, err := renderer(t, config(t)).Render(sample(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		first.Free, again.Free = nil, nil
		if !reflect.DeepEqual(first, again) {
			t.Errorf("two renderings of a %s letter differ", kind)
		}
	}
}

func TestRenderingLeavesTheMailAsItWas(t *testing.T) {
	m := sample(t, mailer.KindDigest)
	m.Jobs[0].Title = "  Engineer\n "
	m.Alerts[0].Filter[0] = "a\x00b"
	if _, err := renderer(t, config(t)).Render(m); err != nil {
		t.Fatal(err)
	}
	if m.Jobs[0].Title != "  Engineer\n " || m.Alerts[0].Filter[0] != "a\x00b" {
		t.Error("the caller's strings were changed")
	}
}

func TestWelcomeThanksInSubjectAndFirstLine(t *testing.T) {
	const thanks = "Thank you for subscribing to your personalised job alerts"
	p := rendered(t, renderer(t, config(t)), sample(t, mailer.KindWelcome))
	if p.subject != thanks {
		t.Errorf("the subject is %q", p.subject)
	}
	if first, _, _ := strings.Cut(p.text, "\r\n"); first != thanks {
		t.Errorf("the first line is %q", first)
	}
	if !strings.Contains(p.html, thanks+"</h1>") {
		t.Error("the heading of the HTML does not thank")
	}
}

// order fails unless the parts stand in s one after the other.
func order(t *testing.T, s string, parts ...string) {
	t.Helper()
	rest := s
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("%q is missing or out of order in\n%s", part, s)
		}
		rest = after
	}
}

func TestTextAndHTMLTellEverythingInOrder(t *testing.T) {
	r := renderer(t, config(t))
	digest := rendered(t, r, sample(t, mailer.KindDigest))
	order(t, strings.ReplaceAll(digest.text, "\r\n", "\n"),
		"7 new jobs for “Go in Berlin”\n", "Tuesday, 24 November 2026\n",
		"* Senior Backend Engineer, Payments (Go)\n", "Ledgerlark · Berlin, Germany\n", "€85,000–105,000 a year | Hybrid | Senior | Full-time\n",
		"Posted 23 November\n", "https://jobs.ledgerlark.example/4411\n", "Why this job: Go and PostgreSQL",
		"* Staff Software Engineer", "Also at Munich, Vienna. Found on Remotive\n", "gh_jid=77120\n", "* Backend Developer", "* Site Reliability & API Engineer\n",
		"\n3 more jobs:\nhttps://jobs.example.com/more/m0r3\n", "\n-- \n", "You get this mail because you subscribed",
		"Manage alerts:\nhttps://", "Unsubscribe from this alert:\nhttps://", "Unsubscribe from everything:\nhttps://", "Dublin D02 XY45, Ireland\n")
	order(t, digest.html, "<title>7 new jobs: Senior Backend Engineer", "For “Go in Berlin”", "</h1>", "Senior Backend Engineer, Payments (Go)", "Why this job:",
		"Nimbus &amp; Söhne", "Found on Remotive", "Site Reliability &amp; API Engineer", "3 more jobs", "Manage alerts", "Unsubscribe from this alert", "Dublin")

	confirm := rendered(t, r, sample(t, mailer.KindConfirm))
	for _, part := range []string{confirm.text, confirm.html} {
		order(t, part, "Please confirm your job alerts", "jobs.example.com", "Confirm my job alerts", "https://jobs.example.com/confirm/c0nF1rmT0k3n",
			"If it was not you", "What was asked for", "Go in Berlin", "Go or Rust, and PostgreSQL", "Platform, remote", "Never write to me")
	}

	welcome := rendered(t, r, sample(t, mailer.KindWelcome))
	for _, part := range []string{welcome.text, welcome.html} {
		order(t, part, "What we look for", "Go in Berlin", "Go or Rust", "At least €80,000", "Every day at 08:00",
			"Next mail: Wednesday, 25 November at 08:00 (Europe/Berlin)", "Platform, remote", "At once", "Next mail: as soon as a job matches",
			"Open right now", "Senior Backend Engineer", "Manage alerts", "Unsubscribe")
	}
}

func TestMomentsAreToldInTheReadersZone(t *testing.T) {
	m := sample(t, mailer.KindWelcome)
	m.Zone = time.FixedZone("Asia/Nowhere", 9*3600)
	p := rendered(t, renderer(t, config(t)), m)
	order(t, p.text, "Next mail: Wednesday, 25 November at 16:00 (Asia/Nowhere)")
	m.Zone = nil
	p = rendered(t, renderer(t, config(t)), m)
	order(t, p.text, "Next mail: Wednesday, 25 November at 07:00 (UTC)")
}

func TestDateOfAPostingIsTheBoardsOwn(t *testing.T) {
	m := sample(t, mailer.KindDigest)
	m.Zone = time.FixedZone("America/Somewhere", -8*3600)
	order(t, rendered(t, renderer(t, config(t)), m).text, "Ledgerlark", "Posted 23 November")
}

func TestSubjectsCount(t *testing.T) {
	one, many := sampleJobs()[:1], sampleJobs()[:3]
	tests := []struct {
		kind mailer.Kind
		jobs []Job
		more int
		want string
	}{
		{mailer.KindAlert, one, 0, "Senior Backend Engineer, Payments (Go) at Ledgerlark"},
		{mailer.KindAlert, one, 1, "Senior Backend Engineer, Payments (Go) at Ledgerlark, and 1 more new job"},
		{mailer.KindAlert, many, 0, "Senior Backend Engineer, Payments (Go) at Ledgerlark, and 2 more new jobs"},
		{mailer.KindDigest, one, 0, "1 new job: Senior Backend Engineer, Payments (Go) at Ledgerlark"},
		{mailer.KindDigest, many, 4, "7 new jobs: Senior Backend Engineer, Payments (Go) at Ledgerlark and more"},
		{mailer.KindDigest, []Job{{Title: "\x00"}}, 0, "1 new job: Job without a title"},
	}
	for _, tt := range tests {
		m := sample(t, tt.kind)
		m.Jobs, m.More = tt.jobs, tt.more
		if p := rendered(t, renderer(t, config(t)), m); p.subject != tt.want {
			t.Errorf("got  %q\nwant %q", p.subject, tt.want)
		}
	}
}

func TestLongDigestStaysBelowTheClippingLimit(t *testing.T) {
	m := sample(t, mailer.KindDigest)
	m.Jobs, m.More = nil, 5
	for i := range 500 {
		j := sampleJobs()[i%4]
		j.Title, j.Why = fmt.Sprintf("Job %d", i), strings.Repeat("<&\"> ", 60)
		m.Jobs = append(m.Jobs, j)
	}
	p := rendered(t, renderer(t, config(t)), m)
	if len(p.html) > 100_000 || len(p.html) < 80_000 {
		t.Errorf("the HTML has %d bytes", len(p.html))
	}
	shown := strings.Count(p.text, "Why this job:")
	if n := strings.Count(p.html, "Why this job:"); n != shown || n < 10 {
		t.Errorf("the HTML shows %d jobs, the text %d", n, shown)
	}
	for _, part := range []string{p.text, p.html} {
		order(t, part, "505 new jobs", fmt.Sprintf("%d more jobs", 505-shown))
	}
}

func TestAWelcomeOfEverythingAtItsLongestStaysBelowTheLimit(t *testing.T) {
	m := sample(t, mailer.KindWelcome)
	long := strings.Repeat("\"", 400)
	filter := make([]string, 40)
	for i := range filter {
		filter[i] = long
	}
	m.Alerts = nil
	for range 30 {
		m.Alerts = append(m.Alerts, Alert{Name: long, Cadence: long, Filter: filter})
	}
	if p := rendered(t, renderer(t, config(t)), m); len(p.html) > 100_000 {
		t.Errorf("the HTML has %d bytes", len(p.html))
	}
}

func TestIncompleteMailsAreRefused(t *testing.T) {
	tests := []struct {
		name string
		kind mailer.Kind
		harm func(*Mail)
		want string
	}{
		{"no recipient", mailer.KindDigest, func(m *Mail) { m.To = mailer.Address{} }, "it is to nobody"},
		{"no date", mailer.KindDigest, func(m *Mail) { m.Now = time.Time{} }, "it has no date"},
		{"no id", mailer.KindDigest, func(m *Mail) { m.Letter.ID = "" }, "letter id"},
		{"an id that would need quoting", mailer.KindDigest, func(m *Mail) { m.Letter.ID = "a>b" }, "letter id"},
		{"an id that breaks the line", mailer.KindDigest, func(m *Mail) { m.Letter.ID = "a\r\nBcc" }, "letter id"},
		{"an id that overflows a local part", mailer.KindDigest, func(m *Mail) { m.Letter.ID = strings.Repeat("a", 33) }, "letter id"},
		{"no kind of letter", "postcard", func(*Mail) {}, `"postcard" is not a kind`},
		{"a confirm letter that cannot be confirmed", mailer.KindConfirm, func(m *Mail) { m.Links.Confirm = "" }, "no confirm link"},
		{"a digest nobody can leave", mailer.KindDigest, func(m *Mail) { m.Links.Unsubscribe = "" }, "no unsubscribe link"},
		{"a welcome nobody can change", mailer.KindWelcome, func(m *Mail) { m.Links.Manage = "" }, "no manage link"},
		{"a manage letter without its link", mailer.KindManage, func(m *Mail) { m.Links.Manage = "" }, "no manage link"},
		{"a question without an answer", mailer.KindReconfirm, func(m *Mail) { m.Links.Confirm = "" }, "no confirm link"},
		{"a link that is script", mailer.KindConfirm, func(m *Mail) { m.Links.Confirm = "javascript:alert(1)" }, "the confirm link: it is not an http or https URL"},
		{"a link without a host", mailer.KindDigest, func(m *Mail) { m.Links.Manage = "https:///manage/x" }, "the manage link: it has no valid host"},
		{"an unsubscribe mail that is no mail", mailer.KindDigest, func(m *Mail) { m.Links.UnsubscribeMail = "https://x.example" }, "not a mailto URI"},
		{"a page of more jobs that is no page", mailer.KindDigest, func(m *Mail) { m.Links.More = "ftp://x.example" }, "the more link"},
		{"a digest of two alerts", mailer.KindDigest, func(m *Mail) { m.Alerts = append(m.Alerts, Alert{}) }, "2 alerts instead of one"},
		{"links too long for one header line", mailer.KindDigest, func(m *Mail) {
			m.Links.Unsubscribe = "https://x.example/" + strings.Repeat("a", 990)
		}, "do not fit on one line"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kind := tt.kind
			if kind == "postcard" {
				kind = mailer.KindDigest
			}
			m := sample(t, kind)
			m.Letter.Kind = tt.kind
			tt.harm(&m)
			msg, err := renderer(t, config(t)).Render(m)
			if !errors.Is(err, ErrMail) || !strings.Contains(err.Error(), tt.want) || msg.Data != nil {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestErrorsDoNotRepeatTokens(t *testing.T) {
	m := sample(t, mailer.KindConfirm)
	m.Links.Confirm = "https://jobs.example.com/confirm/secret\x7ftoken"
	if _, err := renderer(t, config(t)).Render(m); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestNewsWithoutJobsIsNothingToTell(t *testing.T) {
	for _, kind := range []mailer.Kind{mailer.KindAlert, mailer.KindDigest} {
		m := sample(t, kind)
		m.Jobs = nil
		if _, err := renderer(t, config(t)).Render(m); !errors.Is(err, ErrNothingToTell) || errors.Is(err, ErrMail) {
			t.Errorf("%s: got %v", kind, err)
		}
	}
	m := sample(t, mailer.KindWelcome)
	m.Jobs = nil
	if p := rendered(t, renderer(t, config(t)), m); strings.Contains(p.text, "Open right now") {
		t.Error("a welcome without a sample has a heading for one")
	}
}

func TestConfigFaultsAreAllNamedAtOnce(t *testing.T) {
	_, err := New(Config{
		FromName: "a\r\nBcc: x", ListID: "not a domain", BounceDomain: "LOUD.example", BouncePrefix: "b+c", FeedbackID: "a:b", BaseURL: "ftp://x.example",
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"product: it is empty", "from: it is empty", "from name: control character U+000D", "list id: \"not a domain\"", "bounce domain: \"LOUD.example\"", "bounce prefix: \"b+c\"", "feedback id: \"a:b\"", "base URL: it is not"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
	if _, err := New(Config{Product: "Jobs", From: address(t, "a@example.com"), BaseURL: "http://127.0.0.1:8080/"}); err != nil {
		t.Errorf("the least configuration: %v", err)
	}
}
