package web_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"

	"jobalertd/mailer/mailertest/needs"
	"jobalertd/subscribers/web"
)

// friends lets the pages of two sites in.
func friends(c *web.Config) {
	c.Origins = []string{"https://friend.example", "https://www.friend.example"}
}

// examples lists the README's fenced examples in a language.
func examples(t *testing.T, language string) []string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```").FindAllStringSubmatch(string(readme), -1) {
		found = append(found, m[1])
	}
	return found
}

// elements lists the elements of a name in a piece of HTML, each as its attributes.
func elements(t *testing.T, text, name string) []map[string]string {
	t.Helper()
	document, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var found []map[string]string
	for node := range document.Descendants() {
		if node.Type == html.ElementNode && node.Data == name {
			attributes := map[string]string{}
			for _, a := range node.Attr {
				attributes[a.Key] = a.Val
			}
			found = append(found, attributes)
		}
	}
	return found
}

// fromFriend sends a form as the browser of somebody on a friend's page does.
func (s *site) fromFriend(path string, values url.Values) *httptest.ResponseRecorder {
	s.Helper()
	return s.do("POST", path, values.Encode(), "Content-Type", formType, "Origin", "https://friend.example", "Sec-Fetch-Site", "cross-site")
}

func TestTheFormInTheREADMESignsUp(t *testing.T) {
	text := examples(t, "html")[0]
	s := setup(t, friends)
	form := elements(t, text, "form")[0]
	if form["method"] != "post" || form["action"] != "https://jobs.example.org/subscribe" {
		t.Errorf("form %v", form)
	}
	values := url.Values{}
	for _, input := range elements(t, text, "input") {
		values.Set(input["name"], input["value"])
	}
	values.Set("email", "ann@example.org")
	says(t, s.fromFriend("/subscribe", values), 200, "Check your mail")
	p := s.desk.asked
	if p.Consent.Source != "https://friend.example" || p.Consent.TextVersion != "2026-11" || p.Zone != "Europe/Berlin" || len(p.Alerts) != 1 ||
		strings.Join(p.Alerts[0].Filter.Skills.Any, " ") != "go rust" || p.Alerts[0].Cadence.Hour != 8 {
		t.Errorf("%+v", p)
	}
}

func TestAFormOfAFriendWithFaultsIsMendedOnOurPage(t *testing.T) {
	s := setup(t, friends)
	w := s.fromFriend("/subscribe", url.Values{"email": {"ann@example"}, "cadence.every": {"instant"}, "time_zone": {"UTC"}})
	says(t, w, 422, "Enter an email address in the correct format")
	values := url.Values{"email": {"ann@example.org"}, "cadence.every": {"instant"}, "time_zone": {"UTC"}}
	for _, input := range elements(t, w.Body.String(), "input") {
		if input["name"] == "shown" {
			values.Set("shown", input["value"])
		}
	}
	says(t, s.post("/subscribe", values.Encode()), 200, "Check your mail")
}

func TestOnlySigningUpIsForOtherSites(t *testing.T) {
	s := setup(t, friends)
	s.subscriber()
	values := url.Values{"action": {"leave"}, "email": {"ann@example.org"}}
	for path := range routes(s) {
		if path == "/subscribe" || regexp.MustCompile("^/(api|hooks|unsubscribe)/").MatchString(path) {
			continue // for other sites by nature, with proofs of their own
		}
		if w := s.fromFriend(path, values); w.Code != 403 {
			t.Errorf("a friend's form to %s: %d", path, w.Code)
		}
	}
	values.Set("website", "https://spam.example")
	s.fromFriend("/subscribe", values)
	s.unchanged() // the honeypot is there for friends too
	stranger := s.do("POST", "/subscribe", s.form(), "Content-Type", formType, "Origin", "https://stranger.example", "Sec-Fetch-Site", "cross-site")
	says(t, stranger, 403, "another site")
}

func TestTheFrameInTheREADMEShowsTheSignupPage(t *testing.T) {
	frame := elements(t, examples(t, "html")[1], "iframe")[0]
	path, ours := strings.CutPrefix(frame["src"], "https://jobs.example.org")
	if !ours {
		t.Fatalf("frame %v", frame)
	}
	const policy = "frame-ancestors https://friend.example https://www.friend.example"
	s := setup(t, friends)
	w := s.do("GET", path, "")
	says(t, w, 200, `<form method="post" action="/subscribe"`)
	// The page in the frame sends its form to us, from us.
	answer := s.post("/subscribe", s.form())
	says(t, answer, 200, "Check your mail")
	for _, w := range []*httptest.ResponseRecorder{w, answer, s.post("/subscribe", "email=x")} {
		h := w.Header()
		if !strings.Contains(h.Get("Content-Security-Policy"), policy) || h.Get("X-Frame-Options") != "" {
			t.Errorf("%d: %q, X-Frame-Options %q", w.Code, h.Get("Content-Security-Policy"), h.Get("X-Frame-Options"))
		}
	}
	if w := s.do("GET", "/", ""); !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") || w.Header().Get("X-Frame-Options") != "DENY" {
		t.Errorf("the page itself may be framed: %v", w.Header())
	}
	if w := setup(t).do("GET", path, ""); w.Code != 404 {
		t.Errorf("without allowed sites: %d", w.Code)
	}
}

func TestTheShellScriptInTheREADMESignsUp(t *testing.T) {
	for _, program := range []string{"sh", "openssl", "curl"} {
		needs.Program(t, program, program)
	}
	script := examples(t, "sh")[0]
	secret := regexp.MustCompile(`whsec_\S+`).FindString(script)
	if raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_")); err != nil || len(raw) < 24 {
		t.Fatalf("the script's secret %q is none", secret)
	}
	s := setup(t, func(c *web.Config) { c.HookSecrets = []string{secret} })
	server := httptest.NewServer(s.handler)
	defer server.Close()
	run := func(edit ...string) string {
		out, err := exec.CommandContext(t.Context(), "sh", "-ec", strings.NewReplacer(append(edit, "http://127.0.0.1:8080", server.URL)...).Replace(script)).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	if out := run(); !strings.Contains(out, `"status":"accepted"`) || s.desk.asked.Address.String() != "ada@example.com" {
		t.Errorf("answered %s", out)
	}
	if out := run("whsec_M", "whsec_N"); !strings.Contains(out, "unsigned") {
		t.Errorf("with another secret: %s", out)
	}
}

// TestABrowserShowsTheFrameAndSendsTheForm puts both on the page of another site. The frame of a page
// that is for none shows that a browser would say no.
func TestABrowserShowsTheFrameAndSendsTheForm(t *testing.T) {
	var base string
	friend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>A friend</title><iframe src="` + base + `/embed"></iframe><iframe src="` + base + `/"></iframe>
			<form method="post" action="` + base + `/subscribe"><input name="email" id="own"><input type="hidden" name="cadence.every" value="instant">
			<input type="hidden" name="time_zone" value="UTC"><button id="send">Send</button></form>`))
	}))
	defer friend.Close()
	s, at := listen(t, func(c *web.Config) { c.Origins = []string{friend.URL} })
	base = at
	b := newTab(t, browser(t))
	b.do(chromedp.Navigate(friend.URL), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		found, err := cdp.Call(ctx, target, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return err
		}
		var refused []bool
		for _, frame := range found.FrameTree.ChildFrames {
			refused = append(refused, frame.Frame.UnreachableURL != "")
		}
		if !slices.Equal(refused, []bool{false, true}) {
			t.Errorf("refused are %v of /embed and /, want the second only", refused)
		}
		return nil
	}))
	b.do(chromedp.SendKeys(css("#own"), "bob@example.org"))
	b.press("#send", "Check your mail")
	if got := s.desk.asked; got.Address.String() != "bob@example.org" || got.Consent.Source != friend.URL {
		t.Errorf("the form of the page signed up %s, from %s", got.Address, got.Consent.Source)
	}
}
