package transfer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/store"
)

// Result is what became of a person who was to be imported.
type Result string

// The results.
const (
	ResultAdded      Result = "added"      // as the list has them
	ResultAsked      Result = "asked"      // pending: the mail that asks them to confirm is owed
	ResultKnown      Result = "known"      // they were there already, in whatever state, and stay as they are
	ResultSuppressed Result = "suppressed" // they must not be written to
	ResultLeft       Result = "left"       // they had left
)

// Results lists every result.
func Results() []Result {
	return []Result{ResultAdded, ResultAsked, ResultKnown, ResultSuppressed, ResultLeft}
}

// Postings tells how far the posting log has come.
type Postings interface {
	// Head is the newest sequence number.
	Head(ctx context.Context) (alerts.Seq, error)
}

// Desk takes signups in.
type Desk interface {
	Enrol(ctx context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error)
}

// Office takes lists of people in and out.
type Office struct {
	store    *store.Store
	suppress *suppress.Set
	desk     Desk
	postings Postings
}

// New makes an office.
func New(s *store.Store, set *suppress.Set, d Desk, p Postings) *Office {
	return &Office{store: s, suppress: set, desk: d, postings: p}
}

// Import takes one person in, unless they are known. Importing them again changes nothing.
func (o *Office) Import(ctx context.Context, p Person, now time.Time) (Result, error) {
	if p.State == subscribers.StateLeft {
		return ResultLeft, nil
	}
	hash := o.store.Hash(p.Email)
	if _, suppressed, err := o.suppress.Get(ctx, hash); err != nil {
		return "", err
	} else if suppressed {
		return ResultSuppressed, nil
	}
	if _, err := o.store.Find(ctx, hash); err == nil {
		return ResultKnown, nil
	} else if !errors.Is(err, subscribers.ErrNotFound) {
		return "", err
	}
	if p.State == subscribers.StatePending {
		if _, err := o.desk.Enrol(ctx, p.signup(), now); err != nil {
			return "", err
		}
		return ResultAsked, nil
	}
	head, err := o.postings.Head(ctx)
	if err != nil {
		return "", err
	}
	sub := p.subscriber(subscribers.NewID(hash), now)
	save := store.Save{Subscriber: sub, Cursors: map[string]alerts.Seq{}}
	for _, a := range sub.Alerts {
		save.Cursors[a.ID] = head
	}
	switch err := o.store.Save(ctx, save); {
	case errors.Is(err, subscribers.ErrConflict): // they have just signed up themselves
		return ResultKnown, nil
	case err != nil:
		return "", err
	}
	return ResultAdded, nil
}

// subscriber is the person as a new subscriber.
func (p Person) subscriber(id subscribers.ID, now time.Time) *subscribers.Subscriber {
	sub := &subscribers.Subscriber{
		ID: id, Address: p.Email, State: p.State, Locale: p.Locale, Zone: p.TimeZone, PausedUntil: p.PausedUntil,
		Consent: p.Consent.proof(), CreatedAt: p.CreatedAt, ChangedAt: now,
	}
	if sub.CreatedAt.IsZero() {
		sub.CreatedAt = now
	}
	for i, a := range p.Alerts {
		sub.LastAlert = i + 1
		sub.Alerts = append(sub.Alerts, subscribers.Alert{ID: strconv.Itoa(sub.LastAlert), Name: a.Name, Cadence: a.Cadence, Filter: a.Filter})
	}
	return sub
}

// Export hands everybody out, in no order, each once. Who signs up meanwhile may be among them or not.
func (o *Office) Export(ctx context.Context, visit func(Person) error) error {
	for shard := range o.store.Shards() {
		seen := map[subscribers.ID]bool{}
		_, err := o.store.Scan(ctx, shard, func(page []store.Stored) error {
			for _, s := range page {
				if s.Subscriber == nil || seen[s.ID] {
					continue
				}
				seen[s.ID] = true
				if err := visit(personOf(s.Subscriber)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("exporting: %w", err)
		}
	}
	return nil
}
