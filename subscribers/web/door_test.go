package web_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers/limit"
	"jobalertd/subscribers/once"
	"jobalertd/subscribers/web"
)

// guarded is a site with brakes behind a proxy at 192.0.2.1, and a memory of requests.
func guarded(t *testing.T, client redis.UniversalClient, cfg limit.Config, edit ...func(*web.Config)) *site {
	t.Helper()
	proxied := func(c *web.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")} }
	return build(t, func(d *web.Deps) {
		d.Brakes, d.Once = limit.New(cfg, client, []byte("a secret for tests"), nil), once.New(client)
	}, append(edit, proxied)...)
}

// signup is a signup of an address by hook, from an IP address behind the proxy.
func (s *site) signup(ip, email string, header ...string) *httptest.ResponseRecorder {
	s.Helper()
	return s.json("/api/v1/subscriptions", strings.Replace(valid, "ann@example.org", email, 1), append(header, "X-Forwarded-For", ip)...)
}

func TestAStrangerWhoSignsUpTooManyIsToldToComeBack(t *testing.T) {
	s := guarded(t, redistest.Embedded(t), limit.Config{PerIP: 3})
	for n := range 3 {
		if w := s.signup("203.0.113.7", fmt.Sprintf("a%d@example.org", n)); w.Code != 202 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	w := s.signup("203.0.113.7", "a3@example.org")
	problemIn(t, w, 429)
	if after := w.Header().Get("Retry-After"); after == "" || after == "0" {
		t.Errorf("Retry-After %q", after)
	}
	// The form has the same brake, and loses nothing of what was written.
	page := s.do("POST", "/subscribe", s.form(), "Content-Type", formType, "Sec-Fetch-Site", "same-origin", "X-Forwarded-For", "203.0.113.7")
	says(t, page, 429, "Nothing you wrote is lost", `value="ann@example.org"`)
	if page.Header().Get("Retry-After") == "" {
		t.Error("the page has no Retry-After")
	}
	if len(s.desk.people) != 3 {
		t.Errorf("%d people signed up, want 3", len(s.desk.people))
	}
	if w := s.signup("203.0.113.8", "a4@example.org"); w.Code != 202 {
		t.Errorf("somebody else: %d", w.Code)
	}
}

func TestTheBrakeOfAnAddressTellsNothing(t *testing.T) {
	s := guarded(t, redistest.Embedded(t), limit.Config{PerAddress: 2})
	first := s.signup("203.0.113.7", "ann@example.org")
	for range 5 {
		w := s.signup("203.0.113.7", "ann@example.org")
		if w.Code != first.Code || w.Body.String() != first.Body.String() || headers(w) != headers(first) {
			t.Errorf("%d %s %v differs from the first answer", w.Code, w.Body, w.Header())
		}
	}
	if n := len(s.desk.changes); n != 2 {
		t.Errorf("%d signups went through, want 2", n)
	}
}

func TestNobodyIsBrakedWhoIsNoStranger(t *testing.T) {
	secret := []byte("a secret of 24 octets or more")
	s := guarded(t, redistest.Embedded(t), limit.Config{PerIP: 1, PerDomain: 1, PerAddress: 1}, signedWith(secret))
	for n := range 5 {
		body := strings.Replace(valid, "ann@", fmt.Sprintf("a%d@", n), 1)
		header := append(sign(secret, fmt.Sprint(n), time.Now(), body), "X-Forwarded-For", "203.0.113.7")
		if w := s.json("/api/v1/subscriptions", body, header...); w.Code != 202 {
			t.Errorf("a signed call: %d %s", w.Code, w.Body)
		}
	}
	s = guarded(t, redistest.Embedded(t), limit.Config{PerIP: 1, PerDomain: 1, PerAddress: 1})
	for n := range 5 {
		if w := s.signup("10.1.2.3", fmt.Sprintf("a%d@example.org", n)); w.Code != 202 {
			t.Errorf("from a private network: %d %s", w.Code, w.Body)
		}
	}
}

func TestAConsentKeepsAHashOfWhereItCameFrom(t *testing.T) {
	secret := []byte("a secret of 24 octets or more")
	client := redistest.Embedded(t)
	want := limit.New(limit.Config{}, client, []byte("a secret for tests"), nil).IPHash(netip.MustParseAddr("203.0.113.7"))
	given := func(s *site) string {
		for _, sub := range s.desk.people {
			return sub.Proposal.Given.IPHash
		}
		t.Fatal("nobody signed up")
		return ""
	}
	s := guarded(t, client, limit.Config{})
	s.signup("203.0.113.7", "ann@example.org")
	if got := given(s); got != want || strings.Contains(got, "203") {
		t.Errorf("by hook: %q, want %q", got, want)
	}
	s = guarded(t, client, limit.Config{})
	s.do("POST", "/subscribe", s.form(), "Content-Type", formType, "Sec-Fetch-Site", "same-origin", "X-Forwarded-For", "203.0.113.7")
	if got := given(s); got != want {
		t.Errorf("by form: %q, want %q", got, want)
	}
	s = guarded(t, client, limit.Config{}, signedWith(secret))
	s.signup("203.0.113.7", "ann@example.org", sign(secret, "1", time.Now(), valid)...)
	if got := given(s); got != "" {
		t.Errorf("by a site's server: %q, which is not the person's address", got)
	}
}

func TestTheSameRequestIsDoneOnce(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := guarded(t, client, limit.Config{})
		key := []string{"Idempotency-Key", "8e03978e-40d5-43dd-bc93-6894a57f9324"}
		first := s.json("/api/v1/subscriptions", valid, key...)
		again := s.json("/api/v1/subscriptions", valid, "Idempotency-Key", `"`+key[1]+`"`) // as the draft writes it
		if first.Code != 202 || again.Code != 202 || again.Body.String() != first.Body.String() {
			t.Errorf("%d %s, then %d %s", first.Code, first.Body, again.Code, again.Body)
		}
		if n := len(s.desk.changes); n != 1 {
			t.Errorf("signed up %d times", n)
		}
		p := problemIn(t, s.json("/api/v1/subscriptions", strings.Replace(valid, "ann@", "bob@", 1), key...), 422)
		if p.Type != "urn:jobalertd:problem:key-reused" {
			t.Errorf("another body: %s", p.Type)
		}
		if w := s.json("/api/v1/subscriptions", valid, "Idempotency-Key", "another"); w.Code != 202 || len(s.desk.changes) != 2 {
			t.Errorf("another key: %d, signed up %d times", w.Code, len(s.desk.changes))
		}
	})
}

