package web_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/html"

	"jobalertd/alerts"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web"
)

// form is a signup form as somebody fills it in, with some fields changed.
func (s *site) form(change ...string) string {
	v := url.Values{
		"shown": {s.tokens.Mint(token.Claims{Purpose: token.Form}, time.Now())}, "website": {""}, "consent": {"en-1"},
		"email": {"ann@example.org"}, "time_zone": {"Europe/Berlin"},
		"filter.skills.any": {"go, postgresql ,go"}, "filter.query": {""}, "filter.workplace": {"remote", "hybrid"},
		"filter.places[0].country": {"Germany"}, "filter.places[0].city": {"Berlin"}, "filter.places[0].radius_km": {"30"},
		"filter.salary_min.amount": {"80k"}, "filter.salary_min.currency": {"EUR"}, "filter.salary_min.period": {"year"},
		"cadence.every": {"weekly"}, "cadence.hour": {"9"}, "cadence.weekday": {"friday"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v.Encode()
}

// says checks that an answer has the status and that its page shows all of the texts.
func says(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	body := html.UnescapeString(w.Body.String())
	shown := regexp.MustCompile(`(?s)^.*<main|</?option[^>]*>[^<]*`).ReplaceAllString(body, "")
	if w.Code != status {
		t.Errorf("status %d, want %d: %s", w.Code, status, shown)
	}
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("the page does not show %q:\n%s", text, shown)
		}
	}
}

func TestSignupFormBecomesASignup(t *testing.T) {
	s := setup(t)
	says(t, s.post("/subscribe", s.form()), 200, "Check your mail", "ann@example.org", "7 days")
	for _, sub := range s.desk.people {
		p := sub.Proposal
		a := p.Alerts[0]
		if p.Zone != "Europe/Berlin" || p.Locale != "en" || p.Given.TextVersion != "en-1" || p.Given.Source != "signup page" {
			t.Errorf("%+v", p)
		}
		if a.Name != "go, postgresql jobs in Berlin" || a.Cadence != (alerts.Cadence{Every: "weekly", Hour: 9, Weekday: "friday"}) {
			t.Errorf("%+v", a)
		}
		if !slices.Equal(a.Filter.Skills.Any, []string{"go", "postgresql"}) || len(a.Filter.Workplace) != 2 ||
			a.Filter.Places[0] != (alerts.Place{Country: "DE", City: "Berlin", RadiusKM: 30}) ||
			*a.Filter.SalaryMin != (alerts.SalaryMin{Amount: 80000, Currency: "EUR", Period: "year"}) {
			t.Errorf("%+v", a.Filter)
		}
	}
}

func TestSignupPageTellsNobodyWhoIsKnown(t *testing.T) {
	s := setup(t)
	form := s.form()
	first, second := s.post("/subscribe", form), s.post("/subscribe", form)
	if first.Code != second.Code || first.Body.String() != second.Body.String() {
		t.Errorf("a new address: %d, a known one: %d; the pages differ", first.Code, second.Code)
	}
}

func TestSignupFormShowsFaultsBesideTheirFields(t *testing.T) {
	tests := []struct {
		name   string
		change []string
		id     string // of the field with the fault
		fault  string
	}{
		{"a bad address", []string{"email", "ann@example"}, "email", "Enter an email address in the correct format, like name@example.com"},
		{"no address", []string{"email", ""}, "email", "Enter an email address"},
		{"an unknown zone", []string{"time_zone", "Mars/Olympus"}, "time-zone", "IANA name"},
		{"an unknown country", []string{"filter.places[0].country", "Germny"}, "filter-places-0-country", "not a country we know"},
		{"an amount in words", []string{"filter.salary_min.amount", "a lot"}, "filter-salary-min-amount", "write a number like 80000"},
		{"a radius in words", []string{"filter.places[0].radius_km", "far"}, "filter-places-0-radius-km", "number of kilometres"},
		{"an unknown workplace", []string{"filter.workplace", "mars"}, "filter-workplace", "mars"},
		{"no rhythm", []string{"cadence.every", ""}, "cadence-every", "instant, daily, weekly"},
		{"no hour", []string{"cadence.hour", "x"}, "cadence-hour", "0 to 23"},
		{"an unknown weekday", []string{"cadence.weekday", "someday"}, "cadence-weekday", "someday"},
		{"a broken query", []string{"filter.query", `go AND (rust`}, "filter-query", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := setup(t)
			w := s.post("/subscribe", s.form(test.change...))
			says(t, w, 422, test.fault, `href="#`+test.id+`"`, `id="`+test.id+`-error"`, "Please mend this first")
			// Everything they wrote is still there.
			says(t, w, 422, `value="go, postgresql ,go"`, `value="EUR" selected`)
			if len(s.desk.people) > 0 {
				t.Error("signed up all the same")
			}
		})
	}
}

