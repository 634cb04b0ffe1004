package web_test

import (
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	devlog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"jobalertd/mailer/mailertest/needs"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
)

// everybody is people in all the states that pages are about.
func (s *site) everybody() {
	s.subscriber(func(sub *subscribers.Subscriber) {
		sub.Proposal = &subscribers.Proposal{ID: "proposal00001", Alerts: sub.Alerts[:1]}
	})
	s.subscriber(func(sub *subscribers.Subscriber) { sub.ID, sub.State = "bcdefghijklma", subscribers.StateLeft })
	s.subscriber(func(sub *subscribers.Subscriber) {
		sub.ID, sub.State, sub.PausedUntil = "cdefghijklmaa", subscribers.StatePaused, time.Now().AddDate(0, 0, 14)
		sub.Alerts[0].Filter.Companies.None, sub.Alerts[0].Filter.Skills.None = []string{"acme"}, []string{"php"}
	})
}

// everyPage is the path of each page, by a name for its picture.
func everyPage(s *site) map[string]string {
	manage := "/manage/" + s.link(token.Manage)
	return map[string]string{
		"more":   "/more/" + s.link(token.News, news),
		"why":    "/why/" + s.link(token.News, news) + "?job=" + somePosting().ID,
		"signup": "/", "confirm": "/confirm/" + s.link(token.Confirm), "manage": manage,
		"confirmed":   "/confirm/" + s.link(token.Confirm, func(c *token.Claims) { c.Proposal = "proposal00000" }),
		"edit":        manage + "?alert=1",
		"gone":        "/manage/" + s.link(token.Manage, func(c *token.Claims) { c.Subscriber = "bcdefghijklma" }),
		"paused":      "/manage/" + s.link(token.Manage, func(c *token.Claims) { c.Subscriber = "cdefghijklmaa" }),
		"whynot":      "/why/" + s.link(token.News, func(c *token.Claims) { c.Subscriber, c.Alert = "cdefghijklmaa", "1" }) + "?job=" + somePosting().ID,
		"unsubscribe": "/unsubscribe/" + s.link(token.Unsubscribe, func(c *token.Claims) { c.Alert = "2" }),
		"left":        "/unsubscribe/" + s.link(token.Unsubscribe, func(c *token.Claims) { c.Subscriber = "aaaaaaaaaaaaa" }),
		"expired":     "/manage/" + s.tokens.Mint(token.Claims{Purpose: token.Manage, Subscriber: "abcdefghijklm"}, time.Now().AddDate(0, 0, -8)),
	}
}

// TestPagesFitTheScreen looks at every page on the narrowest phone, and for anything that the
// page's own security policy refuses. With -artifacts it leaves pictures.
func TestPagesFitTheScreen(t *testing.T) {
	ctx := browser(t)
	s, base := listen(t)
	s.everybody()
	b := newTab(t, ctx, chromedp.EmulateViewport(320, 640, chromedp.EmulateMobile))
	refused := make(chan string, 100)
	b.do(call(devlog.Enable, cdp.Empty{}))
	if err := chromedp.Listen(b.ctx, func(ev any) {
		if e, ok := ev.(*devlog.EventEntryAdded); ok && e.Entry.Source == devlog.EntrySourceSecurity {
			refused <- e.Entry.URL + ": " + e.Entry.Text
		}
	}); err != nil {
		t.Fatal(err)
	}
	for name, path := range everyPage(s) {
		b.do(chromedp.Navigate(base + path))
		width, err := chromedp.Run(b.ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth"))
		if err != nil {
			t.Fatal(err)
		}
		if width > 320 {
			t.Errorf("%s is %d pixels wide on a screen of 320", name, width)
		}
		if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
			b.pictures(name)
		}
	}
	for len(refused) > 0 {
		t.Error(<-refused)
	}
}

// pictures takes the page on a phone and on a desk, light and dark.
func (b tab) pictures(name string) {
	b.Helper()
	for _, scheme := range []string{"light", "dark"} {
		b.do(scheming(scheme))
		for width, label := range map[int64]string{390: "390", 1000: "1000"} {
			b.do(chromedp.EmulateViewport(width, 844))
			png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				b.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(b.ArtifactDir(), name+"-"+label+"-"+scheme+".png"), png, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.do(chromedp.EmulateViewport(320, 640, chromedp.EmulateMobile))
}

// violation is what axe-core finds.
type violation struct {
	ID    string `json:"id"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// TestPagesAreAccessible asks axe-core about every page in each language and colour scheme.
func TestPagesAreAccessible(t *testing.T) {
	axe, err := os.ReadFile(needs.NodeFile(t, "axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := browser(t)
	s, base := listen(t)
	s.everybody()
	for _, lang := range []string{"en", "de", "fr", "es"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, ctx)
			b.do(chromedp.Navigate(base + "/?lang=" + lang)) // the cookie keeps it
			for name, path := range everyPage(s) {
				b.do(chromedp.Navigate(base+path), chromedp.Evaluate[chromedp.Void](string(axe)))
				for scheme, options := range map[string]string{"light": "{}", "dark": `{runOnly: ["color-contrast"]}`} {
					b.do(scheming(scheme))
					found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]violation]("axe.run("+options+").then(r => r.violations)", chromedp.EvalAwaitPromise))
					if err != nil {
						t.Fatal(err)
					}
					for _, v := range found {
						t.Errorf("%s, %s: %s: %+v", name, scheme, v.ID, v.Nodes)
					}
				}
			}
		})
	}
}

// scheming sets the colours that the person prefers.
func scheming(scheme string) chromedp.Action[chromedp.Void] {
	return call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// TestPagesAreValidHTML asks the Nu HTML checker about every page, and what forms are answered with.
func TestPagesAreValidHTML(t *testing.T) {
	jar := needs.NodeFile(t, "vnu-jar/build/dist/vnu.jar")
	java := needs.Program(t, "java", "default-jre-headless")
	s := setup(t)
	s.everybody()
	dir := t.TempDir()
	for _, lang := range []string{"en", "de", "fr", "es"} {
		keep := func(name string, w *httptest.ResponseRecorder) {
			if err := os.WriteFile(filepath.Join(dir, lang+"-"+name+".html"), w.Body.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		form := func(path, form string) *httptest.ResponseRecorder {
			return s.do("POST", path, form, "Content-Type", formType, "Accept-Language", lang)
		}
		for name, path := range everyPage(s) {
			keep(name, s.do("GET", path, "", "Accept-Language", lang))
		}
		keep("faults", form("/subscribe", s.form("email", "ann@gmial.com", "filter.places[0].country", "Mars", "wish", "(")))
		keep("preview", form("/subscribe", s.form("action", "preview")))
		keep("sent", form("/subscribe", s.form("email", lang+"@example.org")))
		keep("left", form("/unsubscribe/"+s.link(token.Unsubscribe, func(c *token.Claims) { c.Subscriber = "cdefghijklmaa" }), "scope=all"))
		keep("faulty-edit", form("/manage/"+s.link(token.Manage), "action=save&alert=1&cadence.every=daily&cadence.hour=25"))
	}
	said, err := exec.Command(java, "-jar", jar, "--errors-only", dir).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%.5000s", err, said)
	}
}
