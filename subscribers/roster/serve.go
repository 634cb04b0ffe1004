package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jobalertd/alerts/digest"
	"jobalertd/alerts/match"
	"jobalertd/mailer"
	"jobalertd/subscribers"
)

var _ digest.Roster = (*Roster)(nil)

// Index is the index of the filters of all subscriptions, once Sync has been called.
func (r *Roster) Index() *match.Index {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.index
}

// Select is the subscriptions of the shards that answer that are wanted, in no order. While wanted is asked, Subscriber and Alert are
// not told.
func (r *Roster) Select(wanted func(*digest.Subscription) bool) []digest.Subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	var chosen []digest.Subscription
	var one digest.Subscription
	for shard, people := range r.shards {
		if r.away[shard] {
			continue
		}
		for who := range people.known.All() {
			for s := range people.chain(who) {
				if r.describe(&one, people, who, s); wanted(&one) {
					chosen = append(chosen, r.named(one, who.id, s))
				}
			}
		}
	}
	return chosen
}

// describe tells all of a subscription but whose it is.
func (r *Roster) describe(d *digest.Subscription, of *people, who person, s *subscription) {
	at := &r.tables.schedules.values[s.schedule]
	*d = digest.Subscription{
		Ref: s.ref, Cadence: at.Cadence, Zone: at.zone, Cursor: s.cursor, Looked: s.looked,
		Shared: of.subs[who.first].next != 0,
	}
}

// named tells whose a subscription is.
func (r *Roster) named(d digest.Subscription, id key, s *subscription) digest.Subscription {
	d.Subscriber, d.Alert = string(subscribers.IDOf(id)), r.tables.alerts.values[s.alert]
	return d
}

// find finds somebody by their id; the caller holds mu.
func (r *Roster) find(id string) (of *people, who person, known bool) {
	raw, ok := subscribers.ID(id).Bytes()
	of = r.shards[subscribers.ID(id).Shard(len(r.shards))]
	who = of.find(raw)
	return of, who, ok && who.state != 0
}

// Note keeps the cursor of a subscription and how far it has looked, until the person changes.
func (r *Roster) Note(d digest.Subscription) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if people, who, known := r.find(d.Subscriber); known {
		for s := range people.chain(who) {
			if r.tables.alerts.values[s.alert] == d.Alert {
				s.cursor, s.looked = d.Cursor, d.Looked
			}
		}
	}
}

// Siblings is all subscriptions of one person.
func (r *Roster) Siblings(id string) []digest.Subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	people, who, known := r.find(id)
	if !known {
		return nil
	}
	var all []digest.Subscription
	for s := range people.chain(who) {
		var one digest.Subscription
		r.describe(&one, people, who, s)
		all = append(all, r.named(one, who.id, s))
	}
	return all
}

// Ask tells what subscriptions ask for as it is stored now, in order; digest.ErrAway as of Serve. The roster remembers the addresses of
// their people for Serve.
func (r *Roster) Ask(ctx context.Context, of []digest.Subscription) []digest.Asked {
	people, faults := r.recall(ctx, of)
	all := make([]digest.Asked, len(of))
	for i, s := range of {
		all[i].Err = faults[subscribers.ID(s.Subscriber)]
		if person := people[subscribers.ID(s.Subscriber)]; person != nil {
			if alert, has := person.Alert(s.Alert); has {
				all[i].Filter = &alert.Filter
			}
		}
	}
	return all
}

// recall reads the people of subscriptions; those who are no more are left out.
func (r *Roster) recall(ctx context.Context, of []digest.Subscription) (map[subscribers.ID]*subscribers.Subscriber, map[subscribers.ID]error) {
	ids := make([]subscribers.ID, len(of))
	for i, s := range of {
		ids[i] = subscribers.ID(s.Subscriber)
	}
	slices.Sort(ids)
	people, faults := map[subscribers.ID]*subscribers.Subscriber{}, map[subscribers.ID]error{}
	hashes := map[key]mailer.AddressHash{}
	ask := func(id subscribers.ID, err error) bool { // of a shard that is away one error tells
		faults[id] = r.reach(id.Shard(len(r.shards)), func() error { return err })
		return faults[id] == nil
	}
	for page := range slices.Chunk(slices.Compact(ids), readTogether) {
		page = slices.DeleteFunc(page, func(id subscribers.ID) bool { return !ask(id, nil) })
		for i, found := range r.store.GetEach(ctx, page) {
			if id := page[i]; !errors.Is(found.Err, subscribers.ErrNotFound) && ask(id, found.Err) {
				raw, _ := id.Bytes()
				people[id], hashes[raw] = found.Subscriber, r.store.Hash(found.Address)
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hashes = hashes
	return people, faults
}

// readTogether is how many subscribers are read at once.
const readTogether = 500

// Heard is the postings the person's alerts have told of and may meet again. digest.ErrAway as of Serve.
func (r *Roster) Heard(ctx context.Context, id string) (heard map[string]bool, err error) {
	err = r.reach(subscribers.ID(id).Shard(len(r.shards)), func() error {
		heard, err = r.store.Heard(ctx, subscribers.ID(id))
		return err
	})
	return heard, err
}

// reach asks a shard, unless it did not answer just now: digest.ErrAway.
func (r *Roster) reach(shard int, ask func() error) error {
	r.mu.Lock()
	away := r.away[shard]
	r.mu.Unlock()
	if away {
		return fmt.Errorf("shard %d: %w", shard, digest.ErrAway)
	}
	err := ask()
	if passing, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err); ok && passing.Temporary() {
		r.mu.Lock()
		r.away[shard] = true
		r.mu.Unlock()
	}
	return err
}

// Serve owes the letter and moves the cursor, all or nothing. digest.ErrAway: the person's shard did not answer
// when it was last asked, and is not asked again before the next Sync.
func (r *Roster) Serve(ctx context.Context, s digest.Serving) (served digest.Served, err error) {
	r.mu.Lock()
	_, who, known := r.find(s.Subscriber)
	hash, told := r.hashes[who.id]
	r.mu.Unlock()
	silent := digest.Served{Result: digest.ResultSilent, Cursor: s.From}
	if !known {
		return silent, nil
	}
	err = r.reach(subscribers.ID(s.Subscriber).Shard(len(r.shards)), func() error {
		if !told { // only the cursor moves, and the filter was of no interest
			stored, err := r.store.Get(ctx, subscribers.ID(s.Subscriber))
			if err != nil {
				return err
			}
			hash = r.store.Hash(stored.Address)
		}
		served, err = r.store.Serve(ctx, hash, s)
		return err
	})
	if errors.Is(err, subscribers.ErrNotFound) {
		return silent, nil
	}
	return served, err
}

// Due is the subscribers of the shards that answer who have a step due at now, by the terms that Watch was told.
func (r *Roster) Due(now time.Time) []subscribers.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []subscribers.ID
	for shard, people := range r.shards {
		if r.away[shard] {
			continue
		}
		for who := range people.known.All() {
			if who.due != 0 && int64(who.due) <= now.Unix() {
				ids = append(ids, subscribers.IDOf(who.id))
			}
		}
	}
	slices.Sort(ids)
	return ids
}
