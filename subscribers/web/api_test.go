package web_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jobalertd/alerts"
	"jobalertd/subscribers/web"
)

// valid is a body of the hook that is right in every field.
const valid = `{"email":"ann@example.org","locale":"de","time_zone":"Europe/Berlin",
 "alerts":[{"name":"Go","cadence":{"every":"weekly","hour":9,"weekday":"monday"},"filter":{"skills":{"any":["go"]}}}],
 "consent":{"text_version":"2026-11","source":"example.com"}}`

// told is a problem as a client reads it.
type told struct {
	Type, Title, Detail string
	Status              int
	Errors              []alerts.FieldError
	Results             []struct {
		Index      int
		ID, Status string
		Errors     []alerts.FieldError
	}
}

// problemIn checks that an answer is a problem of the status and reads it.
func problemIn(t *testing.T, w *httptest.ResponseRecorder, status int) told {
	t.Helper()
	var p told
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%d %s is no problem: %v", w.Code, w.Body, err)
	}
	if w.Code != status || p.Status != status || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%d %s, %s; want %d", w.Code, w.Header().Get("Content-Type"), w.Body, status)
	}
	if p.Type == "" || p.Title == "" || p.Detail == "" {
		t.Errorf("%s says too little", w.Body)
	}
	return p
}

func fields(errs []alerts.FieldError) []string {
	var names []string
	for _, e := range errs {
		names = append(names, e.Field)
	}
	return names
}

func TestHookTakesASignup(t *testing.T) {
	s := setup(t)
	w := s.json("/api/v1/subscriptions", valid)
	if w.Code != 202 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if len(s.desk.people) != 1 {
		t.Fatalf("%d people", len(s.desk.people))
	}
	for _, sub := range s.desk.people {
		p := sub.Proposal
		if sub.Address.String() != "ann@example.org" || p.Locale != "de" || p.Zone != "Europe/Berlin" ||
			p.Alerts[0].Name != "Go" || p.Alerts[0].Cadence.Weekday != "monday" || p.Alerts[0].Filter.Skills.Any[0] != "go" ||
			p.Given.TextVersion != "2026-11" || p.Given.Source != "example.com" || p.Given.At.IsZero() {
			t.Errorf("%+v %+v", sub, p)
		}
	}
}

func TestHookTellsNobodyWhoIsKnown(t *testing.T) {
	s := setup(t)
	first := s.json("/api/v1/subscriptions", valid)
	second := s.json("/api/v1/subscriptions", valid)
	if first.Code != second.Code || first.Body.String() != second.Body.String() || headers(first) != headers(second) {
		t.Errorf("a new address: %d %s %v\na known one:  %d %s %v", first.Code, first.Body, first.Header(), second.Code, second.Body, second.Header())
	}
}

// replace is the valid body with one part changed.
func replace(old, with string) string {
	changed := strings.Replace(valid, old, with, 1)
	if changed == valid {
		panic(old + " is not in the body")
	}
	return changed
}

func TestHookRefusesBadBodies(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
		field      string
	}{
		{"nothing", "", 400, ""},
		{"half of it", valid[:100], 400, ""},
		{"two bodies", valid + valid, 400, ""},
		{"a trailing comma", replace(`"example.com"}`, `"example.com",}`), 400, ""},
		{"not UTF-8", replace("ann@", "\xff@"), 400, ""},
		{"a list", "[" + valid + "]", 422, ""},
		{"null", "null", 422, ""},
		{"no address", replace("ann@example.org", ""), 422, "email"},
		{"a bad address", replace("ann@example.org", "ann@example"), 422, "email"},
		{"a list of addresses", replace("ann@example.org", "ann@example.org, bob@example.org"), 422, "email"},
		{"a header in the address", replace("ann@example.org", `ann@example.org\r\nBcc: bob@example.org`), 422, "email"},
		{"an address of the wrong type", replace(`"ann@example.org"`, "7"), 422, "email"},
		{"an unknown field", replace(`"locale"`, `"local"`), 422, "local"},
		{"an unknown field deep down", replace(`"any":["go"]`, `"some":["go"]`), 422, "alerts[0].filter.skills.some"},
		{"an unknown value of a facet", replace(`"skills":{"any":["go"]}`, `"workplace":["remote","mars"]`), 422, "alerts[0].filter.workplace[1]"},
		{"an unknown rhythm", replace("weekly", "hourly"), 422, "alerts[0].cadence.every"},
		{"an hour beyond the day", replace(`"hour":9`, `"hour":24`), 422, "alerts[0].cadence.hour"},
		{"an unknown time zone", replace("Europe/Berlin", "Mars/Olympus"), 422, "time_zone"},
		{"no time zone", replace(`"time_zone":"Europe/Berlin",`, ""), 422, "time_zone"},
		{"the machine's time zone", replace("Europe/Berlin", "Local"), 422, "time_zone"},
		{"a path as time zone", replace("Europe/Berlin", "../../etc/passwd"), 422, "time_zone"},
		{"a bad language", replace(`"de"`, `"speak friend"`), 422, "locale"},
		{"no alert", replace(`"alerts":[{"name":"Go","cadence":{"every":"weekly","hour":9,"weekday":"monday"},"filter":{"skills":{"any":["go"]}}}]`, `"alerts":[]`), 422, "alerts"},
		{"a line break in a name", replace(`"Go"`, `"Go\r\nBcc: x"`), 422, "alerts[0].name"},
		{"a consent text without end", replace("2026-11", strings.Repeat("x", 101)), 422, "consent.text_version"},
		{"a line break in the consent", replace(`"example.com"`, `"a\nb"`), 422, "consent.source"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := setup(t)
			p := problemIn(t, s.json("/api/v1/subscriptions", test.body), test.status)
			if test.field != "" && !slices.Contains(fields(p.Errors), test.field) {
				t.Errorf("%v does not name %s", p.Errors, test.field)
			}
			s.unchanged()
		})
	}
}

