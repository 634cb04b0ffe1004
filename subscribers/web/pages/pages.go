package pages

import (
	"log/slog"
	"net/http"
	"time"

	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/pages/jobs"
	"jobalertd/subscribers/web/pages/join"
	"jobalertd/subscribers/web/pages/manage"
	"jobalertd/subscribers/web/pages/shell"
)

// Signup is what a person can do on the pages.
type Signup interface {
	join.Desk
	manage.Desk
}

// Postings is what the pages ask about postings.
type Postings = jobs.Postings

// Privacy is what a person may ask about their data.
type Privacy = manage.Privacy

// Counter hears of what happened, for the metrics.
type Counter interface {
	join.Counter
	manage.Counter
}

// Config is what the pages say of the site they belong to.
type Config struct {
	Name string // what the site calls itself
	// Secure is set where people reach the site by https only.
	Secure bool
	// MinFill is the shortest time in which a person can fill in the signup form.
	MinFill time.Duration
	// WorkBits is how much work a browser must have done to sign somebody up; 0 asks for none.
	WorkBits int
}

// Deps is what the pages work with.
type Deps struct {
	Signup   Signup
	Postings Postings
	Privacy  Privacy
	Tokens   *token.Minter
	Counter  Counter
	Log      *slog.Logger
}

// Pages serves the pages.
type Pages struct {
	shell  *shell.Shell
	join   *join.Join
	manage *manage.Manage
	jobs   *jobs.Jobs
}

// New makes the pages. It fails only if a file that is built in is broken.
func New(cfg Config, deps Deps) (*Pages, error) {
	common, err := shell.New(cfg.Name, cfg.Secure, deps.Log)
	if err != nil {
		return nil, err
	}
	return &Pages{
		shell:  common,
		join:   &join.Join{Shell: common, Desk: deps.Signup, Postings: deps.Postings, Tokens: deps.Tokens, Counter: deps.Counter, MinFill: cfg.MinFill, WorkBits: cfg.WorkBits},
		manage: &manage.Manage{Shell: common, Desk: deps.Signup, Privacy: deps.Privacy, Postings: deps.Postings, Tokens: deps.Tokens, Counter: deps.Counter},
		jobs:   &jobs.Jobs{Shell: common, Desk: deps.Signup, Postings: deps.Postings, Tokens: deps.Tokens},
	}, nil
}

// Register adds the routes.
func (p *Pages) Register(mux *http.ServeMux) {
	p.join.Register(mux)
	p.manage.Register(mux)
	p.jobs.Register(mux)
	mux.HandleFunc("GET /robots.txt", robots)
}

// robots keeps crawlers on the signup page.
func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = w.Write([]byte("User-agent: *\nAllow: /$\nAllow: /?lang=\nDisallow: /\n")) // a client that has gone needs no answer
}

// Error answers with a page about an error.
func (p *Pages) Error(w http.ResponseWriter, r *http.Request, err error) { p.shell.Error(w, r, err) }
