package web_test

import (
	"bytes"
	"mime/multipart"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jobalertd/alerts"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
)

func TestManagePageShowsEverything(t *testing.T) {
	s := setup(t)
	s.subscriber()
	w := s.do("GET", "/manage/"+s.link(token.Manage), "")
	says(t, w, 200, "For a***@example.org", "Go in Berlin", "Every day at 08:00", "Rust", "As soon as a job appears",
		"Languages: English", `value="Europe/Berlin" selected`, "/feed/", "Unsubscribe from everything")
	if strings.Contains(w.Body.String(), "ann@example.org") {
		t.Error("the page shows the address to whoever holds the mail")
	}
}

func TestManageChanges(t *testing.T) {
	goneTo := "?done="
	edit := "action=save&alert=1&name=Go&cadence.every=instant&filter.skills.any=go,rust&filter.places[0].country=Austria"
	tests := []struct {
		name, form, done string
		check            func(*subscribers.Subscriber) bool
	}{
		{"an edited alert", edit, "save", func(sub *subscribers.Subscriber) bool {
			a := sub.Alerts[0]
			return a.ID == "1" && a.Name == "Go" && a.Cadence.Every == "instant" && a.Cadence.Hour == 0 && slices.Equal(a.Filter.Skills.Any, []string{"go", "rust"}) &&
				len(a.Filter.Places) == 1 && a.Filter.Places[0] == alerts.Place{Country: "AT"}
		}},
		{"a part the form has no field for stays", edit, "save", func(sub *subscribers.Subscriber) bool {
			return slices.Equal(sub.Alerts[0].Filter.Languages, []string{"en"})
		}},
		{"a new alert", "action=save&alert=new&cadence.every=daily&cadence.hour=7&filter.skills.any=java", "save", func(sub *subscribers.Subscriber) bool {
			return len(sub.Alerts) == 3 && sub.Alerts[2].Name == "java jobs" && sub.Alerts[2].ID != ""
		}},
		{"one alert less", "action=remove&alert=2", "remove", func(sub *subscribers.Subscriber) bool {
			return len(sub.Alerts) == 1 && sub.Alerts[0].ID == "1" && sub.State == subscribers.StateActive
		}},
		{"an alert that is gone already", "action=remove&alert=9", "remove", func(sub *subscribers.Subscriber) bool { return len(sub.Alerts) == 2 }},
		{"the time zone", "action=settings&time_zone=Asia/Kathmandu&locale=fr", "settings", func(sub *subscribers.Subscriber) bool {
			return sub.Zone == "Asia/Kathmandu" && sub.Locale == "fr"
		}},
		{"a pause of two weeks", "action=pause&days=14", "pause", func(sub *subscribers.Subscriber) bool {
			return sub.State == subscribers.StatePaused && time.Until(sub.PausedUntil) > 13*24*time.Hour && time.Until(sub.PausedUntil) <= 14*24*time.Hour+time.Hour
		}},
		{"a pause until a day", "action=pause&until=" + time.Now().AddDate(0, 1, 0).Format(time.DateOnly), "pause", func(sub *subscribers.Subscriber) bool {
			return sub.State == subscribers.StatePaused && time.Until(sub.PausedUntil) > 27*24*time.Hour && sub.PausedUntil.In(sub.Location()).Hour() == 0
		}},
		{"new feed links", "action=feeds", "feeds", func(sub *subscribers.Subscriber) bool { return sub.FeedSerial == 1 }},
		{"a pause without end", "action=pause&days=0", "pause", func(sub *subscribers.Subscriber) bool {
			return sub.State == subscribers.StatePaused && sub.PausedUntil.IsZero()
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := setup(t)
			sub := s.subscriber()
			path := "/manage/" + s.link(token.Manage)
			w := s.post(path, test.form)
			if w.Code != 303 || w.Header().Get("Location") != path+goneTo+test.done {
				t.Fatalf("%d to %q", w.Code, w.Header().Get("Location"))
			}
			if !test.check(sub) {
				t.Errorf("now %+v", sub)
			}
			says(t, s.do("GET", w.Header().Get("Location"), ""), 200, `role="status"`)
		})
	}
}

func TestPausedPeopleSeeUntilWhenAndComeBack(t *testing.T) {
	s := setup(t)
	sub := s.subscriber(func(sub *subscribers.Subscriber) {
		sub.State, sub.PausedUntil = subscribers.StatePaused, time.Date(2027, 1, 3, 23, 30, 0, 0, time.UTC)
	})
	path := "/manage/" + s.link(token.Manage)
	says(t, s.do("GET", path, ""), 200, "paused until 4 January 2027", "Go on now") // midnight has passed in Berlin
	if w := s.post(path, "action=resume"); w.Code != 303 || sub.State != subscribers.StateActive {
		t.Errorf("%d, %s", w.Code, sub.State)
	}
}

