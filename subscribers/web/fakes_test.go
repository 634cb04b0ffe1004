package web_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/mailer/bounce/provider"
	"jobalertd/subscribers"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web"
	"jobalertd/subscribers/web/request"
)

// desk is signup in memory: one subscriber for each address, in the states that the real one has.
type desk struct {
	mu      sync.Mutex
	people  map[subscribers.ID]*subscribers.Subscriber
	changes []string // every call that may change something
	fails   error    // what every call returns
	asked   subscribers.Signup
	during  func() // what happens while somebody signs up; nil for nothing
}

func (d *desk) call(format string, args ...any) error {
	d.changes = append(d.changes, fmt.Sprintf(format, args...))
	return d.fails
}

func (d *desk) Enrol(_ context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error) {
	if d.during != nil {
		d.during()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = s
	if err := d.call("enrol %s", s.Address); err != nil {
		return signup.Enrolled{}, err
	}
	if err := s.Validate().Err(); err != nil {
		return signup.Enrolled{}, err
	}
	for _, sub := range d.people {
		if sub.Address.Key() == s.Address.Key() {
			return signup.Enrolled{}, nil
		}
	}
	hash := mailer.NewHasher([]byte("key")).Hash(s.Address)
	sub := &subscribers.Subscriber{
		ID: subscribers.NewID(hash), Address: s.Address, State: subscribers.StatePending, CreatedAt: now,
		Proposal: &subscribers.Proposal{ID: "proposal00001", Locale: s.Locale, Zone: s.Zone, Alerts: s.Alerts, Given: s.Consent, At: now, Browser: s.Browser},
	}
	d.people[sub.ID] = sub
	return signup.Enrolled{ID: sub.ID, Proposal: sub.Proposal.ID}, nil
}

func (d *desk) Confirm(_ context.Context, id subscribers.ID, proposal string, via subscribers.Via, now time.Time) (*subscribers.Subscriber, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub, err := d.changing(id, "confirm %s", via)
	if err != nil {
		return nil, err
	}
	switch {
	case sub.Confirmed == proposal:
		return sub, nil
	case sub.Moving != nil && sub.Moving.ID == proposal:
		if sub.Moving.Address.String() == "taken@example.org" {
			return nil, subscribers.ErrTaken
		}
		sub.Address, sub.Moving, sub.Confirmed = sub.Moving.Address, nil, proposal
		return sub, nil
	case sub.Proposal == nil || sub.Proposal.ID != proposal:
		return nil, subscribers.ErrExpired
	}
	for i, a := range sub.Proposal.Alerts {
		a.ID = fmt.Sprint(i + 1)
		sub.Alerts = append(sub.Alerts, a)
	}
	sub.State, sub.Zone, sub.Consent = subscribers.StateActive, sub.Proposal.Zone, sub.Proposal.Given
	sub.Consent.Via = via
	sub.Confirmed, sub.Proposal = proposal, nil
	return sub, nil
}

func (d *desk) Get(_ context.Context, id subscribers.ID) (*subscribers.Subscriber, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails != nil {
		return nil, d.fails
	}
	sub, ok := d.people[id]
	if !ok {
		return nil, subscribers.ErrNotFound
	}
	clone := *sub
	clone.Alerts = slices.Clone(sub.Alerts)
	return &clone, nil
}

func (d *desk) Change(_ context.Context, id subscribers.ID, c subscribers.Change, _ time.Time) (*subscribers.Subscriber, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub, err := d.changing(id, "change")
	if err != nil {
		return nil, err
	}
	if c.Zone != nil {
		sub.Zone = *c.Zone
	}
	if c.Locale != nil {
		sub.Locale = *c.Locale
	}
	if c.RenewFeeds {
		sub.FeedSerial++
	}
	if c.Alerts != nil {
		sub.Alerts = *c.Alerts
		for i := range sub.Alerts {
			if sub.Alerts[i].ID == "" {
				sub.Alerts[i].ID = fmt.Sprint(100 + i)
			}
		}
	}
	if c.Pause != nil {
		event := subscribers.EventResume
		if *c.Pause {
			event = subscribers.EventPause
		}
		sub.State, _ = sub.State.After(event)
		sub.PausedUntil = c.PausedUntil
	}
	return sub, nil
}

func (d *desk) Leave(_ context.Context, id subscribers.ID, alert string, via subscribers.Via, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub, err := d.changing(id, "leave %q by %s", alert, via)
	if err != nil {
		return err
	}
	if alert != "" && len(sub.Alerts) > 1 {
		sub.Alerts = slices.DeleteFunc(sub.Alerts, func(a subscribers.Alert) bool { return a.ID == alert })
		return nil
	}
	sub.State = subscribers.StateLeft
	return nil
}

func (d *desk) SendManageLink(_ context.Context, id subscribers.ID, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, err := d.changing(id, "send link")
	return err
}

func (d *desk) Move(_ context.Context, id subscribers.ID, to mailer.Address, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub, err := d.changing(id, "move to %s", to)
	if err == nil {
		sub.Moving = &subscribers.Moving{ID: "proposalmove2", Address: to, At: now}
	}
	return err
}

func (d *desk) Remind(_ context.Context, id subscribers.ID, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, err := d.changing(id, "remind")
	return err
}

func (d *desk) Return(_ context.Context, id subscribers.ID, _ time.Time) (*subscribers.Subscriber, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub, err := d.changing(id, "return")
	if err == nil {
		sub.State = subscribers.StateActive
	}
	return sub, err
}

func (d *desk) Export(_ context.Context, id subscribers.ID) ([]byte, error) {
	return []byte(`{"subscriber":"` + string(id) + `"}`), d.fails
}

func (d *desk) Erase(_ context.Context, id subscribers.ID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, err := d.changing(id, "erase")
	delete(d.people, id)
	return err
}

func (d *desk) changing(id subscribers.ID, format string, args ...any) (*subscribers.Subscriber, error) {
	if err := d.call(format, args...); err != nil {
		return nil, err
	}
	sub, ok := d.people[id]
	if !ok {
		return nil, subscribers.ErrNotFound
	}
	return sub, nil
}

// log is the posting log in memory.
type log struct {
	pushed []alerts.Posting
	found  []web.Match
	fails  error
	asked  []alerts.Filter
	during func() // what happens while postings are taken in; nil for nothing
}

func (l *log) Preview(_ context.Context, f alerts.Filter, _ time.Time) (web.Preview, error) {
	l.asked = append(l.asked, f)
	return web.Preview{Open: 12, PerWeek: 5.2, Samples: []web.Sample{{Title: "Go engineer", Company: "Acme", URL: "https://acme.example/1", Workplace: "remote"}}}, l.fails
}

// Judge knows one posting.
func (l *log) Judge(_ context.Context, f alerts.Filter, posting string) (web.Judged, error) {
	if l.fails != nil || posting != somePosting().ID {
		return web.Judged{}, cmp.Or(l.fails, error(subscribers.ErrNotFound))
	}
	p := somePosting()
	return web.Judged{Posting: p, Verdict: f.Match(&p)}, nil
}

func (l *log) Between(_ context.Context, f alerts.Filter, after, upto alerts.Seq, limit int) ([]alerts.Match, int, error) {
	var found []alerts.Match
	p := somePosting()
	if v := f.Match(&p); v.Match && after < 7 && upto >= 7 {
		found = append(found, alerts.Match{Posting: &p, Seq: 7, Verdict: v})
	}
	return found[:min(limit, len(found))], len(found), l.fails
}

// somePosting is one that the first alert of site.subscriber matches.
func somePosting() alerts.Posting {
	return alerts.Posting{
		ID: "greenhouse:acme:7", Source: "greenhouse", URL: "https://acme.example/7", Title: "Go Engineer, Payments", Company: "Acme GmbH",
		Class: alerts.ClassCore, Skills: []string{"go", "kafka", "php"}, Workplace: alerts.WorkplaceHybrid, Language: "en",
		Locations: []alerts.Location{{City: "Berlin", Country: "DE"}}, Salary: &alerts.Salary{Min: 80000, Max: 95000, Currency: "EUR", Period: "year"},
	}
}

func (l *log) Push(_ context.Context, postings []alerts.Posting) ([]string, error) {
	if l.during != nil {
		l.during()
	}
	if l.fails != nil {
		return nil, l.fails
	}
	l.pushed = append(l.pushed, postings...)
	return slices.Repeat([]string{"new"}, len(postings)), nil
}

func (l *log) Matches(_ context.Context, _ subscribers.ID, _ string, limit int) ([]web.Match, error) {
	return l.found[:min(limit, len(l.found))], l.fails
}

// bounces notes the calls of mail providers.
type bounces struct {
	calls []string
	fails error
}

func (b *bounces) Take(_ context.Context, name string, c provider.Call, _ time.Time) (int, error) {
	if b.fails != nil {
		return 0, b.fails
	}
	b.calls = append(b.calls, fmt.Sprintf("%s %s %s", name, c.Header.Get("Content-Type"), c.Body))
	return len(b.calls), nil
}

// temporary is what a store says that is away.
type temporary struct{}

func (temporary) Error() string   { return "connection refused" }
func (temporary) Temporary() bool { return true }

const postingKey = "a posting key"

// site is the public listener with everything behind it.
type site struct {
	*testing.T
	desk     *desk
	postings *log
	bounces  *bounces
	tokens   *token.Minter
	metrics  *prometheus.Registry
	logged   *strings.Builder
	handler  http.Handler
}

// setup makes a site; edit may change its configuration.
func setup(t *testing.T, edit ...func(*web.Config)) *site {
	t.Helper()
	return build(t, func(*web.Deps) {}, edit...)
}

// build makes a site; furnish may change what it works with.
func build(t *testing.T, furnish func(*web.Deps), edit ...func(*web.Config)) *site {
	t.Helper()
	tokens, err := token.New([][]byte{[]byte("a key of sixteen or more octets")})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{
		T: t, desk: &desk{people: map[subscribers.ID]*subscribers.Subscriber{}}, postings: &log{}, bounces: &bounces{}, tokens: tokens,
		metrics: prometheus.NewRegistry(), logged: &strings.Builder{},
	}
	cfg := web.Config{BaseURL: "https://jobs.example.org", PostingKeys: []string{postingKey, "another key"}, MinFill: time.Nanosecond}
	for _, e := range edit {
		e(&cfg)
	}
	deps := web.Deps{
		Signup: s.desk, Postings: s.postings, Privacy: s.desk, Bounces: s.bounces, Tokens: tokens, Metrics: s.metrics,
		Log: slog.New(request.LogHandler(slog.NewTextHandler(s.logged, nil))),
	}
	furnish(&deps)
	if s.handler, err = web.New(cfg, deps); err != nil {
		t.Fatal(err)
	}
	return s
}

// subscriber adds an active subscriber with two alerts.
func (s *site) subscriber(edit ...func(*subscribers.Subscriber)) *subscribers.Subscriber {
	address, err := mailer.ParseAddress("ann@example.org")
	if err != nil {
		s.Fatal(err)
	}
	sub := &subscribers.Subscriber{
		ID: "abcdefghijklm", Address: address, State: subscribers.StateActive, Locale: "en", Zone: "Europe/Berlin",
		Confirmed: "proposal00000", CreatedAt: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC),
		Alerts: []subscribers.Alert{
			{ID: "1", Name: "Go in Berlin", Cadence: alerts.Cadence{Every: alerts.EveryDaily, Hour: 8},
				Filter: alerts.Filter{Skills: alerts.SkillSet{Any: []string{"go"}}, Places: []alerts.Place{{City: "Berlin", Country: "DE", RadiusKM: 50}}, Languages: []string{"en"}}},
			{ID: "2", Name: "Rust", Cadence: alerts.Cadence{Every: alerts.EveryInstant},
				Filter: alerts.Filter{Skills: alerts.SkillSet{Any: []string{"rust"}}, Workplace: []alerts.Workplace{alerts.WorkplaceRemote}}},
		},
	}
	for _, e := range edit {
		e(sub)
	}
	s.desk.people[sub.ID] = sub
	return sub
}

