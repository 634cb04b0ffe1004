package web_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web"
)

// browserCookie is the cookie by which an answer names the browser.
func browserCookie(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	for _, c := range w.Result().Cookies() {
		if c.Name == "browser" {
			if !c.HttpOnly || !c.Secure || c.SameSite != 2 || c.MaxAge != 7*24*3600 {
				t.Errorf("%+v", c)
			}
			return c.Name + "=" + c.Value
		}
	}
	t.Fatal("no cookie")
	return ""
}

func TestTheBrowserThatSignedUpConfirmsByItself(t *testing.T) {
	s := setup(t)
	cookie := browserCookie(t, s.post("/subscribe", s.form()))
	var sub *subscribers.Subscriber
	for _, sub = range s.desk.people {
	}
	s.desk.changes = nil
	path := "/confirm/" + s.link(token.Confirm, func(c *token.Claims) { c.Subscriber = sub.ID })
	other := browserCookie(t, s.post("/subscribe", s.form("email", "bob@example.org")))
	s.desk.changes = nil
	for name, header := range map[string]string{"another browser": "", "a browser that signed up for something else": other, "a forged cookie": "browser=abc"} {
		w := s.do("GET", path, "", "Cookie", header)
		says(t, w, 200, "Yes, send me job alerts")
		if strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%s: the page runs a script", name)
		}
	}
	w := s.do("GET", path, "", "Cookie", cookie)
	says(t, w, 200, "Yes, send me job alerts", "requestSubmit")
	s.unchanged() // looking confirms nothing, here either
	says(t, s.do("POST", path, "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin"), 200, "Thank you")
	if len(s.desk.changes) != 1 || s.desk.changes[0] != "confirm cookie" {
		t.Errorf("%q", s.desk.changes)
	}
	counted := "# HELP jobalert_confirmations_total Addresses confirmed, by the way it was done.\n# TYPE jobalert_confirmations_total counter\n" +
		"jobalert_confirmations_total{via=\"button\"} 0\njobalert_confirmations_total{via=\"cookie\"} 1\n"
	if err := testutil.GatherAndCompare(s.metrics, strings.NewReader(counted), "jobalert_confirmations_total"); err != nil {
		t.Error(err)
	}
	says(t, s.do("GET", path, "", "Cookie", cookie), 200, "begun already")
}

func TestTheCookieTellsNothingOfTheAddress(t *testing.T) {
	s := setup(t)
	s.subscriber()
	known, fresh := s.post("/subscribe", s.form()), s.post("/subscribe", s.form("email", "zed@example.org"))
	a, b := browserCookie(t, known), browserCookie(t, fresh)
	if len(a) != len(b) || a == b {
		t.Errorf("%q, %q", a, b)
	}
	if again := browserCookie(t, s.do("POST", "/subscribe", s.form("email", "new@example.org"), "Content-Type", formType, "Cookie", a)); len(again) != len(a) {
		t.Errorf("%q", again)
	}
}

func TestAnExpiredConfirmLinkOffersAFreshMail(t *testing.T) {
	s := setup(t)
	s.subscriber(func(sub *subscribers.Subscriber) { sub.State = subscribers.StatePending })
	expired := "/confirm/" + s.tokens.Mint(token.Claims{Purpose: token.Confirm, Subscriber: "abcdefghijklm", Proposal: "proposal00001"}, time.Now().AddDate(0, 0, -8))
	superseded := "/confirm/" + s.link(token.Confirm)
	for _, path := range []string{expired, superseded} {
		s.desk.changes = nil
		says(t, s.do("GET", path, ""), 410, "This link has expired", "fresh confirmation link", `value="send"`)
		s.unchanged()
		says(t, s.post(path, "action=send"), 200, "Check your mail")
		if len(s.desk.changes) != 1 || s.desk.changes[0] != "remind" {
			t.Errorf("%q", s.desk.changes)
		}
	}
}

func TestPreviewWithoutJavaScript(t *testing.T) {
	s := setup(t)
	says(t, s.post("/subscribe", s.form("action", "preview", "email", "", "wish", "rust OR go berlin")), 200,
		"12 open jobs match, about 5 a week.", "For example:", "Go engineer", `value="go, rust"`, `value="go OR rust berlin"`, `value="Berlin"`)
	if f := s.postings.asked[0]; f.Places[0].City != "Berlin" || len(f.Workplace) > 0 {
		t.Errorf("the line was edited, so it counts: %+v", f)
	}
	says(t, s.post("/subscribe", s.form("action", "preview", "wish", "(")), 422, `id="wish-error"`)
	s.subscriber()
	edit := url.Values{"action": {"preview"}, "alert": {"1"}, "cadence.every": {"instant"}, "filter.skills.any": {"java"}}
	says(t, s.post("/manage/"+s.link(token.Manage), edit.Encode()), 200, "Edit this alert", "12 open jobs match", `value="java"`)
	s.unchanged()
}