func TestManageRefuses(t *testing.T) {
	tests := []struct {
		name, form string
		status     int
		text       string
	}{
		{"a bad edit", "action=save&alert=1&name=Go&cadence.every=daily&cadence.hour=25&filter.query=x", 422, `id="cadence-hour-error"`},
		{"an edit of an alert that is gone", "action=save&alert=9&cadence.every=instant", 404, "There is nothing here"},
		{"an unknown zone", "action=settings&time_zone=Mars", 422, `id="time-zone-error"`},
		{"a pause until yesterday", "action=pause&until=2026-01-01", 422, `id="until-error"`},
		{"a pause until some day", "action=pause&until=soon", 422, `id="until-error"`},
		{"an unknown button", "action=explode", 400, "This cannot be read"},
		{"no form", "", 415, "This cannot be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := setup(t)
			s.subscriber()
			says(t, s.post("/manage/"+s.link(token.Manage), test.form), test.status, test.text)
			s.unchanged()
		})
	}
	t.Run("one alert too many", func(t *testing.T) {
		s := setup(t)
		s.subscriber(func(sub *subscribers.Subscriber) {
			for len(sub.Alerts) < subscribers.MaxAlerts {
				sub.Alerts = append(sub.Alerts, subscribers.Alert{ID: "9", Cadence: sub.Alerts[0].Cadence})
			}
		})
		path := "/manage/" + s.link(token.Manage)
		says(t, s.post(path, "action=save&alert=new&cadence.every=instant"), 422, "10 alerts at most")
		if strings.Contains(s.do("GET", path, "").Body.String(), "?alert=new") {
			t.Error("the page offers one more")
		}
		s.unchanged()
	})
	t.Run("who has left", func(t *testing.T) {
		s := setup(t)
		s.subscriber(func(sub *subscribers.Subscriber) { sub.State = subscribers.StateLeft })
		says(t, s.post("/manage/"+s.link(token.Manage), "action=resume"), 409)
		says(t, s.post("/manage/"+s.link(token.Manage), "action=save&alert=1&cadence.every=instant"), 409)
		s.unchanged()
	})
}

func TestTheEditPageHoldsTheAlert(t *testing.T) {
	s := setup(t)
	s.subscriber()
	path := "/manage/" + s.link(token.Manage)
	says(t, s.do("GET", path+"?alert=1", ""), 200, `value="Go in Berlin"`, `value="Germany"`, `value="Berlin"`, `name="filter.places[1].country"`, `value="8" selected`)
	says(t, s.do("GET", path+"?alert=new", ""), 200, "A new alert")
	says(t, s.do("GET", path+"?alert=9", ""), 404)
}

func TestLeavingByManagePage(t *testing.T) {
	s := setup(t)
	sub := s.subscriber()
	says(t, s.post("/manage/"+s.link(token.Manage), "action=leave"), 200, "You are unsubscribed", "Sign up again")
	if sub.State != subscribers.StateLeft || !slices.Equal(s.desk.changes, []string{`leave "" by manage`}) {
		t.Errorf("%s, %q", sub.State, s.desk.changes)
	}
}