// link mints a link for the subscriber.
func (s *site) link(purpose token.Purpose, edit ...func(*token.Claims)) string {
	c := token.Claims{Purpose: purpose, Subscriber: "abcdefghijklm"}
	if purpose == token.Confirm {
		c.Proposal = "proposal00001"
	}
	for _, e := range edit {
		e(&c)
	}
	return s.tokens.Mint(c, time.Now())
}

// do sends a request straight to the handler.
func (s *site) do(method, path, body string, header ...string) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequest(method, "https://jobs.example.org"+path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

const formType = "application/x-www-form-urlencoded"

// post sends a form as a browser does from our own page.
func (s *site) post(path, form string) *httptest.ResponseRecorder {
	s.Helper()
	return s.do("POST", path, form, "Content-Type", formType, "Sec-Fetch-Site", "same-origin")
}

// json sends JSON.
func (s *site) json(path, body string, header ...string) *httptest.ResponseRecorder {
	s.Helper()
	return s.do("POST", path, body, append([]string{"Content-Type", "application/json"}, header...)...)
}

// unchanged checks that nothing was asked to change.
func (s *site) unchanged() {
	s.Helper()
	if len(s.desk.changes) > 0 || len(s.postings.pushed) > 0 {
		s.Errorf("something was changed: %v, %d postings", s.desk.changes, len(s.postings.pushed))
	}
}

// headers is the header of an answer but for the id of the request, which tells nothing.
func headers(w *httptest.ResponseRecorder) string {
	h := w.Header().Clone()
	h.Del(request.Header)
	return fmt.Sprint(h)
}
