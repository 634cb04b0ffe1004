package web_test

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"jobalertd/mailer/mailertest/needs"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web"
	"jobalertd/subscribers/web/pages/shell"
)

// browser starts Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(needs.Program(t, "chromium", "chromium")))
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

// tab is a browser window in which a person works, in one language.
type tab struct {
	*testing.T
	ctx context.Context
	*shell.Texts
}

func newTab(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext()) // with cookies of its own
	t.Cleanup(closeTab)
	steps = append([]chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch)}, steps...)
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	return tab{t, ctx, tongue(t, "en")}
}

// tongue is the pages' texts in a language.
func tongue(t *testing.T, lang string) *shell.Texts {
	t.Helper()
	spoken, err := shell.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	return spoken.Tongue(lang)
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

// press presses a button or link and waits for the page that it leads to, by the key of its heading.
func (b tab) press(selector css, heading string) {
	b.Helper()
	b.do(chromedp.ScrollIntoView(selector), chromedp.Click(selector))
	b.heading(heading)
}

// heading waits for the page with a heading, by its key.
func (b tab) heading(key string) {
	b.Helper()
	b.do(chromedp.WaitVisible(`//h1[normalize-space()="` + strings.ReplaceAll(b.Say(key), "\u00a0", " ") + `" or .="` + b.Say(key) + `"]`))
}

// value is what a field holds.
func (b tab) value(selector css) string {
	b.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Value(selector))
	if err != nil {
		b.Fatal(err)
	}
	return text
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
	kathmandu := zoneOfBrowser("Asia/Kathmandu")
	// Each language and each way once would be eight times the same minute; TestEveryPageInEveryLanguage
	// and TestPagesAreAccessible see to the rest.
	for _, lang := range []string{"en", "fr"} {
		t.Run(lang+" with JavaScript, which gives the time zone and confirms by itself", func(t *testing.T) {
			t.Parallel()
			s, base := listen(t)
			b := newTab(t, ctx, kathmandu)
			b.Texts = tongue(t, lang)
			// Browsers know zones by older names too, which our list does not have.
			sub := b.signUp(s, base, "Asia/Katmandu")
			b.heading("confirmed.title")
			b.journey(s, base, sub)
			if sub.Consent.Via != subscribers.ViaCookie {
				t.Errorf("confirmed by %s", sub.Consent.Via)
			}
		})
	}
	for _, lang := range []string{"en", "de", "es"} {
		t.Run(lang+" without JavaScript all works as well", func(t *testing.T) {
			t.Parallel()
			s, base := listen(t)
			b := newTab(t, ctx, kathmandu, withoutScripts())
			b.Texts = tongue(t, lang)
			sub := b.signUp(s, base, "UTC")
			b.heading("confirm.title")
			if sub.State != subscribers.StatePending {
				t.Error("looking at the page confirmed")
			}
			b.do(chromedp.KeyEvent("\r")) // the button has the focus
			b.heading("confirmed.title")
			b.journey(s, base, sub)
		})
	}
}

// signUp chooses the language, fills in the form, first wrongly, and follows the link of the mail.
func (b tab) signUp(s *site, base, zone string) *subscribers.Subscriber {
	b.Helper()
	b.do(chromedp.Navigate(base), chromedp.Click(css(`.tongues a[lang=`+b.Lang()+`]`)))
	b.heading("signup.title")
	b.do(
		chromedp.SendKeys(css("#filter-skills-any"), "go, postgresql"),
		chromedp.Click(css(`input[value=remote] + span`)),
		chromedp.SendKeys(css("#filter-places-0-country"), "Deutschland"),
		chromedp.Click(css(`input[value=weekly] + span`)),
		chromedp.SendKeys(css("#email"), "ann@example"),
		chromedp.Click(css("button.big")),
		chromedp.WaitVisible(css("#email-error")),
	)
	if kept := b.value("#email"); kept != "ann@example" {
		b.Errorf("the form now holds %q", kept)
	}
	b.do(chromedp.Clear(css("#email")), chromedp.SendKeys(css("#email"), "ann@example.org"))
	b.press("button.big", "sent.title")
	if len(s.desk.people) != 1 {
		b.Fatalf("%d people", len(s.desk.people))
	}
	for _, sub := range s.desk.people {
		if p := sub.Proposal; p.Zone != zone || p.Locale != b.Lang() || p.Alerts[0].Filter.Workplace[0] != "remote" || p.Alerts[0].Filter.Places[0].Country != "DE" || p.Alerts[0].Cadence.Every != "weekly" {
			b.Errorf("%+v", p)
		}
		b.do(chromedp.Navigate(base + "/confirm/" + s.link(token.Confirm, func(c *token.Claims) { c.Subscriber = sub.ID })))
		return sub
	}
	return nil
}