// oneClick is the two encodings that RFC 8058 §3.1 allows.
func oneClick(t *testing.T) map[string][2]string {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("List-Unsubscribe", "One-Click"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return map[string][2]string{
		"urlencoded": {formType, "List-Unsubscribe=One-Click"},
		"multipart":  {w.FormDataContentType(), body.String()},
		// Programs that get it wrong mean the same.
		"without body":          {"", ""},
		"plain text":            {"text/plain", "List-Unsubscribe=One-Click"},
		"a broken multipart":    {"multipart/form-data; boundary=x", "--x\r\n"},
		"a body without an end": {formType, strings.Repeat("x", 100<<10)},
	}
}

func TestOneClickUnsubscribe(t *testing.T) {
	for name, request := range oneClick(t) {
		t.Run(name, func(t *testing.T) {
			s := setup(t)
			sub := s.subscriber()
			path := "/unsubscribe/" + s.link(token.Unsubscribe, func(c *token.Claims) { c.Alert = "2" })
			for range 2 { // the second time finds nothing to do
				w := s.do("POST", path, request[1], "Content-Type", request[0], "Sec-Fetch-Site", "cross-site", "Origin", "https://mail.example")
				says(t, w, 200)
				if len(w.Header()["Set-Cookie"]) > 0 || w.Header().Get("Location") != "" {
					t.Errorf("%v", w.Header())
				}
			}
			if len(sub.Alerts) != 1 || sub.Alerts[0].ID != "1" {
				t.Errorf("left with %+v", sub.Alerts)
			}
			if s.desk.changes[0] != `leave "2" by one_click` {
				t.Errorf("%q", s.desk.changes)
			}

			s.do("POST", "/unsubscribe/"+s.link(token.Unsubscribe), request[1], "Content-Type", request[0])
			if sub.State != subscribers.StateLeft {
				t.Errorf("the link for everything left the state %s", sub.State)
			}
		})
	}
}

func TestUnsubscribePage(t *testing.T) {
	one := func(c *token.Claims) { c.Alert = "2" }
	tests := []struct {
		name  string
		edit  func(*token.Claims)
		form  string
		shows []string
		calls []string
		then  []string
	}{
		{"one alert", one, "scope=alert", []string{"the alert “Rust”", "Unsubscribe from this alert", "Unsubscribe from everything"}, []string{`leave "2" by button`}, []string{"no more mail for “Rust”", "Your other alerts go on"}},
		{"everything, from the link of one alert", one, "scope=all", []string{"Unsubscribe from everything"}, []string{`leave "" by button`}, []string{"no more job alerts", "Sign up again"}},
		{"everything", func(*token.Claims) {}, "scope=all", []string{"Unsubscribe from everything"}, []string{`leave "" by button`}, []string{"You are unsubscribed"}},
		{"a link instead", one, "scope=link", []string{"Mail me a link"}, []string{"send link"}, []string{"Check your mail"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := setup(t)
			s.subscriber()
			path := "/unsubscribe/" + s.link(token.Unsubscribe, test.edit)
			page := s.do("GET", path, "")
			says(t, page, 200, test.shows...)
			s.unchanged()
			w := s.post(path, test.form)
			says(t, w, 200, test.then...)
			if !slices.Equal(s.desk.changes, test.calls) {
				t.Errorf("%q, want %q", s.desk.changes, test.calls)
			}
			if strings.Contains(page.Body.String()+w.Body.String(), "/manage/") {
				t.Error("a link that never expires leads to the manage page")
			}
		})
	}
}

func TestWhoHasLeftIsToldSo(t *testing.T) {
	s := setup(t)
	path := "/unsubscribe/" + s.link(token.Unsubscribe)
	says(t, s.do("GET", path, ""), 200, "You had unsubscribed already") // erased long ago
	says(t, s.do("POST", path, "List-Unsubscribe=One-Click", "Content-Type", formType), 200, "You had unsubscribed already")
	s.subscriber(func(sub *subscribers.Subscriber) { sub.State = subscribers.StateLeft })
	says(t, s.do("GET", path, ""), 200, "You had unsubscribed already")
}

func TestWhoHasLeftCanComeBack(t *testing.T) {
	s := setup(t)
	sub := s.subscriber(func(sub *subscribers.Subscriber) { sub.State = subscribers.StateLeft })
	path := "/manage/" + s.link(token.Manage)
	says(t, s.do("GET", path, ""), 200, "You are unsubscribed", "Go in Berlin", "Start these alerts again", "Download my data", "Delete everything")
	if w := s.post(path, "action=return"); w.Code != 303 || sub.State != subscribers.StateActive {
		t.Errorf("%d, %s", w.Code, sub.State)
	}
	says(t, s.do("GET", path+"?done=return", ""), 200, "Your job alerts", "Welcome back")
}

func TestEverythingKeptIsInOneFile(t *testing.T) {
	s := setup(t)
	s.subscriber()
	w := s.do("GET", "/manage/"+s.link(token.Manage)+"/data", "")
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") || !strings.Contains(w.Body.String(), "abcdefghijklm") {
		t.Errorf("%d %v: %s", w.Code, w.Header(), w.Body)
	}
	says(t, s.do("GET", "/manage/"+s.link(token.Unsubscribe)+"/data", ""), 404)
	s.unchanged()
}

func TestErasingTakesOneButton(t *testing.T) {
	s := setup(t)
	s.subscriber()
	path := "/manage/" + s.link(token.Manage)
	says(t, s.do("GET", path, ""), 200, "Delete everything about me", `value="erase"`)
	says(t, s.post(path, "action=erase"), 200, "Everything is deleted")
	if len(s.desk.people) != 0 {
		t.Error("the person is still there")
	}
	says(t, s.post(path, "action=erase"), 404)
}

func TestNewFeedLinksEndTheOldOnes(t *testing.T) {
	s := setup(t)
	s.subscriber()
	manage := "/manage/" + s.link(token.Manage)
	old := feedLink(t, s.do("GET", manage, "").Body.String())
	if w := s.do("GET", old, ""); w.Code != 200 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	s.post(manage, "action=feeds")
	if w := s.do("GET", old, ""); w.Code != 410 {
		t.Errorf("the old link: %d", w.Code)
	}
	if w := s.do("GET", feedLink(t, s.do("GET", manage, "").Body.String()), ""); w.Code != 200 {
		t.Errorf("the new link: %d", w.Code)
	}
}

// feedLink is the first feed that a page links to.
func feedLink(t *testing.T, page string) string {
	t.Helper()
	link := regexp.MustCompile(`/feed/[\w-]+\.atom`).FindString(page)
	if link == "" {
		t.Fatalf("no feed in %s", page)
	}
	return link
}
