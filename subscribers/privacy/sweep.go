package privacy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// patience is after how many people in a row who cannot be looked after a sweep gives up: then it is not they.
// Of no more does it tell.
const patience = 10

// Sweep takes the step that is due for everybody whose time has come, and returns how many it took. It
// goes on after somebody it cannot look after; they are due again at the next sweep.
func (k *Keeper) Sweep(ctx context.Context, now time.Time) (int, error) {
	n, inARow := 0, 0
	var errs []error
	for _, id := range k.people.Due(now) {
		if inARow == patience || ctx.Err() != nil {
			break
		}
		step, err := k.tend(ctx, id, now)
		if err != nil {
			if inARow++; len(errs) < patience {
				errs = append(errs, fmt.Errorf("looking after subscriber %s: %w", id, err))
			}
			continue
		}
		inARow = 0
		if step != subscribers.StepNone {
			k.metrics.steps.WithLabelValues(string(step)).Inc()
			n++
		}
	}
	return n, errors.Join(append(errs, ctx.Err())...)
}

// tend takes the step that is due for one subscriber, if they still are as they were read.
func (k *Keeper) tend(ctx context.Context, id subscribers.ID, now time.Time) (subscribers.Step, error) {
	sub, err := k.store.Get(ctx, id)
	if errors.Is(err, subscribers.ErrNotFound) {
		return subscribers.StepNone, nil
	}
	if err != nil {
		return subscribers.StepNone, err
	}
	step, due := k.terms.Next(sub)
	if due.IsZero() || now.Before(due) {
		return subscribers.StepNone, nil // they have done something meanwhile
	}
	err = k.take(ctx, step, sub, now)
	switch {
	case errors.Is(err, subscribers.ErrConflict): // they are just doing something
		return subscribers.StepNone, nil
	case errors.Is(err, subscribers.ErrSuppressed): // nobody may ask them
		return subscribers.StepNone, nil
	case err != nil:
		return subscribers.StepNone, err
	}
	return step, nil
}

// take takes one step, all of it or nothing.
func (k *Keeper) take(ctx context.Context, step subscribers.Step, sub *subscribers.Subscriber, now time.Time) error {
	save := store.Save{Subscriber: sub}
	switch step {
	case subscribers.StepErase:
		err := k.erase(ctx, sub)
		return err
	case subscribers.StepDrop:
		k.terms.Drop(sub, now)
	case subscribers.StepResume:
		head, err := k.postings.Head(ctx)
		if err != nil {
			return err
		}
		save.Cursors = resume(sub, head, now)
	case subscribers.StepAsk:
		save.Letter = ask(sub, now.Add(k.terms.Answer), now)
	case subscribers.StepEnd:
		sub.State, sub.Proposal, sub.Moving, sub.Consent.AnswerBy = subscribers.StateLeft, nil, nil, time.Time{}
		sub.ChangedAt = now
	case subscribers.StepNone:
		return nil
	}
	return k.store.Save(ctx, save)
}

// resume ends the pause of sub and gives the cursors its alerts go on from: the moment it was to end,
// however late we are.
func resume(sub *subscribers.Subscriber, head alerts.Seq, now time.Time) map[string]alerts.Seq {
	from := min(head, alerts.SeqAt(sub.PausedUntil))
	cursors := map[string]alerts.Seq{}
	for _, a := range sub.Alerts {
		cursors[a.ID] = from
	}
	sub.State, sub.PausedUntil, sub.ChangedAt = subscribers.StateActive, time.Time{}, now
	return cursors
}

// ask opens the question whether sub still wants this, and makes the letter that puts it.
func ask(sub *subscribers.Subscriber, answerBy, now time.Time) *mailer.Letter {
	sub.Consent.AnswerBy = answerBy.UTC().Truncate(time.Second) // as the link and the letter tell it
	question := sub.Question()
	return &mailer.Letter{
		ID:   mailer.LetterID(string(mailer.KindReconfirm), string(sub.ID), question),
		Kind: mailer.KindReconfirm, Subscriber: string(sub.ID), Proposal: question, Owed: now.UTC(),
	}
}
