package intake

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/ticket"
)

// People acts on what came back. Package signup implements it. Nobody being there any more is no error.
type People interface {
	// Returned acts on what came back from a subscriber's address.
	Returned(ctx context.Context, subscriber string, e Event, now time.Time) error
	// ReturnedFrom is Returned for whoever has the address.
	ReturnedFrom(ctx context.Context, address mailer.Address, e Event, now time.Time) error
}

// Event is a report with its time.
type Event struct {
	bounce.Report
	// At is when it happened. Vouched takes zero for now.
	At time.Time
}

// Intake takes in what came back.
type Intake struct {
	people  People
	tickets *ticket.Signer
	metrics *metrics
	log     *slog.Logger
}

// New makes an intake.
func New(people People, tickets *ticket.Signer, reg prometheus.Registerer, log *slog.Logger) *Intake {
	return &Intake{people: people, tickets: tickets, metrics: newMetrics(reg), log: log}
}

// Mail takes in what a mail says that anybody may have written. It acts where the mail holds a ticket
// of ours.
func (i *Intake) Mail(ctx context.Context, reports []bounce.Report, now time.Time) error {
	sum := bounce.Sum(reports)
	t, err := i.tickets.Check(sum.Ticket)
	if err != nil {
		i.count(ctx, sum, "unproven")
		return nil
	}
	return i.To(ctx, t, reports, now)
}

// To takes in what a mail says that came to the bounce address of a letter.
func (i *Intake) To(ctx context.Context, t ticket.Ticket, reports []bounce.Report, now time.Time) error {
	sum := bounce.Sum(reports)
	if err := i.people.Returned(ctx, t.Subscriber, Event{sum, now}, now); err != nil {
		return err
	}
	sum.Letter = t.Letter // the mail may not name it, or another
	i.count(ctx, sum, "mail")
	return nil
}

// Vouched takes in what a provider reports that has proved who it is. It goes on after an event that
// could not be kept, so that one such event does not hold up the others for ever.
func (i *Intake) Vouched(ctx context.Context, events []Event, now time.Time) error {
	var errs []error
	for _, e := range events {
		if ctx.Err() != nil {
			return errors.Join(append(errs, ctx.Err())...)
		}
		if e.At.IsZero() || e.At.After(now) {
			e.At = now
		}
		if address, err := mailer.ParseAddress(e.Recipient); err == nil {
			if err := i.people.ReturnedFrom(ctx, address, e, now); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		i.count(ctx, e.Report, "provider")
	}
	return errors.Join(errs...)
}

// Bounced takes in a relay's reply that blames the address. It implements deliver.Listener.
func (i *Intake) Bounced(ctx context.Context, l mailer.Letter, o mailer.Outcome) error {
	r := bounce.Report{Verdict: bounce.Soft, Reason: bounce.Other, Status: o.Enhanced, Letter: l.ID, Text: o.Text}
	switch o.Class {
	case mailer.ClassDead:
		r.Verdict, r.Reason = bounce.Hard, bounce.UserUnknown
	case mailer.ClassMailboxFull:
		r.Reason = bounce.MailboxFull
	}
	now := time.Now()
	if err := i.people.Returned(ctx, l.Subscriber, Event{r, now}, now); err != nil {
		return err
	}
	i.count(ctx, r, "relay")
	return nil
}

// count notes what was dealt with.
func (i *Intake) count(ctx context.Context, r bounce.Report, by string) {
	i.metrics.bounces.WithLabelValues(string(r.Verdict)).Inc()
	if r.Verdict != bounce.None {
		i.log.InfoContext(ctx, "mail came back", "by", by, "report", r)
	}
}
