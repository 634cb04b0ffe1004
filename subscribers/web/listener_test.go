package web_test

import (
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web"
)

// routes is every path of the listener with the methods it takes.
func routes(s *site) map[string]string {
	alert := func(c *token.Claims) { c.Alert = "1" }
	return map[string]string{
		"/":                                 "GET",
		"/subscribe":                        "POST",
		"/robots.txt":                       "GET",
		"/api/v1/subscriptions":             "POST OPTIONS",
		"/api/v1/preview":                   "POST OPTIONS",
		"/api/v1/postings":                  "POST",
		"/api/v1/openapi.json":              "GET",
		"/hooks/bounce/generic":             "POST",
		"/confirm/" + s.link(token.Confirm): "GET POST",
		"/manage/" + s.link(token.Manage):   "GET POST",
		"/manage/" + s.link(token.Manage) + "?alert=1":                                        "GET POST",
		"/manage/" + s.link(token.Manage) + "?action=leave":                                   "GET POST",
		"/unsubscribe/" + s.link(token.Unsubscribe):                                           "GET POST",
		"/unsubscribe/" + s.link(token.Unsubscribe, alert):                                    "GET POST",
		"/unsubscribe/" + s.link(token.Unsubscribe) + "?scope=all&List-Unsubscribe=One-Click": "GET POST",
		"/feed/" + s.link(token.Feed) + ".atom":                                               "GET",
	}
}

func TestGetAndHeadChangeNothing(t *testing.T) {
	for _, state := range subscribers.States() {
		s := setup(t)
		s.subscriber(func(sub *subscribers.Subscriber) {
			sub.State = state
			sub.Proposal = &subscribers.Proposal{ID: "proposal00001", Alerts: sub.Alerts}
		})
		before, err := json.Marshal(s.desk.people)
		if err != nil {
			t.Fatal(err)
		}
		for path := range routes(s) {
			for _, method := range []string{"GET", "HEAD"} {
				// What mail scanners and prefetching browsers send, and a body that asks for everything.
				w := s.do(method, path, "action=leave&scope=all&List-Unsubscribe=One-Click", "Content-Type", formType,
					"Authorization", "Bearer "+postingKey, "Purpose", "prefetch", "X-HTTP-Method-Override", "POST")
				if w.Code >= 500 {
					t.Errorf("%s %s: %d", method, path, w.Code)
				}
			}
		}
		s.unchanged()
		if after, _ := json.Marshal(s.desk.people); string(after) != string(before) {
			t.Errorf("%s: the subscriber has changed", state)
		}
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	s := setup(t)
	s.subscriber()
	for path, allowed := range routes(s) {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
			if slices.Contains(strings.Fields(allowed), method) {
				continue
			}
			w := s.do(method, path, "", "Sec-Fetch-Site", "same-origin")
			if w.Code != 405 {
				t.Errorf("%s %s: %d, want 405", method, path, w.Code)
			}
			for _, want := range strings.Fields(allowed) {
				if !strings.Contains(w.Header().Get("Allow"), want) {
					t.Errorf("%s %s: Allow %q lacks %s", method, path, w.Header().Get("Allow"), want)
				}
			}
			if strings.HasPrefix(path, "/api/") {
				problemIn(t, w, 405)
			}
		}
	}
	s.unchanged()
}