// journey goes through everything that a subscriber can do.
func (b tab) journey(s *site, base string, sub *subscribers.Subscriber) {
	b.Helper()
	b.changeAlerts(sub)
	b.giveFeedback(s, base, sub)
	b.leave(s, base, sub)
	b.comeBackAndBeForgotten(s, base, sub)
}

// changeAlerts goes to the manage page, adds an alert, edits one, takes a break and comes back.
func (b tab) changeAlerts(sub *subscribers.Subscriber) {
	b.Helper()
	b.press("a.button", "manage.title")
	b.press(`a[href="?alert=new"]`, "edit.new")
	b.do(
		chromedp.SendKeys(css("#filter-skills-any"), "rust"),
		chromedp.Click(css(`input[value=instant] + span`)),
		chromedp.WaitNotVisible(css("#cadence-hour")), // an instant alert has no hour
	)
	b.press("#save", "manage.title")
	b.do(chromedp.WaitVisible(css(`.notice`)))
	b.press(`a[href="?alert=1"]`, "edit.title")
	b.do(chromedp.SendKeys(css("#name"), "and more "))
	b.press("#save", "manage.title")
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

// giveFeedback asks why a job came, hides its company and takes that back.
func (b tab) giveFeedback(s *site, base string, sub *subscribers.Subscriber) {
	b.Helper()
	link := s.link(token.News, func(c *token.Claims) { c.Subscriber, c.Alert = sub.ID, "1" })
	b.do(chromedp.Navigate(base + "/why/" + link + "?job=" + somePosting().ID))
	b.heading("why.not.title") // it is neither remote nor asks for what the alert does
	hidden := func() int { return len(sub.Alerts[0].Filter.Companies.None) }
	b.do(chromedp.Click(css(`button[value=hide]`)), chromedp.WaitVisible(css(`button[value=drop]`)))
	if hidden() != 1 {
		b.Errorf("%+v", sub.Alerts[0].Filter)
	}
	b.do(chromedp.Click(css(`button[value=drop]`)), chromedp.WaitNotPresent(css(`button[value=drop]`)))
	if hidden() != 0 {
		b.Errorf("%+v", sub.Alerts[0].Filter)
	}
}

// leave follows the unsubscribe link of a mail about one alert and ends everything.
func (b tab) leave(s *site, base string, sub *subscribers.Subscriber) {
	b.Helper()
	b.do(chromedp.Navigate(base + "/unsubscribe/" + s.link(token.Unsubscribe, func(c *token.Claims) { c.Subscriber, c.Alert = sub.ID, "1" })))
	b.heading("unsubscribe.title")
	if sub.State != subscribers.StateActive || len(sub.Alerts) != 2 {
		b.Error("looking at the page unsubscribed")
	}
	b.press("button.quiet.big", "left.title")
	if sub.State != subscribers.StateLeft {
		b.Errorf("%s", sub.State)
	}
}

// comeBackAndBeForgotten starts the alerts again by a manage link, and then has everything deleted.
func (b tab) comeBackAndBeForgotten(s *site, base string, sub *subscribers.Subscriber) {
	b.Helper()
	b.do(chromedp.Navigate(base + "/manage/" + s.link(token.Manage, func(c *token.Claims) { c.Subscriber = sub.ID })))
	b.heading("gone.title")
	b.press("button[value=return]", "manage.title")
	b.do(chromedp.Click(css(".erase summary")), chromedp.WaitVisible(css("button[value=erase]")))
	b.press("button[value=erase]", "erased.title")
	if len(s.desk.people) != 0 {
		b.Error("somebody is left")
	}
}

func TestThePreviewFollowsWhatIsTyped(t *testing.T) {
	_, base := listen(t)
	b := newTab(t, browser(t))
	b.do(chromedp.Navigate(base), chromedp.WaitVisible(css("#preview .count")), chromedp.WaitNotVisible(css("[data-nojs]")))
	b.do(chromedp.SendKeys(css("#wish"), "go OR rust berlin"), chromedp.WaitVisible(css(`#filter-places-0-city[value=Berlin]`)))
	if got := b.value("#filter-skills-any"); got != "go, rust" {
		b.Errorf("the field holds %q", got)
	}
	b.do(chromedp.Click(css(`input[value=remote] + span`)), waitFor(`document.getElementById("wish").value === "go OR rust remote berlin"`))
	b.do(chromedp.SendKeys(css("#email"), "ann@gmial.com"), waitFor(`document.getElementById("email-meant").textContent.includes("ann@gmail.com")`))
}

// waitFor waits until an expression is true.
func waitFor(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void](expression)
}
