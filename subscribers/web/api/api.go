package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/subscribers"
	"jobalertd/subscribers/once"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/web/problem"
	"jobalertd/subscribers/web/request"
	"jobalertd/subscribers/web/webhook"
)

// Signup takes a signup in and sees to the confirmation mail. Its answer is the same whether the
// address is new, known or suppressed.
type Signup interface {
	Enrol(ctx context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error)
}

// Postings is what the API asks of the posting log.
type Postings interface {
	// Preview tells what a filter would have found.
	Preview(ctx context.Context, f alerts.Filter, now time.Time) (Preview, error)
	// Push takes postings in. It returns what became of each, in their order: one word, such as
	// new, joined or known.
	Push(ctx context.Context, postings []alerts.Posting) ([]string, error)
}

// Preview is what a filter matches among the open postings.
type Preview struct {
	Open    int      `json:"open"`     // how many match now
	PerWeek float64  `json:"per_week"` // how many matching ones appear in a week, of late
	Samples []Sample `json:"samples"`  // the best few
}

// Sample is one posting of a preview, as short as a list needs it.
type Sample struct {
	ID        string            `json:"id"`
	Title     string            `json:"title"`
	Company   string            `json:"company"`
	URL       string            `json:"url"`
	Workplace alerts.Workplace  `json:"workplace,omitempty"`
	Locations []alerts.Location `json:"locations,omitempty"`
	Salary    *alerts.Salary    `json:"salary,omitempty"`
	PostedAt  time.Time         `json:"posted_at,omitzero"`
}

// Config is what the operator decides.
type Config struct {
	// PostingKeys are the bearer keys that may push postings; none switches pushing off.
	PostingKeys []string
	// HookSecrets are Standard Webhooks secrets (whsec_…); with none the hook is open to all.
	HookSecrets []string
	// Origins are the sites whose pages may call the hook and the preview from a browser, such as
	// https://example.org.
	Origins []string
}

// Deps is what the API works with.
type Deps struct {
	Signup   Signup
	Postings Postings
	Bounces  Bounces
	// Once remembers the answers to requests with an Idempotency-Key; nil does not.
	Once *once.Memory
	// Counted hears of every signup, and what came of it; nil is accepted.
	Counted func(err error)
	Log     *slog.Logger
}

// API answers the JSON routes.
type API struct {
	Deps
	keys     [][sha256.Size]byte
	verifier *webhook.Verifier // nil: the hook needs no signature
	origins  []string
}

// New makes the API, or says what is wrong with the configuration.
func New(cfg Config, deps Deps) (*API, error) {
	a := &API{Deps: deps, origins: cfg.Origins}
	for i, key := range cfg.PostingKeys {
		if strings.TrimSpace(key) == "" {
			return nil, fmt.Errorf("api: posting key %d is empty", i+1)
		}
		a.keys = append(a.keys, sha256.Sum256([]byte(key)))
	}
	for _, origin := range cfg.Origins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != origin {
			return nil, fmt.Errorf("api: %q is not an origin like https://example.org", origin)
		}
	}
	if len(cfg.HookSecrets) > 0 {
		var err error
		if a.verifier, err = webhook.New(cfg.HookSecrets); err != nil {
			return nil, fmt.Errorf("api: hook secrets: %w", err)
		}
	}
	return a, nil
}

//go:embed openapi.json
var openAPI []byte

// Register adds the routes.
func (a *API) Register(mux *http.ServeMux) {
	mux.Handle("POST /api/v1/subscriptions", a.cors(a.answer(a.subscribe)))
	mux.Handle("OPTIONS /api/v1/subscriptions", a.cors(http.HandlerFunc(preflight)))
	mux.Handle("POST /api/v1/preview", a.cors(a.answer(a.preview)))
	mux.Handle("OPTIONS /api/v1/preview", a.cors(http.HandlerFunc(preflight)))
	mux.Handle("POST /api/v1/postings", a.answer(a.push))
	mux.Handle("POST /hooks/bounce/{provider}", a.answer(a.bounced))
	mux.HandleFunc("GET /api/v1/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(openAPI) // a client that has gone needs no answer
	})
}

// answer turns the error of a handler into a problem.
func (a *API) answer(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil {
			return
		}
		p := problem.From(err)
		if p.Status() >= http.StatusInternalServerError {
			a.Log.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
		}
		p.Write(w)
	})
}

// cors lets pages of allowed origins read the answer.
func (a *API) cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		if a.allowed(r) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Access-Control-Allow-Methods", "POST")
			w.Header().Set("Access-Control-Allow-Headers", "Content-Type, "+idempotencyKey)
			w.Header().Set("Access-Control-Expose-Headers", "Retry-After, "+request.Header)
			w.Header().Set("Access-Control-Max-Age", "3600")
		}
		next.ServeHTTP(w, r)
	})
}

// allowed reports whether a browser says that a page of an allowed origin sent the request.
func (a *API) allowed(r *http.Request) bool {
	return slices.Contains(a.origins, r.Header.Get("Origin"))
}

func preflight(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// authorized reports whether the request bears one of the posting keys. Hashing first makes the
// comparison's time independent of both the key and its length.
func (a *API) authorized(r *http.Request) bool {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	given, ok := sha256.Sum256([]byte(strings.TrimSpace(key))), 0
	for _, want := range a.keys {
		ok |= subtle.ConstantTimeCompare(given[:], want[:])
	}
	return ok == 1 && strings.EqualFold(scheme, "Bearer")
}
