package web_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chromedp/chromedp"

	"jobalertd/subscribers/web"
	"jobalertd/subscribers/web/work"
)

// working asks browsers for a little work.
func working(c *web.Config) { c.WorkBits = 8 }

func TestABrowserWorksForItself(t *testing.T) {
	s, base := listen(t, working)
	b := newTab(t, browser(t))
	b.do(chromedp.Navigate(base+"/"), chromedp.SendKeys(css("#email"), "ann@example.org"))
	b.press("button.big", "Check your mail") // far sooner than work.Patience
	if got := s.desk.asked.Address.String(); got != "ann@example.org" {
		t.Errorf("signed up %q", got)
	}
}

func TestWhoCannotWorkMustWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := setup(t, working)
		form := s.form("work", "none")
		time.Sleep(work.Patience - time.Second)
		says(t, s.post("/subscribe", form), 422, "That was quick", `value="ann@example.org"`, `data-work="8"`)
		s.unchanged()
		time.Sleep(time.Second)
		says(t, s.post("/subscribe", form), 200, "Check your mail")
	})
}

func TestNobodyWorksWhereNoneIsAskedFor(t *testing.T) {
	if page := setup(t).do("GET", "/", "").Body.String(); strings.Contains(page, "data-work") {
		t.Error("the page holds the script all the same")
	}
}