func TestEveryFaultIsNamedAtOnce(t *testing.T) {
	s := setup(t)
	body := strings.NewReplacer("ann@example.org", "ann", "Europe/Berlin", "Berlin", "monday", "someday", `"any":["go"]`, `"some":["go"]`).Replace(valid)
	p := problemIn(t, s.json("/api/v1/subscriptions", body), 422)
	for _, want := range []string{"email", "time_zone", "alerts[0].cadence.weekday", "alerts[0].filter.skills.some"} {
		if !slices.Contains(fields(p.Errors), want) {
			t.Errorf("%v does not name %s", p.Errors, want)
		}
	}
}

func TestBodiesAreLimited(t *testing.T) {
	tests := []struct {
		path string
		size int
		kind string
	}{
		{"/api/v1/subscriptions", 65 << 10, "application/json"},
		{"/api/v1/subscriptions", 10 << 20, "application/json"},
		{"/api/v1/preview", 10 << 20, "application/json"},
		{"/api/v1/postings", 10<<20 + 1, "application/json"},
		{"/subscribe", 10 << 20, formType},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d to %s", test.size, test.path), func(t *testing.T) {
			s := setup(t)
			body := "email=" + strings.Repeat("x", test.size-6)
			w := s.do("POST", test.path, body, "Content-Type", test.kind, "Authorization", "Bearer "+postingKey)
			if w.Code != 413 {
				t.Errorf("%d, want 413", w.Code)
			}
			if strings.HasPrefix(test.path, "/api/") {
				problemIn(t, w, 413)
			}
			s.unchanged()
		})
	}
}

func TestOtherContentTypesAreRefused(t *testing.T) {
	for _, kind := range []string{"", "text/plain", formType, "multipart/form-data", "application/xml", ";"} {
		for _, path := range []string{"/api/v1/subscriptions", "/api/v1/preview", "/api/v1/postings"} {
			s := setup(t)
			p := problemIn(t, s.do("POST", path, valid, "Content-Type", kind, "Authorization", "Bearer "+postingKey), 415)
			if !strings.Contains(p.Detail, "application/json") {
				t.Errorf("%q to %s: %q does not say what to send", kind, path, p.Detail)
			}
			s.unchanged()
		}
	}
	s := setup(t)
	if w := s.do("POST", "/api/v1/subscriptions", valid, "Content-Type", "Application/JSON; charset=UTF-8"); w.Code != 202 {
		t.Errorf("with a charset: %d", w.Code)
	}
}

