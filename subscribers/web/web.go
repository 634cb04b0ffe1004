package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/subscribers/limit"
	"jobalertd/subscribers/once"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/api"
	"jobalertd/subscribers/web/caller"
	"jobalertd/subscribers/web/feed"
	"jobalertd/subscribers/web/pages"
	"jobalertd/subscribers/web/pages/jobs"
	"jobalertd/subscribers/web/request"
)

// Signup is what people can do. Package signup implements it.
type Signup = pages.Signup

// Postings is what the listener asks of the posting log.
type Postings interface {
	api.Postings
	feed.Matches
	pages.Postings
}

// Privacy is what people may ask about their data. Package privacy implements it.
type Privacy = pages.Privacy

// What Postings answers with.
type (
	Preview = api.Preview
	Sample  = api.Sample
	Match   = feed.Match
	Judged  = jobs.Judged
)

// Config is what the operator decides.
type Config struct {
	// BaseURL is the address of the listener as people see it: https://jobs.example.org. It has no
	// path: links in mails are short, and the pages link to each other from the root.
	BaseURL string
	// Name is what the site calls itself; "Job alerts" where empty.
	Name string
	// PostingKeys are the bearer keys for POST /api/v1/postings; none switches it off.
	PostingKeys []string
	// HookSecrets are Standard Webhooks secrets (whsec_…) that signups by API must be signed with;
	// with none, unsigned ones are taken.
	HookSecrets []string
	// Origins are the sites, such as https://example.org, whose pages may call the API from a browser,
	// send the signup form, and show ours in a frame.
	Origins []string
	// TrustedProxies are the networks of the operator's proxies, which are believed when they say
	// whom they speak for.
	TrustedProxies []netip.Prefix
	// MinFill is the shortest time in which a person can fill in the signup form; 2 s where zero.
	MinFill time.Duration
	// WorkBits is how much work a browser must do to send the signup form, see package work; 0 for
	// none.
	WorkBits int
	// LogRequests logs every request at level info; else only those that failed by our fault, and the
	// others at level debug.
	LogRequests bool
}

// Deps is what the listener works with.
type Deps struct {
	Signup   Signup
	Postings Postings
	Bounces  api.Bounces
	Privacy  Privacy
	Tokens   *token.Minter
	// Brakes holds back strangers who sign up too many or ask too much; nil holds back nobody.
	Brakes *limit.Brakes
	// Once remembers the answers to requests with an Idempotency-Key; nil ignores the keys.
	Once *once.Memory
	Log  *slog.Logger
	// Answered hears of every answer, after it: the pattern of its route and its status. May be nil.
	Answered func(ctx context.Context, route string, status int)
	// Metrics may be nil.
	Metrics prometheus.Registerer
}

// New makes the handler of the public listener, or says what is wrong with the configuration.
func New(cfg Config, deps Deps) (http.Handler, error) {
	base, err := baseURL(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	name := cmp.Or(cfg.Name, "Job alerts")
	deps.Signup, deps.Postings = door{deps.Signup, deps.Brakes, deps.Log}, window{deps.Postings, deps.Brakes}
	m := newMetrics(deps.Metrics)
	people, err := pages.New(
		pages.Config{Name: name, Secure: base.Scheme == "https", MinFill: cmp.Or(cfg.MinFill, 2*time.Second), WorkBits: cfg.WorkBits},
		pages.Deps{Signup: deps.Signup, Postings: deps.Postings, Privacy: deps.Privacy, Tokens: deps.Tokens, Counter: m, Log: deps.Log},
	)
	if err != nil {
		return nil, err
	}
	programs, err := api.New(
		api.Config{PostingKeys: cfg.PostingKeys, HookSecrets: cfg.HookSecrets, Origins: cfg.Origins},
		api.Deps{Signup: deps.Signup, Postings: deps.Postings, Bounces: deps.Bounces, Once: deps.Once, Counted: m.Signup, Log: deps.Log},
	)
	if err != nil {
		return nil, err
	}
	readers := feed.New(
		feed.Config{BaseURL: base, Name: name},
		feed.Deps{Subscribers: deps.Signup, Matches: deps.Postings, Tokens: deps.Tokens, Log: deps.Log},
	)
	mux := http.NewServeMux()
	people.Register(mux)
	programs.Register(mux)
	readers.Register(mux)
	if len(cfg.Origins) > 0 {
		mux.Handle("GET /embed", embed(mux))
	}
	guarded, err := protect(base, cfg.Origins, frames(cfg.Origins, unmatched(mux, people)), people)
	if err != nil {
		return nil, err
	}
	finder := caller.NewFinder(cfg.TrustedProxies, cfg.Origins)
	watched := watch{metrics: m, log: deps.Log, all: cfg.LogRequests, answered: deps.Answered}.over(secure(calm(guarded, people, deps.Log)))
	return request.Named(finder.Proxy, finder.Know(watched)), nil
}

// baseURL checks the address of the listener.
func baseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("web: base URL: %w", err)
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return nil, fmt.Errorf("web: base URL %q is not like https://jobs.example.org", text)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.User != nil:
		return nil, errors.New("web: the base URL has a path, a query or a user; it needs a host of its own")
	}
	return u, nil
}

// NewServer makes a server for the handler that cuts off slow and oversized clients.
func NewServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute, // 10 MiB of postings over a slow line
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}