func TestProgramsThatFillInFormsAreNotHeard(t *testing.T) {
	s := setup(t, func(c *web.Config) { c.MinFill = time.Minute })
	says(t, s.post("/subscribe", s.form("website", "https://spam.example")), 200, "Check your mail")
	says(t, s.post("/subscribe", s.form()), 422, "That was quick", `value="ann@example.org"`)
	says(t, s.post("/subscribe", s.form("shown", "")), 422, "open for long", `value="ann@example.org"`)
	says(t, s.post("/subscribe", s.form("shown", s.link(token.Manage))), 422, "open for long")
	s.unchanged()
}

func TestAFormMayBeSentAgainAfterAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := setup(t, func(c *web.Config) { c.MinFill = 2 * time.Second })
		form := s.form()
		time.Sleep(time.Second)
		says(t, s.post("/subscribe", form), 422, "That was quick")
		time.Sleep(time.Second)
		says(t, s.post("/subscribe", form), 200, "Check your mail")
		time.Sleep(25 * time.Hour)
		says(t, s.post("/subscribe", form), 422, "open for long")
	})
}

func TestNothingWrittenIsLostWhileTheStoreIsAway(t *testing.T) {
	s := setup(t)
	s.desk.fails = temporary{}
	w := s.post("/subscribe", s.form())
	says(t, w, 503, "Nothing you wrote is lost", `value="ann@example.org"`, `value="go, postgresql ,go"`)
	if w.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	for _, path := range []string{"/confirm/" + s.link(token.Confirm), "/manage/" + s.link(token.Manage), "/unsubscribe/" + s.link(token.Unsubscribe)} {
		says(t, s.do("GET", path, ""), 503, "Please try again in a moment")
		says(t, s.post(path, "action=leave"), 503, "Please try again in a moment")
	}
}

func TestConfirmingTakesTheButtonAndMayBeRepeated(t *testing.T) {
	s := setup(t)
	s.post("/subscribe", s.form())
	var id subscribers.ID
	for id = range s.desk.people {
	}
	link := "/confirm/" + s.link(token.Confirm, func(c *token.Claims) { c.Subscriber = id })

	says(t, s.do("GET", link, ""), 200, "Start these job alerts?", "go, postgresql jobs in Berlin", "Every Friday at 09:00",
		"asks for go or postgresql", "in Berlin, Germany (within 30 km)", "Remote or Hybrid", "pays at least 80000 EUR a year", "<button class=\"big\" autofocus>")
	if s.desk.people[id].State != subscribers.StatePending {
		t.Fatal("looking at the page confirmed")
	}
	says(t, s.post(link, ""), 200, "Thank you, your alerts have begun", `href="/manage/`)
	if s.desk.people[id].State != subscribers.StateActive {
		t.Fatal("not confirmed")
	}
	says(t, s.post(link, ""), 200, "Your alerts have begun already", `href="/manage/`)
	says(t, s.do("GET", link, ""), 200, "Your alerts have begun already", `href="/manage/`)

	// The manage link on the page works.
	page := s.do("GET", link, "").Body.String()
	manage := page[strings.Index(page, `href="/manage/`)+6:]
	says(t, s.do("GET", manage[:strings.IndexByte(manage, '"')], ""), 200, "Your job alerts")
}

func TestOldAndForgedLinks(t *testing.T) {
	old := time.Now().AddDate(0, 0, -8)
	forger, err := token.New([][]byte{[]byte("the key of somebody else")})
	if err != nil {
		t.Fatal(err)
	}
	for path, claims := range map[string]token.Claims{
		"/confirm/":     {Purpose: token.Confirm, Subscriber: "abcdefghijklm", Proposal: "proposal00001"},
		"/manage/":      {Purpose: token.Manage, Subscriber: "abcdefghijklm"},
		"/unsubscribe/": {Purpose: token.Unsubscribe, Subscriber: "abcdefghijklm"},
		"/feed/":        {Purpose: token.Feed, Subscriber: "abcdefghijklm"},
	} {
		t.Run(path, func(t *testing.T) {
			s := setup(t)
			s.subscriber(func(sub *subscribers.Subscriber) { sub.Proposal = &subscribers.Proposal{ID: "proposal00001"} })
			suffix := ""
			if claims.Purpose == token.Feed {
				suffix = ".atom"
			}
			good := s.tokens.Mint(claims, time.Now())
			bad := map[string]string{
				"forged": forger.Mint(claims, time.Now()), "cut short": good[:20], "for another purpose": s.tokens.Mint(token.Claims{Purpose: token.Form}, time.Now()),
				"changed": good[:10] + "A" + good[11:] + "A",
			}
			for name, text := range bad {
				for _, w := range []*httptest.ResponseRecorder{s.do("GET", path+text+suffix, ""), s.post(path+text+suffix, "action=leave&scope=all")} {
					if w.Code != 404 && !(suffix != "" && w.Code == 405) {
						t.Errorf("%s: %d", name, w.Code)
					}
				}
			}
			expired := path + s.tokens.Mint(claims, old) + suffix
			if claims.Purpose == token.Confirm || claims.Purpose == token.Manage {
				says(t, s.do("GET", expired, ""), 410, "This link has expired", "7 days")
				says(t, s.post(expired, "action=leave"), 410, "This link has expired")
			} else if w := s.do("GET", expired, ""); w.Code != 200 {
				t.Errorf("an eight days old link: %d; it should work for ever", w.Code)
			}
			s.unchanged()
		})
	}
}

