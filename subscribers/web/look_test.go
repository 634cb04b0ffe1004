package web_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	devlog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
)

// everyPage is the path of each page, by a name for its picture.
func everyPage(s *site) map[string]string {
	manage := "/manage/" + s.link(token.Manage)
	return map[string]string{
		"more":   "/more/" + s.link(token.News, news),
		"why":    "/why/" + s.link(token.News, news) + "?job=" + somePosting().ID,
		"signup": "/", "confirm": "/confirm/" + s.link(token.Confirm), "manage": manage,
		"confirmed":   "/confirm/" + s.link(token.Confirm, func(c *token.Claims) { c.Proposal = "proposal00000" }),
		"edit":        manage + "?alert=1",
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
	s.subscriber(func(sub *subscribers.Subscriber) {
		sub.Proposal = &subscribers.Proposal{ID: "proposal00001", Alerts: sub.Alerts[:1]}
	})
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
		b.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
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
