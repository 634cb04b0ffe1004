package join

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"time"

	"jobalertd/subscribers"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/pages/alertform"
	"jobalertd/subscribers/web/pages/shell"
)

// Desk is what somebody who comes in can do.
type Desk interface {
	// Enrol takes a signup in and sees to the confirmation mail. Its answer is the same whether the
	// address is new, known or suppressed.
	Enrol(ctx context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error)
	// Confirm makes a proposal come true. Confirming it again changes nothing.
	Confirm(ctx context.Context, id subscribers.ID, proposal string, via subscribers.Via, now time.Time) (*subscribers.Subscriber, error)
	// Remind mails a fresh confirm link, if a signup waits for one.
	Remind(ctx context.Context, id subscribers.ID, now time.Time) error
	// Get reads a subscriber.
	Get(ctx context.Context, id subscribers.ID) (*subscribers.Subscriber, error)
}

// Counter hears of what happened, for the metrics.
type Counter interface {
	// Signup hears of every form that was sent, and what came of it; nil is accepted.
	Signup(err error)
	Confirmation(via subscribers.Via)
}

// ErrBot is what a Counter hears of a form that a program filled in. The program is told that all
// went well.
var ErrBot = errors.New("filled in by a program")

// Join serves the pages of coming in.
type Join struct {
	*shell.Shell
	Desk     Desk
	Postings alertform.Postings
	Tokens   *token.Minter
	Counter  Counter
	// MinFill is the shortest time in which a person can fill in the signup form.
	MinFill time.Duration
	// WorkBits is how much work a browser must have done to sign somebody up; 0 asks for none.
	WorkBits int
}

// Register adds the routes. A pattern for GET answers HEAD too.
func (j *Join) Register(mux *http.ServeMux) {
	mux.Handle("GET /{$}", j.Answer(j.signupPage))
	mux.Handle("POST /subscribe", j.Answer(j.subscribe))
	mux.Handle("POST /preview", j.Answer(j.preview))
	mux.Handle("GET /confirm/{token}", j.Answer(j.confirmPage))
	mux.Handle("POST /confirm/{token}", j.Answer(j.confirm))
}
