package signup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

const (
	// movesPerDay is how many mails to new addresses one person can have sent in 24 hours.
	movesPerDay = 3
	// moveEvery is how long after a move nobody can move again: until then the former address has been told.
	moveEvery = 24 * time.Hour
	// strayWithin is how long after a move, or the wish for one, it is doubtful which of the addresses a
	// report is about that names none: relays give up after five days (RFC 5321 §4.5.4.1).
	strayWithin = 7 * 24 * time.Hour
)

// Move takes in the wish to have the alerts at another address, and owes that address a mail that asks
// to confirm it. Until then nothing changes. What it does and returns does not tell whether the
// address is known. Who has just moved, or asks too often, is passed over in silence.
func (d *Desk) Move(ctx context.Context, id subscribers.ID, to mailer.Address, now time.Time) error {
	hash := d.store.Hash(to)
	// What is left of a move that was cut must be gone before this one begins.
	err := again(func() error {
		_, err := d.find(ctx, hash, now)
		return ignoreGone(err)
	})
	if err != nil {
		return fmt.Errorf("moving: %w", err)
	}
	_, suppressed, err := d.suppress.Get(ctx, hash)
	if err != nil {
		return err
	}
	_, err = d.change(ctx, "moving", id, func(sub *subscribers.Subscriber) (*store.Save, error) {
		if sub.State != subscribers.StateActive && sub.State != subscribers.StatePaused {
			return nil, fmt.Errorf("%w: a %s subscriber has nothing to move", subscribers.ErrState, sub.State)
		}
		m, mail := d.moving(sub, to, now)
		if !mail {
			return nil, nil
		}
		sub.Moving = m
		save := &store.Save{Subscriber: sub}
		if !suppressed {
			save.Letter = moveLetter(mailer.KindMove, sub.ID, m.ID, now)
		}
		return save, nil
	}, now)
	return err
}

// moving is the wish of sub to move, and whether to mail about it.
func (d *Desk) moving(sub *subscribers.Subscriber, to mailer.Address, now time.Time) (*subscribers.Moving, bool) {
	if d.store.Hash(to) == d.store.Hash(sub.Address) || sub.Moved != nil && now.Sub(sub.Moved.At) < moveEvery {
		return nil, false
	}
	m := &subscribers.Moving{ID: subscribers.NewProposalID(), Address: to, At: now, Mails: 1, Since: now}
	if old := sub.Moving; old != nil {
		if old.Address == to && now.Sub(old.At) < sameForm {
			return nil, false
		}
		if now.Sub(old.Since) < 24*time.Hour {
			m.Mails, m.Since = old.Mails+1, old.Since
		}
	}
	return m, m.Mails <= movesPerDay
}

// moveLetter is a letter of the kind about a move.
func moveLetter(kind mailer.Kind, id subscribers.ID, move string, now time.Time) *mailer.Letter {
	return &mailer.Letter{ID: mailer.LetterID(string(kind), string(id), move), Kind: kind, Subscriber: string(id), Proposal: move, Owed: now.UTC()}
}

// arrive claims the new address of sub, which it owns, and makes it theirs. The alerts and their cursors
// stay what they are. Where the address is another's, that one is mailed a link to their own alerts:
// subscribers.ErrTaken.
func (d *Desk) arrive(ctx context.Context, sub *subscribers.Subscriber, now time.Time) (*store.Save, error) {
	m := sub.Moving
	if now.Sub(m.At) > confirmWithin || sub.State != subscribers.StateActive && sub.State != subscribers.StatePaused {
		return nil, fmt.Errorf("this change of address: %w", subscribers.ErrExpired)
	}
	if _, suppressed, err := d.suppress.Get(ctx, d.store.Hash(m.Address)); err != nil {
		return nil, err
	} else if suppressed {
		return nil, subscribers.ErrSuppressed
	}
	err := d.store.Claim(ctx, m.Address, sub.ID)
	if errors.Is(err, subscribers.ErrTaken) {
		return nil, d.taken(ctx, m.Address, err, now)
	}
	if err != nil {
		return nil, err
	}
	sub.Moved = &subscribers.Moved{ID: m.ID, From: sub.Address, At: now}
	sub.Address, sub.Confirmed = m.Address, m.ID
	sub.Moving = nil
	sub.Consent.Renew(now)
	return &store.Save{Subscriber: sub, Letter: moveLetter(mailer.KindMoved, sub.ID, m.ID, now)}, nil
}

