package digest

import (
	"context"
	"errors"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/match"
	"jobalertd/mailer"
)

// Subscription is one alert of one person who may be written to.
type Subscription struct {
	Subscriber string
	Alert      string
	// Ref is the filter in the roster's index.
	Ref     match.Ref
	Cadence alerts.Cadence
	Zone    *time.Location
	// Cursor is the sequence number up to which the alert has been served.
	Cursor alerts.Seq
	// Shared means that the person has other alerts, which may match the same postings.
	Shared bool
	// Looked is how far this process has looked already and found nothing to say.
	Looked alerts.Seq
}

// Asked is what one alert asks for.
type Asked struct {
	Filter *alerts.Filter // nil where the alert is no more
	Err    error          // it could not be read
}

// Serving is what one alert shall be served.
type Serving struct {
	Subscriber string
	Alert      string
	// From is the cursor the serving was worked out for; To is where it moves.
	From, To alerts.Seq
	// Letter is nil where only the cursor moves.
	Letter *mailer.Letter
	// Shared keeps Announced until the cursors of all the person's alerts have passed it; Floor is
	// a number that they have all passed.
	Shared    bool
	Floor     alerts.Seq
	Announced []Announced
}

// Announced is a posting that a letter tells of.
type Announced struct {
	Seq     alerts.Seq
	Posting string
}

// Result is what became of a serving.
type Result string

// The results.
const (
	ResultServed Result = "served" // owed, and the cursor has moved
	ResultMoved  Result = "moved"  // the cursor had moved: work it out again from there
	ResultHeard  Result = "heard"  // another alert has just told of one of the postings: work it out again
	ResultSilent Result = "silent" // the person must not be written to any more
)

// Served is what became of a serving, and where the cursor stands now.
type Served struct {
	Result Result
	Cursor alerts.Seq
}

// ErrAway: somebody cannot be reached now, as others cannot, who were told of. They are due again at the next run.
var ErrAway = errors.New("a part of the people cannot be reached now")

// Roster is everybody who may be written to. The subscribers tree implements it.
type Roster interface {
	// Sync brings the roster up to what is stored now. ErrAway: as far as it can be reached.
	Sync(ctx context.Context) error
	// Index is an index of the filters of all subscriptions.
	Index() *match.Index
	// Select is the subscriptions that are wanted and can be reached. While wanted is asked, Subscriber and Alert are not
	// told, and what it is asked about must not be kept.
	Select(wanted func(*Subscription) bool) []Subscription
	// Note keeps what a run has changed in Cursor and Looked, until the person changes.
	Note(s Subscription)
	// Siblings is all subscriptions of one person.
	Siblings(subscriber string) []Subscription
	// Ask tells what subscriptions ask for as it is stored now, in order.
	Ask(ctx context.Context, of []Subscription) []Asked
	// Heard is the postings the person's alerts have told of and may meet again.
	Heard(ctx context.Context, subscriber string) (map[string]bool, error)
	// Serve owes the letter and moves the cursor, all or nothing.
	Serve(ctx context.Context, s Serving) (Served, error)
}