func TestAnExpiredManageLinkOffersAFreshOne(t *testing.T) {
	s := setup(t)
	s.subscriber()
	expired := "/manage/" + s.tokens.Mint(token.Claims{Purpose: token.Manage, Subscriber: "abcdefghijklm"}, time.Now().AddDate(0, 0, -8))
	says(t, s.do("GET", expired, ""), 410, "Mail me a fresh link", `name="action" value="send"`)
	says(t, s.post(expired, "action=send"), 200, "Check your mail")
	if !slices.Equal(s.desk.changes, []string{"send link"}) {
		t.Errorf("%q", s.desk.changes)
	}
}

func TestASupersededConfirmLinkIsNoError(t *testing.T) {
	s := setup(t)
	s.subscriber(func(sub *subscribers.Subscriber) { sub.State = subscribers.StatePending; sub.Confirmed = "" })
	says(t, s.do("GET", "/confirm/"+s.link(token.Confirm), ""), 410, "This link has expired", `href="/"`)
	says(t, s.post("/confirm/"+s.link(token.Confirm), ""), 410, "This link has expired")
}

func TestManagePageShowsEverything(t *testing.T) {
	s := setup(t)
	s.subscriber()
	w := s.do("GET", "/manage/"+s.link(token.Manage), "")
	says(t, w, 200, "For a***@example.org", "Go in Berlin", "Every day at 08:00", "Rust", "As soon as a job appears",
		"written in English", `value="Europe/Berlin" selected`, "/feed/", "Unsubscribe from everything")
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
		{"the time zone", "action=zone&time_zone=Asia/Kathmandu", "zone", func(sub *subscribers.Subscriber) bool { return sub.Zone == "Asia/Kathmandu" }},
		{"a pause of two weeks", "action=pause&days=14", "pause", func(sub *subscribers.Subscriber) bool {
			return sub.State == subscribers.StatePaused && time.Until(sub.PausedUntil) > 13*24*time.Hour && time.Until(sub.PausedUntil) <= 14*24*time.Hour+time.Hour
		}},
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
		{"an unknown zone", "action=zone&time_zone=Mars", 422, `id="time-zone-error"`},
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
		says(t, s.post(path, "action=save&alert=new&cadence.every=instant"), 422, "11 alerts are more than the 10")
		if strings.Contains(s.do("GET", path, "").Body.String(), "?alert=new") {
			t.Error("the page offers one more")
		}
		s.unchanged()
	})
	t.Run("who has left", func(t *testing.T) {
		s := setup(t)
		s.subscriber(func(sub *subscribers.Subscriber) { sub.State = subscribers.StateLeft })
		says(t, s.do("GET", "/manage/"+s.link(token.Manage), ""), 409, `href="/"`)
		says(t, s.post("/manage/"+s.link(token.Manage), "action=resume"), 409)
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

// active lists what in a page would run or load something, or is none of our own elements.
func active(t *testing.T, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains([]string{"script", "iframe", "img", "object", "embed", "base", "link", "math", "video"}, n.Data) {
			found = append(found, n.Data)
		}
		for _, a := range n.Attr {
			local := strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "#") || strings.HasPrefix(a.Val, "?")
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "href" || a.Key == "src" || a.Key == "action") && !local {
				found = append(found, n.Data+" "+a.Key+"="+a.Val)
			}
		}
	}
	return found
}

func TestWhatPeopleWriteIsNeverMarkup(t *testing.T) {
	data, err := os.ReadFile("../../../shared/data/corpora/blns/blns.json")
	if err != nil {
		t.Skip("the list of naughty strings is not there: ../shared/data/corpora/blns beside the repository")
	}
	var naughty []string
	if err := json.Unmarshal(data, &naughty); err != nil {
		t.Fatal(err)
	}
	s := setup(t)
	sub := s.subscriber()
	for _, text := range naughty {
		w := s.post("/subscribe", s.form("email", text, "filter.skills.any", text, "filter.query", text, "time_zone", text, "cadence.every", text,
			"filter.places[0].city", text, "filter.places[0].country", text, "filter.companies.none", text, "filter.salary_min.amount", text+"x"))
		if w.Code != 422 {
			t.Fatalf("%q: %d", text, w.Code)
		}
		if found := active(t, w.Body.String()); len(found) > 0 {
			t.Errorf("signup, %q: %q", text, found)
		}
		sub.Alerts[0].Name, sub.Alerts[0].Filter.Query, sub.Alerts[0].Filter.Skills.Any = text, text, []string{text}
		for _, path := range []string{"/manage/" + s.link(token.Manage), "/unsubscribe/" + s.link(token.Unsubscribe, func(c *token.Claims) { c.Alert = "1" })} {
			if found := active(t, s.do("GET", path, "").Body.String()); len(found) > 0 {
				t.Errorf("%s, %q: %q", path, text, found)
			}
		}
	}
}