// taken mails whoever has the address a link to their alerts, and returns refusal. Where it was only
// what a cut move has left, it says to try again.
func (d *Desk) taken(ctx context.Context, address mailer.Address, refusal error, now time.Time) error {
	other, err := d.find(ctx, d.store.Hash(address), now)
	if errors.Is(err, subscribers.ErrNotFound) {
		return subscribers.ErrConflict
	}
	if err != nil {
		return err
	}
	send := d.SendManageLink
	if other.State == subscribers.StatePending { // nothing to manage yet
		send = d.Remind
	}
	if err := ignoreGone(send(ctx, other.ID, now)); err != nil {
		return err
	}
	return refusal
}

// settle mends the index where it names somebody for an address that their record does not have:
// a move was cut there. One that was confirmed is completed, and the rest is cleared away.
func (d *Desk) settle(ctx context.Context, hash mailer.AddressHash, id subscribers.ID, sub *subscribers.Subscriber, now time.Time) (*subscribers.Subscriber, error) {
	if sub != nil && sub.Moving != nil && d.store.Hash(sub.Moving.Address) == hash {
		sub, err := d.Confirm(ctx, id, sub.Moving.ID, subscribers.ViaButton, now)
		if !errors.Is(err, subscribers.ErrExpired) && !errors.Is(err, subscribers.ErrSuppressed) && !errors.Is(err, subscribers.ErrNotFound) {
			return sub, err
		}
	}
	if err := d.store.ReleaseHash(ctx, hash, id); err != nil {
		return nil, err
	}
	return nil, subscribers.ErrNotFound
}

// astray acts on what is about an address that sub does not have: a stranger who was written to by
// mistake is not written to again, and who complains at the former address ends the alerts.
func (d *Desk) astray(ctx context.Context, sub *subscribers.Subscriber, e intake.Event, now time.Time) error {
	if e.Verdict != bounce.Complaint || e.Reason == bounce.AuthReport {
		return nil
	}
	to, err := mailer.ParseAddress(e.Recipient)
	if err == nil && sub.Moving != nil && d.store.Hash(to) == d.store.Hash(sub.Moving.Address) {
		return d.suppress.Add(ctx, d.store.Hash(to), suppress.ReasonComplaint, now)
	}
	return ignoreGone(d.Leave(ctx, sub.ID, "", subscribers.ViaReport, now))
}

// stray reports whether what came back may be about another address than the one that sub has now. Of who has
// left nobody knows whether they wished to move: their address has nothing to lose by a bounce that may be
// another's, but a complaint that may be their own must be heeded.
func (d *Desk) stray(sub *subscribers.Subscriber, e intake.Event, now time.Time) bool {
	var last time.Time
	if sub.Moved != nil {
		last = sub.Moved.At
	}
	if sub.Moving != nil && sub.Moving.At.After(last) {
		last = sub.Moving.At
	}
	if sub.State == subscribers.StateLeft && sub.Proposal == nil && e.Verdict != bounce.Complaint && sub.ChangedAt.After(last) {
		last = sub.ChangedAt
	}
	recipient, err := mailer.ParseAddress(e.Recipient)
	switch {
	case last.IsZero() || err == nil && d.store.Hash(recipient) == d.store.Hash(sub.Address):
		return false
	case err == nil && sub.Moved != nil && d.store.Hash(recipient) == d.store.Hash(sub.Moved.From):
		return true
	}
	return now.Sub(last) < strayWithin
}