func TestLivePreview(t *testing.T) {
	s := setup(t)
	tests := []struct {
		name, form                    string
		preview, fields, line, mailed string
	}{
		{"fields", s.form(), "12 open jobs match", "", `go OR postgresql remote hybrid in:"Berlin, DE, 30 km" >80k`, ""},
		{"the line", s.form("wish", "java germany"), "12 open jobs match", `value="Germany"`, "java germany", ""},
		{"a fault", s.form("filter.salary_min.amount", "lots"), "", "", "", ""},
		{"an address", s.form("email", "ann@gmial.com"), "12 open jobs", "", "", "Did you mean ann@gmail.com?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := s.post("/preview", test.form)
			var got struct{ Preview, Fields, Line, Mail string }
			if err := json.Unmarshal(w.Body.Bytes(), &got); w.Code != 200 || err != nil {
				t.Fatalf("%d, %v: %s", w.Code, err, w.Body)
			}
			if !strings.Contains(got.Preview, test.preview) || !strings.Contains(got.Fields, test.fields) || (got.Fields != "") != (test.fields != "") ||
				test.line != "" && got.Line != test.line || got.Mail != test.mailed {
				t.Errorf("%+v", got)
			}
		})
	}
	s.unchanged()
}

func TestAMistypedAddressIsAskedAboutOnce(t *testing.T) {
	s := setup(t)
	w := s.post("/subscribe", s.form("email", "ann@gmial.com"))
	says(t, w, 422, "Did you mean ann@gmail.com?", `name="email.use" value="ann@gmail.com"`, `name="email.sure" value="ann@gmial.com"`)
	s.unchanged()
	says(t, s.post("/subscribe", s.form("email", "ann@gmial.com", "email.sure", "ann@gmial.com")), 200, "ann@gmial.com")
	says(t, s.post("/subscribe", s.form("email", "bob@gmial.com", "email.sure", "bob@gmial.com", "email.use", "bob@gmail.com")), 200, "bob@gmail.com")
	if len(s.desk.changes) != 2 {
		t.Errorf("%q", s.desk.changes)
	}
}

func TestEveryPageInEveryLanguage(t *testing.T) {
	s := setup(t)
	s.everybody()
	lang := regexp.MustCompile(`<html lang="(\w+)">`)
	for name, path := range everyPage(s) {
		seen := map[string]bool{}
		for _, want := range []string{"en", "de", "fr", "es"} {
			mark := "?"
			if strings.Contains(path, "?") {
				mark = "&"
			}
			for how, w := range map[string]*httptest.ResponseRecorder{
				"by Accept-Language": s.do("GET", path, "", "Accept-Language", "tlh, "+want+"-AT;q=0.7, sv;q=0.1"),
				"by the switch":      s.do("GET", path+mark+"lang="+want, "", "Accept-Language", "sv"),
				"by cookie":          s.do("GET", path, "", "Accept-Language", "es", "Cookie", "lang="+want),
			} {
				page := w.Body.String()
				if found := lang.FindStringSubmatch(page); found == nil || found[1] != want || w.Header().Get("Content-Language") != want {
					t.Errorf("%s %s: asked for %s, got %v", name, how, want, found)
				}
				if w.Body.Len() > 50<<10 {
					t.Errorf("%s in %s has %d octets", name, want, w.Body.Len())
				}
				if set := w.Header().Get("Set-Cookie"); strings.Contains(set, "lang="+want) != (how == "by the switch") {
					t.Errorf("%s %s: cookie %q", name, how, set)
				}
				seen[regexp.MustCompile(`(?s)<h1>.*?</h1>`).FindString(page)] = true
				if keys := regexp.MustCompile(`>[a-z]+(\.[a-z_]+)+<`).FindString(page); keys != "" {
					t.Errorf("%s in %s shows the key %s", name, want, keys)
				}
			}
		}
		if len(seen) < 4 && name != "more" { // its heading is the person's own word
			t.Errorf("%s has only %d headings in 4 languages: %v", name, len(seen), seen)
		}
	}
	s.unchanged()
}

func TestSearchEnginesAreToldOfTheLanguages(t *testing.T) {
	s := setup(t, func(c *web.Config) { c.Name = "Jobs" })
	page := s.do("GET", "/", "")
	says(t, page, 200, `<link rel="alternate" hreflang="de" href="?lang=de">`, `lang="fr" hreflang="fr">Français</a>`)
	if page.Header().Get("X-Robots-Tag") != "" {
		t.Error("the signup page may be found")
	}
}