func TestAnAbsentStoreIsSaidSo(t *testing.T) {
	s := setup(t)
	s.desk.fails, s.postings.fails = temporary{}, temporary{}
	for _, w := range []*httptest.ResponseRecorder{
		s.json("/api/v1/subscriptions", valid),
		s.json("/api/v1/preview", `{"filter":{}}`),
		s.json("/api/v1/postings", `{"id":"1","url":"https://acme.example/1","title":"Dev","company":"Acme"}`, "Authorization", "Bearer "+postingKey),
	} {
		problemIn(t, w, 503)
		if w.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if got := s.logged.String(); strings.Count(got, "connection refused") != 3 || strings.Contains(got, "ann@") {
		t.Errorf("the log has not each of the three, or tells of a person:\n%s", got)
	}
}

func TestJSONTestSuite(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/corpora/jsontestsuite/test_parsing/*.json")
	if len(files) == 0 {
		t.Skip("JSONTestSuite is not there: ../shared/data/corpora/jsontestsuite beside the repository")
	}
	s, refused := setup(t), 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		for _, path := range []string{"/api/v1/subscriptions", "/api/v1/preview", "/api/v1/postings"} {
			w := s.json(path, string(body), "Authorization", "Bearer "+postingKey)
			switch {
			case path == "/api/v1/postings":
				// There values that follow one another are postings, one a line; none of these is one.
				if w.Code != 400 && w.Code != 422 {
					t.Errorf("%s to %s: %d", name, path, w.Code)
				}
			case len(body) > 64<<10:
				problemIn(t, w, 413)
			case strings.HasPrefix(name, "n_"):
				problemIn(t, w, 400)
				refused++
			case strings.HasPrefix(name, "y_") && w.Code != 422:
				t.Errorf("%s to %s: %d, want 422: it is JSON", name, path, w.Code)
			case w.Code != 400 && w.Code != 422:
				t.Errorf("%s to %s: %d", name, path, w.Code)
			}
		}
	}
	s.unchanged()
	t.Logf("%d of %d answers are 400", refused, 2*len(files))
}

func TestPreviewShowsWhatAFilterFinds(t *testing.T) {
	s := setup(t)
	w := s.json("/api/v1/preview", `{"filter":{"workplace":["remote"]}}`)
	if w.Code != 200 || !strings.HasPrefix(w.Body.String(), `{"open":12,"per_week":5.2,"samples":[{`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if len(s.postings.asked) != 1 || s.postings.asked[0].Workplace[0] != alerts.WorkplaceRemote {
		t.Errorf("asked for %+v", s.postings.asked)
	}
	p := problemIn(t, s.json("/api/v1/preview", `{"filter":{"workplace":["mars"]}}`), 422)
	if !slices.Contains(fields(p.Errors), "filter.workplace[0]") {
		t.Errorf("%v", p.Errors)
	}
	problemIn(t, s.json("/api/v1/preview", `{}`), 422)
}

// sign signs a body as Standard Webhooks says.
func sign(secret []byte, id string, at time.Time, body string) []string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + stamp + "." + body))
	return []string{"Webhook-Id", id, "Webhook-Timestamp", stamp, "Webhook-Signature", "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))}
}

// signedWith demands signatures with a secret, but from pages of a friend.
func signedWith(secret []byte) func(*web.Config) {
	return func(c *web.Config) {
		c.HookSecrets = []string{"whsec_" + base64.StdEncoding.EncodeToString(secret)}
		c.Origins = []string{"https://friend.example"}
	}
}

func TestASignedHookTakesNothingElse(t *testing.T) {
	secret := []byte("a secret of 24 octets or more")
	now := time.Now()
	tests := []struct {
		name   string
		header []string
		status int
	}{
		{"signed", sign(secret, "msg_1", now, valid), 202},
		{"from a page of an allowed site", []string{"Origin", "https://friend.example"}, 202},
		{"unsigned", nil, 401},
		{"from a page of another site", []string{"Origin", "https://stranger.example"}, 401},
		{"signed with another secret", sign([]byte("another secret of 24 octets"), "msg_1", now, valid), 401},
		{"signed for another body", sign(secret, "msg_1", now, valid+" "), 401},
		{"signed an hour ago", sign(secret, "msg_1", now.Add(-time.Hour), valid), 401},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := setup(t, signedWith(secret))
			w := s.json("/api/v1/subscriptions", valid, test.header...)
			if w.Code != test.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, test.status)
			}
			if test.status == 401 {
				problemIn(t, w, 401)
				s.unchanged()
			}
		})
	}
}

func TestPagesOfAllowedSitesMayCallTheAPI(t *testing.T) {
	s := setup(t, func(c *web.Config) { c.Origins = []string{"https://friend.example"} })
	ask := []string{"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type"}
	for _, path := range []string{"/api/v1/subscriptions", "/api/v1/preview"} {
		w := s.do("OPTIONS", path, "", append(ask, "Origin", "https://friend.example")...)
		h := w.Header()
		if w.Code != 204 || h.Get("Access-Control-Allow-Origin") != "https://friend.example" || h.Get("Access-Control-Allow-Methods") != "POST" || h.Get("Access-Control-Allow-Headers") != "Content-Type, Idempotency-Key" {
			t.Errorf("%s: a friend is told %d %v", path, w.Code, h)
		}
		if h.Get("Vary") != "Origin" {
			t.Errorf("%s: a cache would mix up the sites: Vary %q", path, h.Get("Vary"))
		}
		for _, origin := range []string{"https://stranger.example", "https://friend.example.evil.example", "http://friend.example", "null"} {
			w := s.do("OPTIONS", path, "", append(ask, "Origin", origin)...)
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("%s: %s may read the answer: %q", path, origin, got)
			}
		}
	}
	w := s.json("/api/v1/postings", `{}`, "Origin", "https://friend.example")
	if w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("pushing is not for pages")
	}
}

func TestPushTakesPostingsInEveryForm(t *testing.T) {
	one := `{"id":"1","url":"https://acme.example/1","title":"Go developer","company":"Acme"}`
	two := `{"id":"2","url":"https://acme.example/2","title":"Rust developer","company":"Acme"}`
	for name, body := range map[string]struct{ kind, text string }{
		"one":           {"application/json", one},
		"an array":      {"application/json", "[" + one + "," + two + "]"},
		"one a line":    {"application/x-ndjson", one + "\n" + two + "\n"},
		"one a line, 2": {"application/jsonl", one + "\n" + two},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup(t)
			w := s.do("POST", "/api/v1/postings", body.text, "Content-Type", body.kind, "Authorization", "bearer "+postingKey)
			if w.Code != 200 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			want := strings.Count(body.text, "title")
			if len(s.postings.pushed) != want || strings.Count(w.Body.String(), `"status":"new"`) != want {
				t.Errorf("%d pushed, answer %s", len(s.postings.pushed), w.Body)
			}
			if s.postings.pushed[0].Title != "Go developer" {
				t.Errorf("pushed %+v", s.postings.pushed[0])
			}
		})
	}
}

func TestPushTellsOfEachPosting(t *testing.T) {
	s := setup(t)
	w := s.json("/api/v1/postings", `[{"id":"1","url":"https://acme.example/1","title":"Go developer","company":"Acme"},
		{"id":"2","url":"https://acme.example/2","title":"","company":"Acme"},
		{"id":"3","url":"https://acme.example/3","title":"Dev","company":"Acme","workplace":"mars"},
		{"id":"4","url":"https://acme.example/4","title":"Dev","company":"Acme"}]`, "Authorization", "Bearer another key")
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var got told
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var statuses []string
	for i, r := range got.Results {
		statuses = append(statuses, r.Status)
		if r.Index != i {
			t.Errorf("result %d has index %d", i, r.Index)
		}
	}
	if !slices.Equal(statuses, []string{"new", "rejected", "rejected", "new"}) {
		t.Errorf("%s", w.Body)
	}
	if !slices.Equal(fields(got.Results[1].Errors), []string{"title"}) || !slices.Equal(fields(got.Results[2].Errors), []string{"workplace"}) {
		t.Errorf("%s does not name the fields", w.Body)
	}
	if len(s.postings.pushed) != 2 {
		t.Errorf("%d pushed", len(s.postings.pushed))
	}
}

func TestPushRefuses(t *testing.T) {
	good := `{"id":"1","url":"https://acme.example/1","title":"Go developer","company":"Acme"}`
	tests := []struct {
		name, body, authorization string
		status                    int
		field                     string
	}{
		{"no key", good, "", 401, ""},
		{"a wrong key", good, "Bearer wrong", 401, ""},
		{"a part of the key", good, "Bearer a posting", 401, ""},
		{"an empty key", good, "Bearer ", 401, ""},
		{"another scheme", good, "Basic " + postingKey, 401, ""},
		{"a wrong key before a bad body", "{", "Bearer wrong", 401, ""},
		{"an empty body", "", "Bearer " + postingKey, 400, ""},
		{"an empty list", "[]", "Bearer " + postingKey, 400, ""},
		{"broken JSON", "[" + good, "Bearer " + postingKey, 400, ""},
		{"a broken line after a good one", good + "\n{\"id\":", "Bearer " + postingKey, 400, ""},
		{"a posting without title", `{"id":"1","url":"https://acme.example/1","company":"Acme"}`, "Bearer " + postingKey, 422, "title"},
		{"an unknown field", `{"id":"1","url":"https://acme.example/1","title":"Dev","company":"Acme","salery":1}`, "Bearer " + postingKey, 422, "salery"},
		{"an unknown value", `{"id":"1","url":"https://acme.example/1","title":"Dev","company":"Acme","seniority":["boss"]}`, "Bearer " + postingKey, 422, "seniority[0]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := setup(t)
			p := problemIn(t, s.json("/api/v1/postings", test.body, "Authorization", test.authorization), test.status)
			if test.field != "" && !slices.Contains(fields(p.Errors), test.field) {
				t.Errorf("%v does not name %s", p.Errors, test.field)
			}
			s.unchanged()
		})
	}
}

func TestWithoutAKeyNobodyPushes(t *testing.T) {
	s := setup(t, func(c *web.Config) { c.PostingKeys = nil })
	for _, authorization := range []string{"", "Bearer ", "Bearer x"} {
		problemIn(t, s.json("/api/v1/postings", `{}`, "Authorization", authorization), 401)
	}
}
