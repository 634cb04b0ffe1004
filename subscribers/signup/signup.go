package signup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/fault"
	"jobalertd/mailer"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

const (
	// mailsPerDay is how many confirmation mails one address gets in 24 hours.
	mailsPerDay = 5
	// sameForm is how long an equal signup counts as the same form sent twice.
	sameForm = time.Minute
	// confirmWithin is how long a signup waits to be confirmed.
	confirmWithin = 7 * 24 * time.Hour
	// manageEvery is how often a fresh manage link is mailed to one person.
	manageEvery = 10 * time.Minute
	// attempts is how often a change is made again when somebody else was faster.
	attempts = 10
)

// Postings tells what there is to match, as far as signing up needs it.
type Postings interface {
	// Head is the newest sequence number.
	Head(ctx context.Context) (alerts.Seq, error)
	// Samples is the ids of the best open postings for these filters.
	Samples(ctx context.Context, filters []alerts.Filter, n int) ([]string, error)
}

// welcomeSamples is how many jobs the welcome mail shows.
const welcomeSamples = 3

// Desk is where people sign up, confirm, change and leave.
type Desk struct {
	store    *store.Store
	suppress *suppress.Set
	postings Postings
}

// New makes a desk.
func New(s *store.Store, set *suppress.Set, p Postings) *Desk {
	return &Desk{store: s, suppress: set, postings: p}
}

// Enrolled names what a signup led to. It must not reach whoever signed up: all parts are empty
// where nothing was done.
type Enrolled struct {
	ID       subscribers.ID
	Proposal string
	// Letter is the id of the letter that asks to confirm the proposal, owed now or before; empty where
	// the proposal is confirmed already.
	Letter string
}

// Enrol takes a signup in and owes the confirmation mail. Its error is the same for every valid
// address.
func (d *Desk) Enrol(ctx context.Context, s subscribers.Signup, now time.Time) (Enrolled, error) {
	if err := s.Validate().Err(); err != nil {
		return Enrolled{}, err
	}
	hash := d.store.Hash(s.Address)
	var done Enrolled
	err := again(func() error {
		sub, err := d.find(ctx, hash, now)
		if errors.Is(err, subscribers.ErrNotFound) {
			sub = &subscribers.Subscriber{ID: subscribers.NewID(hash), Address: s.Address, State: subscribers.StatePending, CreatedAt: now}
		} else if err != nil {
			return err
		}
		proposal, mail := propose(sub, s, now)
		done = Enrolled{ID: sub.ID, Proposal: proposal.ID, Letter: confirmLetterID(sub, proposal)}
		save := store.Save{Subscriber: sub} // also where nothing changes: see # Decisions
		if mail {
			sub.Proposal, sub.ChangedAt = proposal, now
			save.Letter = confirmLetter(sub, now)
		}
		err = d.store.Save(ctx, save)
		if errors.Is(err, subscribers.ErrSuppressed) {
			done = Enrolled{}
			return nil
		}
		return err
	})
	if err != nil {
		return Enrolled{}, fmt.Errorf("signing up: %w", err)
	}
	return done, nil
}

// confirmLetterID is the name of the letter that asks to confirm a proposal to sub; empty where sub has.
func confirmLetterID(sub *subscribers.Subscriber, p *subscribers.Proposal) string {
	if p.ID == sub.Confirmed {
		return ""
	}
	return mailer.LetterID(string(mailer.KindConfirm), string(sub.ID), p.ID)
}

// confirmLetter asks to confirm the proposal of sub.
func confirmLetter(sub *subscribers.Subscriber, now time.Time) *mailer.Letter {
	return &mailer.Letter{
		ID:   confirmLetterID(sub, sub.Proposal),
		Kind: mailer.KindConfirm, Subscriber: string(sub.ID), Proposal: sub.Proposal.ID, Owed: now.UTC(),
	}
}

// find reads the subscriber with an address. It asks Redis the same whether there is one or not.
func (d *Desk) find(ctx context.Context, hash mailer.AddressHash, now time.Time) (*subscribers.Subscriber, error) {
	id, err := d.store.Find(ctx, hash)
	nobody := errors.Is(err, subscribers.ErrNotFound)
	if nobody {
		id, err = subscribers.NewID(hash), nil
	}
	if err != nil {
		return nil, err
	}
	sub, err := d.store.Get(ctx, id)
	if nobody || err == nil && d.store.Hash(sub.Address) == hash || err != nil && !errors.Is(err, subscribers.ErrNotFound) {
		return sub, err
	}
	return d.settle(ctx, hash, id, sub, now)
}

