package compose

import (
	"context"
	"errors"
	"fmt"

	"jobalertd/alerts/postings"
	"jobalertd/mailer"
	"jobalertd/mailer/fields"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// lookUp is what Redis says about a letter at the moment it is sent.
type lookUp struct {
	sub    *subscribers.Subscriber
	offers []*offer
	err    error // a *mailer.Drop where the letter is not to be sent any more
}

// lookUpAll looks up letters that are sent at the same time: whom each is for and what it shows, and then
// whether they may be written to. What is wrong with one is nothing to the others; the error is the end of ctx.
func (c *Composer) lookUpAll(ctx context.Context, letters []*mailer.Letter) ([]lookUp, error) {
	people, shown, err := c.ask(ctx, letters)
	found := make([]lookUp, len(letters))
	for i, l := range letters {
		found[i] = addressee(l, people[i])
	}
	c.allowed(ctx, letters, found)
	for i, l := range letters {
		switch {
		case found[i].err != nil || len(l.Postings) == 0:
		case err != nil:
			found[i].err = err
		default:
			found[i].offers, found[i].err = shown[i].Jobs, shown[i].Err
		}
	}
	return found, ctx.Err()
}

// ask reads whom letters are for, and the jobs that they show: both in one round trip, unless none shows any.
// The error is that of the jobs.
func (c *Composer) ask(ctx context.Context, letters []*mailer.Letter) (people []store.Each, shown []postings.Found[*offer], err error) {
	ids, lists, jobs := make([]subscribers.ID, len(letters)), make([][]string, len(letters)), 0
	for i, l := range letters {
		ids[i], lists[i] = subscribers.ID(l.Subscriber), l.Postings
		jobs += len(l.Postings)
	}
	if jobs == 0 {
		return c.store.GetEach(ctx, ids), nil, nil
	}
	var each func() []store.Each
	shown, err = c.offers.GetAllAnd(ctx, func(pipe fields.Pipe) { each = c.store.AskEach(ctx, pipe, ids) }, lists...)
	return each(), shown, err
}

// addressee is whom a letter is for.
func addressee(l *mailer.Letter, each store.Each) lookUp {
	switch {
	case errors.Is(each.Err, subscribers.ErrNotFound):
		return lookUp{err: &mailer.Drop{Reason: dropGone}}
	case each.Err != nil:
		return lookUp{err: fmt.Errorf("reading whom letter %s is for: %w", l.ID, each.Err)}
	case each.Recipient(l.Kind).IsZero():
		return lookUp{err: &mailer.Drop{Reason: dropGone}}
	}
	return lookUp{sub: each.Subscriber}
}

// allowed finds who may be written to.
func (c *Composer) allowed(ctx context.Context, letters []*mailer.Letter, found []lookUp) {
	var hashes []mailer.AddressHash
	var places []int
	for i, l := range letters {
		if found[i].err == nil {
			hashes, places = append(hashes, c.store.Hash(found[i].sub.Recipient(l.Kind))), append(places, i)
		}
	}
	suppressed, errs := c.suppress.Look(ctx, hashes)
	for n, i := range places {
		switch reason := standing(found[i].sub, letters[i]); {
		case errs[n] != nil:
			found[i].err = errs[n]
		case suppressed[n]:
			found[i].err = &mailer.Drop{Reason: dropSuppressed}
		case reason != "":
			found[i].err = &mailer.Drop{Reason: reason}
		}
	}
}
