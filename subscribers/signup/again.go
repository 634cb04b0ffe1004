package signup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// SendManageLink owes a mail with a fresh link to the manage page, at most one in ten minutes.
func (d *Desk) SendManageLink(ctx context.Context, id subscribers.ID, now time.Time) error {
	_, err := d.change(ctx, "mailing a link", id, func(sub *subscribers.Subscriber) (*store.Save, error) {
		if now.Sub(sub.LinkMailedAt) < manageEvery {
			return nil, nil
		}
		sub.LinkMailedAt = now
		return &store.Save{Subscriber: sub, Letter: &mailer.Letter{
			ID:   mailer.LetterID(string(mailer.KindManage), string(id), now.UTC().String()),
			Kind: mailer.KindManage, Subscriber: string(id), Owed: now.UTC(),
		}}, nil
	}, now)
	if errors.Is(err, subscribers.ErrSuppressed) {
		return nil
	}
	return err
}

// Remind owes a fresh confirmation mail for the signup that waits, if one does. The limits on
// confirmation mails hold: then the one that was sent last has to do.
func (d *Desk) Remind(ctx context.Context, id subscribers.ID, now time.Time) error {
	_, err := d.change(ctx, "mailing a confirm link", id, func(sub *subscribers.Subscriber) (*store.Save, error) {
		if sub.Proposal == nil || now.Sub(sub.Proposal.At) < sameForm {
			return nil, nil
		}
		p := *sub.Proposal
		if now.Sub(p.Since) >= 24*time.Hour {
			p.Mails, p.Since = 0, now
		}
		if p.Mails >= mailsPerDay {
			return nil, nil
		}
		p.ID, p.At, p.Mails = subscribers.NewProposalID(), now, p.Mails+1
		sub.Proposal = &p
		return &store.Save{Subscriber: sub, Letter: confirmLetter(sub, now)}, nil
	}, now)
	if errors.Is(err, subscribers.ErrSuppressed) || errors.Is(err, subscribers.ErrNotFound) {
		return nil
	}
	return err
}

// Return starts the alerts of somebody who had left again, from now on. They asked for it by a link
// that was mailed to their address, which confirms it. Who has not left is left alone.
func (d *Desk) Return(ctx context.Context, id subscribers.ID, now time.Time) (*subscribers.Subscriber, error) {
	return d.change(ctx, "coming back", id, func(sub *subscribers.Subscriber) (*store.Save, error) {
		if sub.State != subscribers.StateLeft {
			return nil, nil
		}
		if len(sub.Alerts) == 0 {
			return nil, fmt.Errorf("%w: nothing was ever confirmed that could go on", subscribers.ErrState)
		}
		head, err := d.postings.Head(ctx)
		if err != nil {
			return nil, err
		}
		sub.State, err = sub.State.After(subscribers.EventConfirm)
		sub.Consent.ConfirmedAt, sub.Consent.Via = now, subscribers.ViaManage
		letter := welcome(sub, now) // unlike the first one: it must not be taken for the same mail
		letter.ID = mailer.LetterID(string(mailer.KindWelcome), string(id), now.UTC().String())
		return &store.Save{Subscriber: sub, Cursors: startAt(head, sub.Alerts), Letter: letter}, err
	}, now)
}