// propose is the proposal that a signup makes of what waits already, and whether to mail about it.
func propose(sub *subscribers.Subscriber, s subscribers.Signup, now time.Time) (*subscribers.Proposal, bool) {
	p := &subscribers.Proposal{
		ID: cmp.Or(s.Proposal, subscribers.NewProposalID()), Locale: s.Locale, Zone: s.Zone,
		Given: s.Consent, At: now, Browser: s.Browser, Mails: 1, Since: now,
	}
	p.Given.At = now
	p.Alerts = slices.Clone(s.Alerts)
	old := sub.Proposal
	if p.ID == sub.Confirmed {
		return p, false
	}
	if old == nil {
		return p, true
	}
	if p.ID == old.ID {
		return old, false
	}
	if now.Sub(old.At) < sameForm && old.Locale == p.Locale && old.Zone == p.Zone && sameAlerts(old.Alerts, p.Alerts) {
		return old, false
	}
	if now.Sub(old.Since) < 24*time.Hour {
		p.Mails, p.Since = old.Mails+1, old.Since
	}
	if p.Mails > mailsPerDay {
		return old, false
	}
	return p, true
}

func sameAlerts(a, b []subscribers.Alert) bool {
	return slices.EqualFunc(a, b, func(a, b subscribers.Alert) bool {
		return a.Name == b.Name && a.Cadence == b.Cadence && a.Filter.Key() == b.Filter.Key()
	})
}

// Confirm makes a proposal come true and owes the welcome mail. Confirming again changes nothing. What
// it confirms may also be subscribers.Subscriber.Question: then everything stays as it is.
// subscribers.ErrExpired: the proposal is too old, another has taken its place, or the person has
// left since. The id of a Moving moves the person instead, see Move.
func (d *Desk) Confirm(ctx context.Context, id subscribers.ID, proposal string, via subscribers.Via, now time.Time) (*subscribers.Subscriber, error) {
	sub, err := d.change(ctx, "confirming", id, func(sub *subscribers.Subscriber) (*store.Save, error) {
		if sub.Confirmed == proposal && sub.State != subscribers.StateLeft {
			return nil, nil
		}
		if question := sub.Question(); question != "" && proposal == question {
			sub.Consent.Renew(now)
			sub.Confirmed = question
			return &store.Save{Subscriber: sub}, nil
		}
		if sub.Moving != nil && sub.Moving.ID == proposal {
			return d.arrive(ctx, sub, now)
		}
		p := sub.Proposal
		if p == nil || p.ID != proposal || now.Sub(p.At) > confirmWithin {
			return nil, fmt.Errorf("this signup: %w", subscribers.ErrExpired)
		}
		return d.confirmed(ctx, sub, via, now)
	}, now)
	if err == nil && sub.Moved != nil && sub.Moved.ID == proposal {
		err = d.store.Release(ctx, sub.Moved.From, id)
	}
	return sub, err
}

// confirmed makes the proposal of sub, which it owns, come true.
func (d *Desk) confirmed(ctx context.Context, sub *subscribers.Subscriber, via subscribers.Via, now time.Time) (*store.Save, error) {
	p, was, had := sub.Proposal, sub.State, sub.Alerts
	if was != subscribers.StateActive && was != subscribers.StatePaused {
		sub.Alerts = nil // who comes back after leaving begins anew
	}
	added, err := adopt(sub, p.Alerts)
	if err != nil {
		return nil, err
	}
	if sub.State, err = was.After(subscribers.EventConfirm); err != nil {
		return nil, err
	}
	sub.Locale, sub.Zone, sub.Consent = p.Locale, p.Zone, p.Given
	sub.Consent.ConfirmedAt, sub.Consent.Via = now, via
	sub.Confirmed, sub.Proposal, sub.PausedUntil = p.ID, nil, time.Time{}

	save := &store.Save{Subscriber: sub, Letter: welcome(sub, now)}
	if len(had) == 0 {
		// Whoever had alerts before may know these jobs from them.
		if save.Letter.Postings, err = d.postings.Samples(ctx, filters(added), welcomeSamples); err != nil {
			return nil, err
		}
	}
	// Only now, so that no sample lies behind it: it would be told of again.
	head, err := d.postings.Head(ctx)
	if err != nil {
		return nil, err
	}
	fresh := added
	if was == subscribers.StatePaused {
		fresh = sub.Alerts // this ends the pause of the others
	}
	save.Cursors = startAt(head, fresh)
	save.Forget = gone(had, sub)
	return save, nil
}