func TestARefusedRequestMayBeMendedUnderItsKey(t *testing.T) {
	s := guarded(t, redistest.Embedded(t), limit.Config{})
	key := []string{"Idempotency-Key", "k"}
	problemIn(t, s.json("/api/v1/subscriptions", "{", key...), 400)
	problemIn(t, s.json("/api/v1/subscriptions", "{}", key...), 422)
	s.desk.fails = temporary{}
	problemIn(t, s.json("/api/v1/subscriptions", valid, key...), 503)
	s.desk.fails = nil
	if w := s.json("/api/v1/subscriptions", valid, key...); w.Code != 202 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestASecondRequestMeanwhileIsToldToWait(t *testing.T) {
	s := guarded(t, redistest.Embedded(t), limit.Config{})
	var meanwhile *httptest.ResponseRecorder
	s.desk.during = func() {
		s.desk.during = nil
		meanwhile = s.json("/api/v1/subscriptions", valid, "Idempotency-Key", "k")
	}
	if w := s.json("/api/v1/subscriptions", valid, "Idempotency-Key", "k"); w.Code != 202 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	p := problemIn(t, meanwhile, 409)
	if p.Type != "urn:jobalertd:problem:key-busy" || meanwhile.Header().Get("Retry-After") == "" {
		t.Errorf("%s, Retry-After %q", p.Type, meanwhile.Header().Get("Retry-After"))
	}
	if len(s.desk.changes) != 1 {
		t.Errorf("signed up %d times", len(s.desk.changes))
	}
}

func TestTheSamePushIsDoneOnce(t *testing.T) {
	s := guarded(t, redistest.Embedded(t), limit.Config{})
	body := `{"id":"1","url":"https://acme.example/1","title":"Go developer","company":"Acme"}`
	push := func(bearer, body string) *httptest.ResponseRecorder {
		return s.json("/api/v1/postings", body, "Authorization", "Bearer "+bearer, "Idempotency-Key", "k")
	}
	first, again := push(postingKey, body), push(postingKey, body)
	if first.Code != 200 || again.Code != 200 || again.Body.String() != first.Body.String() || len(s.postings.pushed) != 1 {
		t.Errorf("%d %s, then %d %s; %d pushed", first.Code, first.Body, again.Code, again.Body, len(s.postings.pushed))
	}
	problemIn(t, push(postingKey, "["+body+"]"), 422)
	if w := push("another key", "["+body+"]"); w.Code != 200 {
		t.Errorf("another caller's key of the same name: %d %s", w.Code, w.Body)
	}
	problemIn(t, push("no key at all", body), 401) // whoever may not push does not hear old answers either
}

func TestKeysThatNameNothingAreRefused(t *testing.T) {
	for _, key := range []string{"", `""`, strings.Repeat("x", 256), "a\x7fb", "ключ"} {
		s := guarded(t, redistest.Embedded(t), limit.Config{})
		problemIn(t, s.json("/api/v1/subscriptions", valid, "Idempotency-Key", key), 400)
		s.unchanged()
	}
}

func TestARequestDoneOnceMakesOneProposal(t *testing.T) {
	var ids []string
	for range 2 { // the first time nobody lived to keep the answer
		s := guarded(t, redistest.Embedded(t), limit.Config{})
		s.json("/api/v1/subscriptions", valid, "Idempotency-Key", "k")
		ids = append(ids, s.desk.asked.Proposal)
	}
	if ids[0] == "" || ids[0] != ids[1] {
		t.Errorf("proposals %q", slices.Compact(ids))
	}
	s := guarded(t, redistest.Embedded(t), limit.Config{})
	s.json("/api/v1/subscriptions", valid)
	if asked, _ := json.Marshal(s.desk.asked.Proposal); string(asked) != `""` {
		t.Errorf("without a key the proposal is named %s", asked)
	}
}

func TestAStrangerWhoLooksTooOftenIsToldToComeBack(t *testing.T) {
	header := []string{"X-Forwarded-For", "203.0.113.7"}
	asked := func(s *site) *httptest.ResponseRecorder { return s.json("/api/v1/preview", `{"filter":{}}`, header...) }
	formHeader := append([]string{"Content-Type", formType, "Sec-Fetch-Site", "same-origin"}, header...)
	s := guarded(t, redistest.Embedded(t), limit.Config{Questions: 3})
	for n := range 3 {
		if w := asked(s); w.Code != 200 {
			t.Fatalf("look %d: %d %s", n+1, w.Code, w.Body)
		}
	}
	w := asked(s)
	problemIn(t, w, 429)
	if after := w.Header().Get("Retry-After"); after == "" || after == "0" {
		t.Errorf("Retry-After %q", after)
	}
	// Without JavaScript the form comes back whole and says so; with it, the words stand where the preview would.
	page := s.do("POST", "/subscribe", s.form("action", "preview"), formHeader...)
	says(t, page, 429, "go on without a preview", `value="ann@example.org"`, "go, postgresql")
	live := s.do("POST", "/preview", s.form(), append(formHeader, "Accept-Language", "de")...)
	if live.Code != 429 || page.Header().Get("Retry-After") == "" || live.Header().Get("Retry-After") == "" || !strings.Contains(live.Body.String(), "ohne Vorschau weiter") {
		t.Errorf("the live preview is %d, %v: %s", live.Code, live.Header(), live.Body)
	}
	// The form can be sent all the same, and nobody else is held back.
	says(t, s.do("POST", "/subscribe", s.form(), formHeader...), 200, "Check your mail")
	header[1] = "203.0.113.8"
	if w := asked(s); w.Code != 200 {
		t.Errorf("somebody else: %d", w.Code)
	}
	header[1] = "10.1.2.3"
	for range 5 {
		if w := asked(s); w.Code != 200 {
			t.Errorf("from a private network: %d", w.Code)
		}
	}
}

func TestAPreviewIsAnsweredWhileRedisIsAway(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	s := guarded(t, client, limit.Config{Questions: 1})
	for range 3 {
		if w := s.json("/api/v1/preview", `{"filter":{}}`, "X-Forwarded-For", "203.0.113.7"); w.Code != 200 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}
