package web_test

import (
	"context"
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	devlog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web"
)

// browser starts Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("JOBALERT_TEST_REQUIRE") == "1" {
			t.Fatal("no chromium on PATH: apt-get install chromium")
		}
		t.Skip("no chromium on PATH; the Debian package chromium has it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil { // the first call starts the browser
		t.Fatal(err)
	}
	return ctx
}

// listen serves a site on a port of this machine and returns its address.
func listen(t *testing.T, edit ...func(*web.Config)) (*site, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	s := setup(t, append(edit, func(c *web.Config) { c.BaseURL = base })...)
	server := web.NewServer(s.handler)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // ends with ErrServerClosed
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return s, base
}

// css finds an element by a CSS selector.
type css = chromedp.CSS

// tab is a browser window in which a person works.
type tab struct {
	*testing.T
	ctx context.Context
}

func newTab(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	steps = append([]chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch)}, steps...)
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	return tab{t, ctx}
}

// do takes the steps.
func (b tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	for i, step := range steps {
		if err := chromedp.Do(b.ctx, step); err != nil {
			b.Fatalf("step %d: %v", i+1, err)
		}
	}
}

// press presses a button or link and waits for the page that it leads to, by its heading.
func (b tab) press(selector css, heading string) {
	b.Helper()
	b.do(chromedp.ScrollIntoView(selector), chromedp.Click(selector))
	b.heading(heading)
}

// heading waits for the page with this heading.
func (b tab) heading(want string) {
	b.Helper()
	b.do(chromedp.WaitVisible(`//h1[normalize-space()="` + want + `"]`))
}

// call sends a command of the protocol.
func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cmd, params)
		return err
	})
}

func zoneOfBrowser(zone string) chromedp.Action[chromedp.Void] {
	return call(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
}

func withoutScripts() chromedp.Action[chromedp.Void] {
	return call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

func TestJourneyOnAPhone(t *testing.T) {
	ctx := browser(t)
	tests := []struct {
		name  string
		steps []chromedp.Action[chromedp.Void]
		zone  string // what the person is signed up with
	}{
		// Browsers know zones by older names too, which our list does not have.
		{"with JavaScript the browser gives the time zone", []chromedp.Action[chromedp.Void]{zoneOfBrowser("Asia/Kathmandu")}, "Asia/Katmandu"},
		{"without JavaScript all works as well", []chromedp.Action[chromedp.Void]{zoneOfBrowser("Asia/Kathmandu"), withoutScripts()}, "UTC"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, base := listen(t)
			b := newTab(t, ctx, test.steps...)
			sub := b.signUp(s, base, test.zone)
			b.changeAlerts(sub)
			b.leave(s, base, sub)
		})
	}
}

// signUp fills in the form, first wrongly, and presses the button of the confirmation page.
func (b tab) signUp(s *site, base, zone string) *subscribers.Subscriber {
	b.Helper()
	b.do(chromedp.Navigate(base))
	b.heading("Backend jobs that fit, in your inbox")
	b.do(
		chromedp.SendKeys(css("#filter-skills-any"), "go, postgresql"),
		chromedp.Click(css(`input[value=remote] + span`)),
		chromedp.SendKeys(css("#filter-places-0-country"), "Deutschland"),
		chromedp.Click(css(`input[value=weekly] + span`)),
		chromedp.SendKeys(css("#email"), "ann@example"),
		chromedp.Click(css("button.big")),
		chromedp.WaitVisible(css("#email-error")),
	)
	if kept, err := chromedp.Run(b.ctx, chromedp.Value(css("#email"))); err != nil || kept != "ann@example" {
		b.Errorf("the form now holds %q, %v", kept, err)
	}
	b.do(chromedp.Clear(css("#email")), chromedp.SendKeys(css("#email"), "ann@example.org"))
	b.press("button.big", "Check your mail")
	if len(s.desk.people) != 1 {
		b.Fatalf("%d people", len(s.desk.people))
	}
	for _, sub := range s.desk.people {
		if p := sub.Proposal; p.Zone != zone || p.Alerts[0].Filter.Workplace[0] != "remote" || p.Alerts[0].Filter.Places[0].Country != "DE" || p.Alerts[0].Cadence.Every != "weekly" {
			b.Errorf("%+v", p)
		}
		b.do(chromedp.Navigate(base + "/confirm/" + s.link(token.Confirm, func(c *token.Claims) { c.Subscriber = sub.ID })))
		b.heading("Start these job alerts?")
		if sub.State != subscribers.StatePending {
			b.Error("looking at the page confirmed")
		}
		b.do(chromedp.KeyEvent("\r")) // the button has the focus
		b.heading("Thank you, your alerts have begun")
		return sub
	}
	return nil
}

// changeAlerts goes to the manage page, adds an alert, edits one, takes a break and comes back.
func (b tab) changeAlerts(sub *subscribers.Subscriber) {
	b.Helper()
	b.press("a.button", "Your job alerts")
	b.press(`a[href="?alert=new"]`, "A new alert")
	b.do(
		chromedp.SendKeys(css("#filter-skills-any"), "rust"),
		chromedp.Click(css(`input[value=instant] + span`)),
		chromedp.WaitNotVisible(css("#cadence-hour")), // an instant alert has no hour
	)
	b.press("button", "Your job alerts")
	b.do(chromedp.WaitVisible(css(`.notice`)))
	b.press(`a[href="?alert=1"]`, "Edit this alert")
	b.do(chromedp.SendKeys(css("#name"), "and more "))
	b.press("button", "Your job alerts")
	if len(sub.Alerts) != 2 || !strings.Contains(sub.Alerts[0].Name, "and more") || sub.Alerts[1].Cadence.Every != "instant" {
		b.Errorf("%+v", sub.Alerts)
	}
	b.do(chromedp.Click(css(`button[name=days][value="14"]`)), chromedp.WaitVisible(css(`button[value=resume]`)))
	if sub.State != subscribers.StatePaused || sub.PausedUntil.IsZero() {
		b.Errorf("%s until %s", sub.State, sub.PausedUntil)
	}
	b.do(chromedp.Click(css(`button[value=resume]`)), chromedp.WaitVisible(css(`button[name=days]`)))
	if sub.State != subscribers.StateActive {
		b.Errorf("%s", sub.State)
	}
}

// leave follows the unsubscribe link of a mail about one alert and ends everything.
func (b tab) leave(s *site, base string, sub *subscribers.Subscriber) {
	b.Helper()
	b.do(chromedp.Navigate(base + "/unsubscribe/" + s.link(token.Unsubscribe, func(c *token.Claims) { c.Subscriber, c.Alert = sub.ID, "1" })))
	b.heading("Unsubscribe?")
	if sub.State != subscribers.StateActive || len(sub.Alerts) != 2 {
		b.Error("looking at the page unsubscribed")
	}
	b.press("button.quiet.big", "You are unsubscribed")
	if sub.State != subscribers.StateLeft {
		b.Errorf("%s", sub.State)
	}
}

// everyPage is the path of each page, by a name for its picture.
func everyPage(s *site) map[string]string {
	manage := "/manage/" + s.link(token.Manage)
	return map[string]string{
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