func TestUnknownPathsAreToldInTheirOwnForm(t *testing.T) {
	s := setup(t)
	problemIn(t, s.do("GET", "/api/v2/subscriptions", ""), 404)
	for _, path := range []string{"/nothing", "/confirm/", "/confirm/a/b", "/favicon.ico", "/feed/" + s.link(token.Feed)} {
		w := s.do("GET", path, "")
		if w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := s.do("GET", "/nothing", ""); !strings.Contains(w.Body.String(), "<h1>There is nothing here</h1>") {
		t.Errorf("no page: %s", w.Body)
	}
}

func TestHeaders(t *testing.T) {
	s := setup(t)
	s.subscriber(func(sub *subscribers.Subscriber) {
		sub.Proposal = &subscribers.Proposal{ID: "proposal00001", Alerts: sub.Alerts}
	})
	answers := map[string]*httptest.ResponseRecorder{}
	for path := range routes(s) {
		answers[path] = s.do("GET", path, "")
		answers[path+" HEAD"] = s.do("HEAD", path, "")
		answers[path+" POST"] = s.do("POST", path, "website=x&action=x", "Content-Type", formType) // a bot's, or none at all
		answers[path+" OPTIONS"] = s.do("OPTIONS", path, "")
		answers[path+" from elsewhere"] = s.do("POST", path, "website=x", "Content-Type", formType, "Origin", "https://evil.example")
	}
	answers["/nothing"], answers["/api/nothing"] = s.do("GET", "/nothing", ""), s.do("GET", "/api/nothing", "")
	answers["/subscribe accepted"] = s.post("/subscribe", s.form())
	answers["/api/v1/subscriptions accepted"] = s.json("/api/v1/subscriptions", valid)
	answers["/api/v1/preview found"] = s.json("/api/v1/preview", `{"filter":{}}`)
	answers["/subscribe too large"] = s.post("/subscribe", strings.Repeat("x", 1<<17))
	for path, w := range answers {
		h := w.Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; ") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q", path, csp)
		}
		page := strings.HasPrefix(h.Get("Content-Type"), "text/html")
		if policy := h.Get("Referrer-Policy"); page && policy != "same-origin" || !page && policy != "no-referrer" {
			t.Errorf("%s: Referrer-Policy %q", path, policy)
		}
		if regexp.MustCompile("^/(confirm|manage|unsubscribe|feed)/").MatchString(path) && w.Code < 400 {
			if !strings.Contains(h.Get("X-Robots-Tag"), "noindex") {
				t.Errorf("%s may be indexed", path)
			}
			if cache := h.Get("Cache-Control"); cache != "no-store" && !strings.HasPrefix(path, "/feed/") || strings.Contains(cache, "public") {
				t.Errorf("%s: Cache-Control %q", path, cache)
			}
		}
		if len(h["Set-Cookie"]) > 0 && path != "/subscribe accepted" { // that one names the browser
			t.Errorf("%s sets a cookie", path)
		}
		if w.Body.Len() > 50_000 {
			t.Errorf("%s has %d octets", path, w.Body.Len())
		}
	}
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	s := setup(t)
	s.subscriber()
	form := "action=leave&List-Unsubscribe=One-Click"
	sites := map[string][]string{
		"another site":              {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"another site, old browser": {"Origin", "https://evil.example"},
		"a frame without origin":    {"Origin", "null"},
		"a neighbour":               {"Sec-Fetch-Site", "same-site", "Origin", "https://blog.example.org"},
	}
	for name, header := range sites {
		header = append(header, "Content-Type", formType)
		for _, path := range []string{"/subscribe", "/confirm/" + s.link(token.Confirm), "/manage/" + s.link(token.Manage)} {
			if w := s.do("POST", path, form, header...); w.Code != 403 || !strings.Contains(w.Body.String(), "another site") {
				t.Errorf("%s to %s: %d", name, path, w.Code)
			}
		}
	}
	s.unchanged()
	for name, header := range sites {
		if w := s.do("POST", "/unsubscribe/"+s.link(token.Unsubscribe), form, append(header, "Content-Type", formType)...); w.Code != 200 {
			t.Errorf("one-click from %s: %d (RFC 8058 knows no origin)", name, w.Code)
		}
	}
}