// startAt is the cursors of alerts that begin at head.
func startAt(head alerts.Seq, all []subscribers.Alert) map[string]alerts.Seq {
	cursors := map[string]alerts.Seq{}
	for _, a := range all {
		cursors[a.ID] = head
	}
	return cursors
}

// gone is the ids of the alerts that sub had and has no more.
func gone(had []subscribers.Alert, sub *subscribers.Subscriber) []string {
	var ids []string
	for _, a := range had {
		if _, kept := sub.Alert(a.ID); !kept {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func filters(all []subscribers.Alert) []alerts.Filter {
	list := make([]alerts.Filter, len(all))
	for i, a := range all {
		list[i] = a.Filter
	}
	return list
}

func welcome(sub *subscribers.Subscriber, now time.Time) *mailer.Letter {
	return &mailer.Letter{
		ID:   mailer.LetterID(string(mailer.KindWelcome), string(sub.ID), sub.Confirmed),
		Kind: mailer.KindWelcome, Subscriber: string(sub.ID), Owed: now.UTC(),
	}
}

// adopt adds proposed alerts to a subscriber, each under a new id. One that is there already, by
// filter and cadence, is not added again.
func adopt(sub *subscribers.Subscriber, proposed []subscribers.Alert) ([]subscribers.Alert, error) {
	var added []subscribers.Alert
	for _, a := range proposed {
		known := slices.ContainsFunc(sub.Alerts, func(b subscribers.Alert) bool {
			return b.Filter.Key() == a.Filter.Key() && b.Cadence == a.Cadence
		})
		if known {
			continue
		}
		a.ID = nextAlertID(sub)
		sub.Alerts = append(sub.Alerts, a)
		added = append(added, a)
	}
	if len(sub.Alerts) > subscribers.MaxAlerts {
		var errs alerts.FieldErrors
		errs.Note("alerts", fault.New("alerts.sum", "with these there would be %d alerts, more than the %d one person may have; remove some first", len(sub.Alerts), subscribers.MaxAlerts))
		return nil, errs.Err()
	}
	return added, nil
}

// nextAlertID is an id that no alert of this person ever had.
func nextAlertID(sub *subscribers.Subscriber) string {
	sub.LastAlert++
	return strconv.Itoa(sub.LastAlert)
}

// Get reads a subscriber.
func (d *Desk) Get(ctx context.Context, id subscribers.ID) (*subscribers.Subscriber, error) {
	return d.store.Get(ctx, id)
}

// Change changes what a confirmed subscriber asks for, which also shows that they still want it. An alert with an empty id is a new one; one
// with the id of an alert that is gone is not brought back, but subscribers.ErrConflict.
func (d *Desk) Change(ctx context.Context, id subscribers.ID, c subscribers.Change, now time.Time) (*subscribers.Subscriber, error) {
	return d.change(ctx, "changing", id, func(sub *subscribers.Subscriber) (*store.Save, error) {
		head, err := d.postings.Head(ctx)
		if err != nil {
			return nil, err
		}
		before := *sub
		save, err := changed(sub, c, head)
		if err == nil && (sub.Question() != "" || !reflect.DeepEqual(before, *sub)) {
			sub.Consent.Renew(now)
		}
		return save, err
	}, now)
}

// changed makes a change to sub, which it owns. A changed filter and a resumed alert start from head.
func changed(sub *subscribers.Subscriber, c subscribers.Change, head alerts.Seq) (*store.Save, error) {
	if sub.State != subscribers.StateActive && sub.State != subscribers.StatePaused {
		return nil, fmt.Errorf("%w: a %s subscriber has nothing to change", subscribers.ErrState, sub.State)
	}
	save := &store.Save{Subscriber: sub, Cursors: map[string]alerts.Seq{}}
	if c.Locale != nil {
		sub.Locale = *c.Locale
	}
	if c.Zone != nil {
		if err := subscribers.ValidateZone(*c.Zone).Err(); err != nil {
			return nil, err
		}
		sub.Zone = *c.Zone
	}
	if c.RenewFeeds {
		sub.FeedSerial++
	}
	if c.Alerts != nil {
		if err := replaceAlerts(sub, *c.Alerts, head, save); err != nil {
			return nil, err
		}
	}
	if c.Pause != nil {
		event := subscribers.EventResume
		if *c.Pause {
			event = subscribers.EventPause
		}
		state, err := sub.State.After(event)
		if err != nil {
			return nil, err
		}
		if sub.State == subscribers.StatePaused && state == subscribers.StateActive {
			save.Cursors = startAt(head, sub.Alerts)
		}
		sub.State, sub.PausedUntil = state, c.PausedUntil
	}
	return save, nil
}

func replaceAlerts(sub *subscribers.Subscriber, wanted []subscribers.Alert, head alerts.Seq, save *store.Save) error {
	check := subscribers.Signup{Address: sub.Address, Zone: sub.Zone, Alerts: wanted}
	if err := check.Validate().Err(); err != nil {
		return err
	}
	old := sub.Alerts
	sub.Alerts = nil
	for _, a := range wanted {
		was := slices.IndexFunc(old, func(o subscribers.Alert) bool { return o.ID == a.ID })
		_, twice := sub.Alert(a.ID)
		switch {
		case a.ID == "":
			a.ID = nextAlertID(sub)
			save.Cursors[a.ID] = head
		case was < 0 || twice:
			// Perhaps the person has just left it in another window.
			return fmt.Errorf("alert %s: %w", a.ID, subscribers.ErrConflict)
		case old[was].Filter.Key() != a.Filter.Key():
			save.Cursors[a.ID] = head
		}
		sub.Alerts = append(sub.Alerts, a)
	}
	save.Forget = gone(old, sub)
	return nil
}

// Leave ends one alert, or everything where alert is empty or the last one. When it returns, no
// letter of it will begin to be sent. Leaving again changes nothing.
func (d *Desk) Leave(ctx context.Context, id subscribers.ID, alert string, _ subscribers.Via, now time.Time) error {
	_, err := d.change(ctx, "unsubscribing", id, func(sub *subscribers.Subscriber) (*store.Save, error) {
		if sub.State == subscribers.StateLeft && sub.Proposal == nil {
			return nil, nil
		}
		save := &store.Save{Subscriber: sub}
		if alert != "" && (len(sub.Alerts) > 1 || len(sub.Alerts) == 1 && sub.Alerts[0].ID != alert) {
			if _, found := sub.Alert(alert); !found {
				return nil, nil
			}
			sub.Alerts = slices.DeleteFunc(slices.Clone(sub.Alerts), func(a subscribers.Alert) bool { return a.ID == alert })
			save.Forget = []string{alert}
			return save, nil
		}
		var err error
		if sub.State, err = sub.State.After(subscribers.EventLeave); err != nil {
			return nil, err
		}
		sub.Proposal, sub.Moving, sub.PausedUntil = nil, nil, time.Time{}
		return save, nil
	}, now)
	return err
}

// change reads a subscriber, lets edit change it, and saves it; a nil Save saves nothing. It begins
// again where somebody else was faster.
func (d *Desk) change(ctx context.Context, doing string, id subscribers.ID, edit func(*subscribers.Subscriber) (*store.Save, error), now time.Time) (*subscribers.Subscriber, error) {
	var sub *subscribers.Subscriber
	err := again(func() (err error) {
		if sub, err = d.store.Get(ctx, id); err != nil {
			return err
		}
		before := *sub
		save, err := edit(sub)
		if err != nil || save == nil {
			return err
		}
		if reflect.DeepEqual(before, *sub) && len(save.Cursors) == 0 {
			return nil
		}
		sub.ChangedAt = now
		return d.store.Save(ctx, *save)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	return sub, nil
}

func again(change func() error) error {
	var err error
	for range attempts {
		if err = change(); !errors.Is(err, subscribers.ErrConflict) {
			return err
		}
	}
	return err
}
