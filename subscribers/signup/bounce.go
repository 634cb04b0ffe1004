package signup

import (
	"context"
	"errors"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

// ReturnedFrom is Returned for whoever has the address; for nobody it does nothing.
func (d *Desk) ReturnedFrom(ctx context.Context, address mailer.Address, e intake.Event, now time.Time) error {
	hash := d.store.Hash(address)
	if arrived(e) { // most reports, where a provider tells of them
		return d.suppress.Forgive(ctx, hash)
	}
	sub, err := d.find(ctx, hash, now)
	if err != nil {
		return ignoreGone(err)
	}
	return d.returned(ctx, sub.ID, e, now)
}

// Returned acts on what came back from a subscriber's address: it is suppressed and the
// subscription ended when the address is dead, the person complained, or there has been trouble for too
// long. Doing it again changes nothing; nor does it where the subscriber is not there any more, or where it
// is about an address that they have moved away from, or not yet moved to.
func (d *Desk) Returned(ctx context.Context, subscriber string, e intake.Event, now time.Time) error {
	id, err := subscribers.ParseID(subscriber)
	if err != nil {
		return nil
	}
	sub, err := d.store.Get(ctx, id)
	if err != nil {
		return ignoreGone(err)
	}
	if d.stray(sub, e, now) {
		return d.astray(ctx, sub, e, now)
	}
	return d.returned(ctx, id, e, now)
}

// returned is Returned where it is certain that it is about the address that the subscriber has.
func (d *Desk) returned(ctx context.Context, id subscribers.ID, e intake.Event, now time.Time) error {
	switch {
	case e.Verdict == bounce.Hard:
		return d.silence(ctx, id, suppress.ReasonBounce, now)
	case e.Verdict == bounce.Complaint && e.Reason == bounce.OptOut:
		return ignoreGone(d.Leave(ctx, id, "", subscribers.ViaReport, now))
	case e.Verdict == bounce.Complaint && e.Reason != bounce.AuthReport:
		return d.silence(ctx, id, suppress.ReasonComplaint, now)
	case e.Verdict == bounce.Soft && e.Reason.Strikes():
		return d.strike(ctx, id, e.At, now)
	case arrived(e):
		return d.forgive(ctx, id)
	}
	return nil
}

func arrived(e intake.Event) bool { return e.Verdict == bounce.None && e.Reason == bounce.Delivered }

// silence suppresses a subscriber's address and ends the subscription, in this order: whoever dies
// in between has silenced them, and is asked again.
func (d *Desk) silence(ctx context.Context, id subscribers.ID, reason suppress.Reason, now time.Time) error {
	hash, err := d.hashOf(ctx, id)
	if err != nil {
		return ignoreGone(err)
	}
	if err := d.suppress.Add(ctx, hash, reason, now); err != nil {
		return err
	}
	return ignoreGone(d.Leave(ctx, id, "", subscribers.ViaReport, now))
}

// strike counts a bounce against a living address.
func (d *Desk) strike(ctx context.Context, id subscribers.ID, at, now time.Time) error {
	hash, err := d.hashOf(ctx, id)
	if err != nil {
		return ignoreGone(err)
	}
	enough, err := d.suppress.Strike(ctx, hash, at, now)
	if err != nil || !enough {
		return err
	}
	return d.silence(ctx, id, suppress.ReasonUnreachable, now)
}

func (d *Desk) forgive(ctx context.Context, id subscribers.ID) error {
	hash, err := d.hashOf(ctx, id)
	if err != nil {
		return ignoreGone(err)
	}
	return d.suppress.Forgive(ctx, hash)
}

func (d *Desk) hashOf(ctx context.Context, id subscribers.ID) (mailer.AddressHash, error) {
	sub, err := d.store.Get(ctx, id)
	if err != nil {
		return mailer.AddressHash{}, err
	}
	return d.store.Hash(sub.Address), nil
}

func ignoreGone(err error) error {
	if errors.Is(err, subscribers.ErrNotFound) {
		return nil
	}
	return err
}
