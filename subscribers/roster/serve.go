package roster

import (
	"context"
	"errors"
	"slices"
	"time"

	"jobalertd/alerts"
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

// Select is the subscriptions that are wanted, in no order. While wanted is asked, Subscriber and Alert are
// not told.
func (r *Roster) Select(wanted func(*digest.Subscription) bool) []digest.Subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	var chosen []digest.Subscription
	var one digest.Subscription
	for _, people := range r.shards {
		for id, who := range people.known {
			for s := range people.chain(who) {
				if r.describe(&one, people, who, s); wanted(&one) {
					chosen = append(chosen, r.named(one, id, s))
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
func (r *Roster) find(id string) (of *people, raw key, who person, known bool) {
	raw, ok := subscribers.ID(id).Bytes()
	of = r.shards[subscribers.ID(id).Shard(len(r.shards))]
	who, known = of.known[raw]
	return of, raw, who, known && ok
}

// Note keeps the cursor of a subscription and how far it has looked, until the person changes.
func (r *Roster) Note(d digest.Subscription) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if people, _, who, known := r.find(d.Subscriber); known {
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
	people, raw, who, known := r.find(id)
	if !known {
		return nil
	}
	var all []digest.Subscription
	for s := range people.chain(who) {
		var one digest.Subscription
		r.describe(&one, people, who, s)
		all = append(all, r.named(one, raw, s))
	}
	return all
}

// Filters is what subscriptions ask for as it is stored now, in order; nil for those that are no more. The
// roster remembers the addresses of their people for Serve.
func (r *Roster) Filters(ctx context.Context, of []digest.Subscription) ([]*alerts.Filter, error) {
	shards := map[int][]subscribers.ID{}
	for _, s := range of {
		id := subscribers.ID(s.Subscriber)
		shard := id.Shard(r.store.Shards())
		shards[shard] = append(shards[shard], id)
	}
	asked := map[subscribers.ID][]subscribers.Alert{}
	hashes := map[key]mailer.AddressHash{}
	for shard, ids := range shards {
		slices.Sort(ids)
		for page := range slices.Chunk(slices.Compact(ids), readTogether) {
			found, err := r.store.GetAll(ctx, shard, page)
			if err != nil {
				return nil, err
			}
			for _, stored := range found {
				if stored.Subscriber != nil {
					asked[stored.ID] = stored.Alerts
					raw, _ := stored.ID.Bytes()
					hashes[raw] = r.store.Hash(stored.Address)
				}
			}
		}
	}
	r.mu.Lock()
	r.hashes = hashes
	r.mu.Unlock()
	filters := make([]*alerts.Filter, len(of))
	for i, s := range of {
		for n, alert := range asked[subscribers.ID(s.Subscriber)] {
			if alert.ID == s.Alert {
				filters[i] = &asked[subscribers.ID(s.Subscriber)][n].Filter
			}
		}
	}
	return filters, nil
}

// readTogether is how many subscribers of a shard are read at once.
const readTogether = 500

// Heard is the postings the person's alerts have told of and may meet again.
func (r *Roster) Heard(ctx context.Context, id string) (map[string]bool, error) {
	return r.store.Heard(ctx, subscribers.ID(id))
}

// Serve owes the letter and moves the cursor, all or nothing.
func (r *Roster) Serve(ctx context.Context, s digest.Serving) (digest.Served, error) {
	r.mu.Lock()
	_, raw, _, known := r.find(s.Subscriber)
	hash, told := r.hashes[raw]
	r.mu.Unlock()
	if !known {
		return digest.Served{Result: digest.ResultSilent, Cursor: s.From}, nil
	}
	if !told { // only the cursor moves, and the filter was of no interest
		stored, err := r.store.Get(ctx, subscribers.ID(s.Subscriber))
		if errors.Is(err, subscribers.ErrNotFound) {
			return digest.Served{Result: digest.ResultSilent, Cursor: s.From}, nil
		}
		if err != nil {
			return digest.Served{}, err
		}
		hash = r.store.Hash(stored.Address)
	}
	return r.store.Serve(ctx, hash, s)
}

// Due is the subscribers who have a step due at now, by the terms that Watch was told.
func (r *Roster) Due(now time.Time) []subscribers.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []subscribers.ID
	for _, people := range r.shards {
		for id, who := range people.known {
			if who.due != 0 && int64(who.due) <= now.Unix() {
				ids = append(ids, subscribers.IDOf(id))
			}
		}
	}
	slices.Sort(ids)
	return ids
}