func TestOurOwnFormsPassBehindAProxy(t *testing.T) {
	s := setup(t)
	for name, header := range map[string][]string{
		"a browser of today": {"Sec-Fetch-Site", "same-origin", "Origin", "https://jobs.example.org"},
		"an old browser":     {"Origin", "https://jobs.example.org"},
		"no browser":         {},
	} {
		w := s.do("POST", "/subscribe", "email=x", append(header, "Content-Type", formType, "Host", "10.0.0.7:8080")...)
		if w.Code != 422 {
			t.Errorf("%s: %d, want the form with its faults", name, w.Code)
		}
	}
}

func TestMetricsNameRoutesAndNeverPeople(t *testing.T) {
	s := setup(t)
	s.subscriber()
	s.json("/api/v1/subscriptions", valid)
	s.json("/api/v1/subscriptions", "{")
	confirm, leave := s.link(token.Manage), s.link(token.Unsubscribe)
	s.do("GET", "/manage/"+confirm, "")
	s.do("GET", "/nothing/ann@example.org", "")
	s.do("POST", "/unsubscribe/"+leave, "List-Unsubscribe=One-Click", "Content-Type", formType)
	want := `
# HELP jobalert_signups_total Signups by form and hook, and what came of them.
# TYPE jobalert_signups_total counter
jobalert_signups_total{result="accepted"} 1
jobalert_signups_total{result="bot"} 0
jobalert_signups_total{result="braked"} 0
jobalert_signups_total{result="failed"} 0
jobalert_signups_total{result="invalid"} 1
jobalert_signups_total{result="unavailable"} 0
# HELP jobalert_unsubscribes_total Wishes to hear no more of an alert or of all, by the way they came.
# TYPE jobalert_unsubscribes_total counter
jobalert_unsubscribes_total{via="button"} 0
jobalert_unsubscribes_total{via="mailto"} 0
jobalert_unsubscribes_total{via="manage"} 0
jobalert_unsubscribes_total{via="one_click"} 1
`
	if err := testutil.GatherAndCompare(s.metrics, strings.NewReader(want), "jobalert_signups_total", "jobalert_unsubscribes_total"); err != nil {
		t.Error(err)
	}
	families, err := s.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, f := range families {
		if f.GetName() != "jobalert_http_request_duration_seconds" {
			continue
		}
		for _, m := range f.GetMetric() {
			labels = append(labels, m.GetLabel()[1].GetValue()+" "+m.GetLabel()[0].GetValue())
		}
	}
	slices.Sort(labels)
	wanted := []string{"GET /manage/{token} 200", "POST /api/v1/subscriptions 202", "POST /api/v1/subscriptions 400", "POST /unsubscribe/{token} 200", "none 404"}
	if !slices.Equal(labels, wanted) {
		t.Errorf("routes %q, want %q", labels, wanted)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

func TestTwoListenersMayLiveInOneProcess(t *testing.T) {
	tokens, err := token.New([][]byte{[]byte("a key of sixteen or more octets")})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := web.New(web.Config{BaseURL: "http://localhost:8080"}, web.Deps{Tokens: tokens}); err != nil {
			t.Fatal(err)
		}
		if _, err := web.New(web.Config{BaseURL: "http://localhost:8080"}, web.Deps{Tokens: tokens, Metrics: prometheus.NewRegistry()}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNewRefusesBadConfiguration(t *testing.T) {
	for name, cfg := range map[string]web.Config{
		"no base URL":           {},
		"no scheme":             {BaseURL: "jobs.example.org"},
		"a path":                {BaseURL: "https://example.org/jobs"},
		"a user":                {BaseURL: "https://ann@example.org"},
		"no http":               {BaseURL: "ftp://example.org"},
		"an origin with a path": {BaseURL: "https://example.org", Origins: []string{"https://friend.example/"}},
		"an origin for all":     {BaseURL: "https://example.org", Origins: []string{"*"}},
		"an empty key":          {BaseURL: "https://example.org", PostingKeys: []string{" "}},
		"a bad hook secret":     {BaseURL: "https://example.org", HookSecrets: []string{"whsec_"}},
	} {
		if _, err := web.New(cfg, web.Deps{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
