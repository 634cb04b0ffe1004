package compose

import (
	"context"
	"errors"
	"fmt"

	"jobalertd/mailer"
	"jobalertd/subscribers"
)

// lookUp is what Redis says about a letter at the moment it is sent.
type lookUp struct {
	sub    *subscribers.Subscriber
	offers []*offer
	err    error // a *mailer.Drop where the letter is not to be sent any more
}

// lookUpAll looks up letters that are sent at the same time: whom each is for, whether they may be written
// to, and what it shows. What is wrong with one is nothing to the others;
// the error is the end of ctx.
func (c *Composer) lookUpAll(ctx context.Context, letters []*mailer.Letter) ([]lookUp, error) {
	found := make([]lookUp, len(letters))
	c.addressees(ctx, letters, found)
	c.allowed(ctx, letters, found)
	c.shown(ctx, letters, found)
	return found, ctx.Err()
}

// addressees finds whom letters are for.
func (c *Composer) addressees(ctx context.Context, letters []*mailer.Letter, found []lookUp) {
	ids := make([]subscribers.ID, len(letters))
	for i, l := range letters {
		ids[i] = subscribers.ID(l.Subscriber)
	}
	for i, each := range c.store.GetEach(ctx, ids) {
		switch {
		case errors.Is(each.Err, subscribers.ErrNotFound):
			found[i].err = &mailer.Drop{Reason: dropGone}
		case each.Err != nil:
			found[i].err = fmt.Errorf("reading whom letter %s is for: %w", letters[i].ID, each.Err)
		case each.Recipient(letters[i].Kind).IsZero():
			found[i].err = &mailer.Drop{Reason: dropGone}
		default:
			found[i].sub = each.Subscriber
		}
	}
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

// shown finds the jobs that letters show.
func (c *Composer) shown(ctx context.Context, letters []*mailer.Letter, found []lookUp) {
	var lists [][]string
	var places []int
	for i, l := range letters {
		if found[i].err == nil && len(l.Postings) > 0 {
			lists, places = append(lists, l.Postings), append(places, i)
		}
	}
	if len(lists) == 0 {
		return
	}
	shown, err := c.offers.GetAll(ctx, lists...)
	for n, i := range places {
		if err != nil {
			found[i].err = err
		} else {
			found[i].offers, found[i].err = shown[n].Jobs, shown[n].Err
		}
	}
}
