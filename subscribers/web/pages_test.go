package web_test

import (
	"encoding/json"
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
		"shown": {s.tokens.Mint(token.Claims{Purpose: token.Form}, time.Now())}, "website": {""},
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
		{"an unknown zone", []string{"time_zone", "Mars/Olympus"}, "time-zone", "not a time zone; choose one from the list"},
		{"an unknown country", []string{"filter.places[0].country", "Germny"}, "filter-places-0-country", "not a country we know"},
		{"an amount in words", []string{"filter.salary_min.amount", "a lot"}, "filter-salary-min-amount", "write a number like 80000"},
		{"a radius in words", []string{"filter.places[0].radius_km", "far"}, "filter-places-0-radius-km", "number of kilometres"},
		{"an unknown workplace", []string{"filter.workplace", "mars"}, "filter-workplace", "mars"},
		{"no rhythm", []string{"cadence.every", ""}, "cadence-every", "at once, once a day or once a week"},
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
		"go or postgresql", "within 30 km of Berlin, Germany", "remote, hybrid", "€80,000 a year", "<button class=\"big\" autofocus>")
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

func TestWhoSpeaksNoneOfOurLanguagesGetsEnglish(t *testing.T) {
	s := setup(t)
	for _, accept := range []string{"", "en-GB,en;q=0.9", "tlh, *;q=0.1", strings.Repeat("x-", 1000), ";;;"} {
		w := s.do("GET", "/", "", "Accept-Language", accept)
		says(t, w, 200, `<html lang="en">`)
		if w.Header().Get("Content-Language") != "en" || !slices.Contains(w.Header().Values("Vary"), "Accept-Language") {
			t.Errorf("%q: %v", accept, w.Header())
		}
	}
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
	ours := active(t, s.do("GET", "/", "").Body.String()) // links to the other languages, and the script
	fields := []string{"email", "wish", "filter.skills.any", "filter.query", "time_zone", "cadence.every", "cadence.hour",
		"filter.places[0].city", "filter.places[0].country", "filter.companies.none", "filter.salary_min.currency"}
	for some := range slices.Chunk(naughty, len(fields)) {
		var form []string
		for i, text := range some {
			form = append(form, fields[i], text)
			sub.Alerts[i%2].Name, sub.Alerts[i%2].Filter.Query, sub.Alerts[i%2].Filter.Companies.None = text, text, some
		}
		w := s.post("/subscribe", s.form(form...))
		if w.Code != 422 {
			t.Fatalf("%q: %d", form, w.Code)
		}
		if found := active(t, w.Body.String()); !slices.Equal(found, ours) {
			t.Errorf("signup, %q: %q", form, found)
		}
		if found := active(t, s.do("GET", "/manage/"+s.link(token.Manage), "").Body.String()); len(found) > 0 {
			t.Errorf("manage, %q: %q", some, found)
		}
	}
}
