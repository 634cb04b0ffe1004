package web_test

import (
	"net/url"
	"slices"
	"testing"

	"jobalertd/alerts"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
)

func news(c *token.Claims) { c.Alert = "1" }

func TestWhyThisJob(t *testing.T) {
	s := setup(t)
	s.subscriber()
	path := "/why/" + s.link(token.News, news) + "?job=" + url.QueryEscape(somePosting().ID)
	says(t, s.do("GET", path, ""), 200, "Why this job came", "Go Engineer, Payments", "Go in Berlin", "skills", "fits", "Berlin", "English",
		"Hide Acme GmbH", "No jobs with kafka", "No jobs called “go engineer payments”", "€80,000–95,000 a year")
	s.desk.people["abcdefghijklm"].Alerts[0].Filter.Skills.Any = []string{"rust"}
	says(t, s.do("GET", path, ""), 200, "Why this job does not come", "does not fit", "no rust")
	says(t, s.do("GET", "/why/"+s.link(token.News, news)+"?job=nobody:1", ""), 404)
	says(t, s.do("GET", "/why/"+s.link(token.News, func(c *token.Claims) { c.Alert = "9" })+"?job=greenhouse:acme:7", ""), 404)
	says(t, s.do("GET", "/why/"+s.link(token.Unsubscribe, news), ""), 404)
	s.unchanged()
}

func TestFeedbackBecomesAPartOfTheFilterAndCanBeTakenBack(t *testing.T) {
	p := somePosting()
	tests := []struct {
		part, hidden, offered, back string
		has                         func(alerts.Filter) bool
	}{
		{"company:Acme GmbH", "company:acme", "Hide Acme GmbH", "Show acme again", func(f alerts.Filter) bool { return slices.Equal(f.Companies.None, []string{"acme"}) }},
		{"skill:php", "skill:php", "No jobs with php", "Allow php again", func(f alerts.Filter) bool { return slices.Equal(f.Skills.None, []string{"php"}) }},
		{"title:go engineer payments", "title:go engineer payments", "No jobs called", "Allow “go engineer payments” again", func(f alerts.Filter) bool {
			return f.Query == `(billing OR kafka) -title:"go engineer payments"`
		}},
	}
	for _, test := range tests {
		t.Run(test.part, func(t *testing.T) {
			s := setup(t)
			sub := s.subscriber()
			if test.offered == "No jobs called" {
				sub.Alerts[0].Filter.Query = "kafka OR billing"
			}
			before := sub.Alerts[0].Filter.Key()
			path := "/why/" + s.link(token.News, news) + "?job=" + url.QueryEscape(p.ID)
			says(t, s.do("GET", path, ""), 200, test.offered)
			w := s.post(path, url.Values{"action": {"hide"}, "part": {test.part}}.Encode())
			if w.Code != 303 {
				t.Fatalf("%d: %s", w.Code, w.Body)
			}
			if f := sub.Alerts[0].Filter; !test.has(f) || f.Match(&p).Match {
				t.Errorf("now %+v", f)
			}
			says(t, s.do("GET", w.Header().Get("Location"), ""), 200, "Such jobs no longer come", "does not fit", test.back)
			s.post(path, url.Values{"action": {"drop"}, "part": {test.hidden}}.Encode())
			if after := sub.Alerts[0].Filter.Key(); after != before {
				t.Errorf("taken back, the filter is %s; it was %s", after, before)
			}
		})
	}
}

func TestFeedbackRefuses(t *testing.T) {
	for form, status := range map[string]int{
		"action=hide&part=mood:bad": 400, "action=explode&part=skill:php": 400, "action=hide&part=skill:no+such+skill": 422, "": 415,
	} {
		s := setup(t)
		s.subscriber()
		says(t, s.post("/why/"+s.link(token.News, news)+"?job=greenhouse:acme:7", form), status)
		s.unchanged()
	}
	s := setup(t)
	s.subscriber(func(sub *subscribers.Subscriber) { sub.State = subscribers.StateLeft })
	says(t, s.post("/why/"+s.link(token.News, news)+"?job=greenhouse:acme:7", "action=hide&part=skill:php"), 409)
	s.unchanged()
}

func TestMoreListsWhatALetterFound(t *testing.T) {
	s := setup(t)
	s.subscriber()
	path := "/more/" + s.link(token.News, news)
	says(t, s.do("GET", path+"?after=5&upto=9", ""), 200, "Go in Berlin", "1 open job", "Go Engineer, Payments", "Berlin, Germany", "Why this job?", "/why/")
	says(t, s.do("GET", path+"?after=7&upto=9", ""), 200, "All these jobs have closed")
	says(t, s.do("GET", path+"?after=x&upto=-3", ""), 200, "1 open job")
	s.unchanged()
}
