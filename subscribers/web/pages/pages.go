package pages

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"jobalertd/subscribers"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/problem"
)

// Signup is what a person can do on the pages.
type Signup interface {
	// Enrol takes a signup in and sees to the confirmation mail. Its answer is the same whether the
	// address is new, known or suppressed.
	Enrol(ctx context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error)
	// Confirm makes a proposal come true. Confirming it again changes nothing.
	Confirm(ctx context.Context, id subscribers.ID, proposal string, via subscribers.Via, now time.Time) (*subscribers.Subscriber, error)
	// Get reads a subscriber.
	Get(ctx context.Context, id subscribers.ID) (*subscribers.Subscriber, error)
	// Change changes what a subscriber asks for. An alert without an id is a new one.
	Change(ctx context.Context, id subscribers.ID, c subscribers.Change, now time.Time) (*subscribers.Subscriber, error)
	// Leave ends one alert, or everything where alert is empty. It has taken effect when it returns.
	Leave(ctx context.Context, id subscribers.ID, alert string, via subscribers.Via, now time.Time) error
	// SendManageLink mails a fresh link to the manage page.
	SendManageLink(ctx context.Context, id subscribers.ID, now time.Time) error
}

// Counter hears of what happened, for the metrics.
type Counter interface {
	// Signup hears of every form that was sent, and what came of it; nil is accepted.
	Signup(err error)
	Confirmation(via subscribers.Via)
	Unsubscribe(via subscribers.Via)
}

// ErrBot is what a Counter hears of a form that a program filled in. The program is told that all
// went well.
var ErrBot = errors.New("filled in by a program")

// Config is what the pages say of the site they belong to.
type Config struct {
	Name string // what the site calls itself
	// MinFill is the shortest time in which a person can fill in the signup form.
	MinFill time.Duration
	// WorkBits is how much work a browser must have done to sign somebody up; 0 asks for none.
	WorkBits int
}

// Deps is what the pages work with.
type Deps struct {
	Signup  Signup
	Tokens  *token.Minter
	Counter Counter
	Log     *slog.Logger
}

// Pages serves the pages.
type Pages struct {
	Config
	Deps
	languages languages
}

// New makes the pages. It fails only if a file that is built in is broken.
func New(cfg Config, deps Deps) (*Pages, error) {
	spoken, err := newLanguages()
	if err != nil {
		return nil, err
	}
	return &Pages{Config: cfg, Deps: deps, languages: spoken}, nil
}

// Register adds the routes. A pattern for GET answers HEAD too.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /{$}", p.answer(p.signupPage))
	mux.Handle("POST /subscribe", p.answer(p.subscribe))
	mux.Handle("GET /confirm/{token}", p.answer(p.confirmPage))
	mux.Handle("POST /confirm/{token}", p.answer(p.confirm))
	mux.Handle("GET /manage/{token}", p.answer(p.managePage))
	mux.Handle("POST /manage/{token}", p.answer(p.manage))
	mux.Handle("GET /unsubscribe/{token}", p.answer(p.unsubscribePage))
	mux.Handle("POST /unsubscribe/{token}", p.answer(p.unsubscribe))
	mux.HandleFunc("GET /robots.txt", robots)
}

// robots keeps crawlers on the signup page.
func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = w.Write([]byte("User-agent: *\nAllow: /$\nDisallow: /\n")) // a client that has gone needs no answer
}

// answer turns the error of a handler into a page.
func (p *Pages) answer(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := handle(w, r); err != nil {
			p.Error(w, r, err)
		}
	})
}

// problemView is the page of a problem.
type problemView struct {
	chrome
	Heading, Text string
	Fields        []string
	Renew         bool // offer to mail a fresh link
}

// Error answers with a page about an error, and logs it where it is ours.
func (p *Pages) Error(w http.ResponseWriter, r *http.Request, err error) {
	told := problem.From(err)
	if told.Status() >= http.StatusInternalServerError {
		p.Log.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
	}
	t := p.languages.of(r).table
	key := "problem." + string(told.Kind)
	view := problemView{Heading: t.say(key), Text: t.say(key + ".text")}
	for _, f := range told.Fields {
		view.Fields = append(view.Fields, f.Problem)
	}
	if r.Pattern == "GET /manage/{token}" || r.Pattern == "POST /manage/{token}" {
		view.Renew = errors.Is(err, token.ErrExpired)
	}
	told.SetHeaders(w.Header())
	p.render(w, r, told.Status(), "problem", &view)
}

// maxForm is how large a form may be, in octets.
const maxForm = 64 << 10

// parseForm reads the fields of a form.
func parseForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, err
		}
		return nil, problem.New(problem.Malformed, "the form cannot be read")
	}
	if len(r.PostForm) == 0 {
		return nil, problem.New(problem.MediaType, "send Content-Type: application/x-www-form-urlencoded")
	}
	return r.PostForm, nil
}

// manageLink is the path of a manage page that works for seven days.
func (p *Pages) manageLink(id subscribers.ID, now time.Time) string {
	return "/manage/" + p.Tokens.Mint(token.Claims{Purpose: token.Manage, Subscriber: id}, now)
}
