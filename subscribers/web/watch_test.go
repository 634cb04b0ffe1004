package web_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web"
	"jobalertd/subscribers/web/request"
)

func TestAFaultOfOursNamesTheRequestForAPersonToQuote(t *testing.T) {
	s := setup(t, func(c *web.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	s.desk.fails = errors.New("broken")
	w := s.do("POST", "/api/v1/subscriptions", `{"email":"ann@example.org","time_zone":"UTC","alerts":[{"cadence":{"every":"instant"}}]}`,
		"Content-Type", "application/json", request.Header, "from-the-proxy.1")
	var body map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 500 {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	if body["request_id"] != "from-the-proxy.1" || w.Header().Get(request.Header) != "from-the-proxy.1" {
		t.Errorf("the answer does not name the request: %v %s", w.Header(), w.Body)
	}
	page := s.do("GET", "/manage/"+s.link(token.Manage), "", request.Header, "from-the-proxy.2")
	says(t, page, 500, "from-the-proxy.2")
	if n := strings.Count(s.logged.String(), `msg="request answered"`); n != 2 {
		t.Errorf("%d lines about the two requests: %s", n, s.logged)
	}
	s.desk.fails = nil
	if w := s.do("GET", "/nowhere/at/all", ""); strings.Contains(w.Body.String(), w.Header().Get(request.Header)) {
		t.Error("who asks for what is not there is told to quote the request")
	}
}

func TestEveryRequestIsLoggedIfTheOperatorAsks(t *testing.T) {
	for _, asked := range []bool{false, true} {
		s := setup(t, func(c *web.Config) { c.LogRequests = asked })
		link := s.link(token.Manage)
		s.do("GET", "/", "")
		s.do("FIND-ME", "/manage/"+link, "")
		s.do("GET", "/feed/"+link+".atom", "")
		log := s.logged.String()
		for _, want := range []string{`route="GET /{$}" method=GET status=200 took=`, "route=none method=other status=405", `route="GET /feed/{file}" method=GET status=404`} {
			if strings.Contains(log, want) != asked {
				t.Errorf("asked %v: %q in the log:\n%s", asked, want, log)
			}
		}
		if strings.Contains(log, link) {
			t.Errorf("the log holds a token: %s", log)
		}
	}
}

func TestAPanicIsAnsweredAndLoggedWithTheRequest(t *testing.T) {
	s := setup(t, func(c *web.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	s.desk.during = func() { panic("out of cheese") }
	w := s.json("/api/v1/subscriptions", valid, request.Header, "from-the-proxy.1")
	problemIn(t, w, 500)
	page := s.do("POST", "/subscribe", s.form(), "Content-Type", formType, request.Header, "from-the-proxy.2")
	says(t, page, 500, "from-the-proxy.2", "Something went wrong on our side")
	if strings.Contains(w.Body.String()+page.Body.String(), "cheese") {
		t.Error("a stranger is told what is inside")
	}
	for _, id := range []string{"from-the-proxy.1", "from-the-proxy.2"} {
		failed, answered := 0, 0
		for line := range strings.Lines(s.logged.String()) {
			if strings.Contains(line, "request="+id) && strings.Contains(line, "out of cheese") && strings.Contains(line, "level=ERROR") {
				failed++
			}
			if strings.Contains(line, "request="+id) && strings.Contains(line, "status=500") {
				answered++
			}
		}
		if failed != 1 || answered != 1 {
			t.Errorf("%s: %d lines about the panic, %d about the answer:\n%s", id, failed, answered, s.logged)
		}
	}
}
