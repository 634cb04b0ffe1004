package roster

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/alerts/match"
	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// Roster is the active subscribers and their alerts.
type Roster struct {
	store    *store.Store
	terms    subscribers.Terms
	newIndex func() *match.Index
	index    *match.Index // of the filters of all subscriptions; made by the first Sync
	metrics  *metrics

	syncing   sync.Mutex
	positions []store.Position // how far each shard's changes were followed; nil before the first load

	mu      sync.Mutex
	entries map[subscribers.ID]*entry
	order   []subscribers.ID // of those with subscriptions, sorted; nil when it must be made anew
	states  map[subscribers.State]int
}

// entry is one subscriber in any state.
type entry struct {
	state         subscribers.State
	due           int64 // when the next of subscribers.Steps is, in seconds since 1970; 0 for never
	hash          mailer.AddressHash
	subscriptions []*digest.Subscription // empty unless active
}

// New makes an empty roster; Sync fills it. newIndex makes the index of the filters: it is called when
// the first Sync begins, so that it can learn from postings that are loaded by then.
func New(s *store.Store, newIndex func() *match.Index, reg prometheus.Registerer) *Roster {
	return &Roster{store: s, newIndex: newIndex, metrics: newMetrics(reg), entries: map[subscribers.ID]*entry{}, states: map[subscribers.State]int{}}
}

// Watch has Due tell whose time has come by these terms. It must be called before the first Sync.
func (r *Roster) Watch(terms subscribers.Terms) { r.terms = terms }

var _ digest.Roster = (*Roster)(nil)

// Sync brings the roster up to what is stored now.
func (r *Roster) Sync(ctx context.Context) error {
	r.syncing.Lock()
	defer r.syncing.Unlock()
	if r.index == nil {
		r.index = r.newIndex()
	}
	if r.positions == nil {
		return r.load(ctx)
	}
	changed, err := r.store.Changes(ctx, r.positions)
	if err != nil {
		return err
	}
	for shard, c := range changed {
		if c.Lost {
			if err := r.loadShard(ctx, shard, r.positions); err != nil {
				return err
			}
			continue
		}
		if err := r.refresh(ctx, shard, c.IDs); err != nil {
			return err
		}
		r.positions[shard] = c.Next
	}
	return nil
}

// load reads all shards, several at a time.
func (r *Roster) load(ctx context.Context) error {
	positions := make([]store.Position, r.store.Shards())
	errs := make([]error, len(positions))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(8, len(positions)) {
		workers.Go(func() {
			for shard := range next {
				errs[shard] = r.loadShard(ctx, shard, positions)
			}
		})
	}
	for shard := range positions {
		next <- shard
	}
	close(next)
	workers.Wait()
	for shard, err := range errs {
		if err != nil {
			return fmt.Errorf("loading shard %d: %w", shard, err)
		}
	}
	r.positions = positions
	return nil
}

// loadShard reads one shard whole. Who was in it and is no more is dropped.
func (r *Roster) loadShard(ctx context.Context, shard int, positions []store.Position) error {
	seen := map[subscribers.ID]bool{}
	position, err := r.store.Scan(ctx, shard, func(page []store.Stored) error {
		for _, stored := range page {
			if stored.Subscriber != nil {
				seen[stored.ID] = true
			}
		}
		r.put(page)
		return nil
	})
	if err != nil {
		return err
	}
	positions[shard] = position
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range r.entries {
		if id.Shard(r.store.Shards()) == shard && !seen[id] {
			r.drop(id)
		}
	}
	return nil
}

// refresh reads changed subscribers again.
func (r *Roster) refresh(ctx context.Context, shard int, ids []subscribers.ID) error {
	for page := range slices.Chunk(ids, 500) {
		found, err := r.store.GetAll(ctx, shard, page)
		if err != nil {
			return err
		}
		r.put(found)
		r.mu.Lock()
		for i, stored := range found {
			if stored.Subscriber == nil {
				r.drop(page[i])
			}
		}
		r.mu.Unlock()
	}
	return nil
}

// put takes subscribers in as they stand. Those that are nil are passed over.
func (r *Roster) put(page []store.Stored) {
	var filters []alerts.Filter
	for _, stored := range page {
		for _, alert := range living(stored) {
			filters = append(filters, alert.Filter.Canonical())
		}
	}
	refs := r.index.AddAll(filters)
	for _, stored := range page {
		if stored.Subscriber == nil {
			continue
		}
		e := &entry{state: stored.State, hash: r.store.Hash(stored.Address)}
		if _, due := r.terms.Next(stored.Subscriber); !due.IsZero() {
			e.due = due.Unix()
		}
		zone := stored.Location()
		for _, alert := range living(stored) {
			e.subscriptions = append(e.subscriptions, &digest.Subscription{
				Subscriber: string(stored.ID), Alert: alert.ID, Filter: filters[0], Ref: refs[0], Cadence: alert.Cadence,
				Zone: zone, Cursor: stored.Cursors[alert.ID], Shared: len(stored.Alerts) > 1,
			})
			filters, refs = filters[1:], refs[1:]
		}
		r.mu.Lock()
		r.drop(stored.ID)
		r.entries[stored.ID] = e
		r.count(e.state, 1)
		r.mu.Unlock()
	}
}

// living is the alerts of a subscriber that may be served.
func living(stored store.Stored) []subscribers.Alert {
	if stored.Subscriber == nil || stored.State != subscribers.StateActive {
		return nil
	}
	return stored.Alerts
}

// drop forgets a subscriber; the caller holds mu.
func (r *Roster) drop(id subscribers.ID) {
	if old, found := r.entries[id]; found {
		delete(r.entries, id)
		r.count(old.state, -1)
		for _, subscription := range old.subscriptions {
			r.index.Remove(subscription.Ref)
		}
	}
	r.order = nil
}

func (r *Roster) count(state subscribers.State, n int) {
	r.states[state] += n
	r.metrics.subscribers.WithLabelValues(string(state)).Set(float64(r.states[state]))
}

// Index is the index of the filters of all subscriptions, once Sync has been called.
func (r *Roster) Index() *match.Index { return r.index }

// Each visits every subscription, in the order of the subscribers' ids.
func (r *Roster) Each(visit func(*digest.Subscription)) {
	for _, subs := range r.snapshot() {
		for _, s := range subs {
			visit(s)
		}
	}
}

func (r *Roster) snapshot() [][]*digest.Subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.order == nil {
		r.order = make([]subscribers.ID, 0, len(r.entries))
		for id, e := range r.entries {
			if len(e.subscriptions) > 0 {
				r.order = append(r.order, id)
			}
		}
		slices.Sort(r.order)
	}
	all := make([][]*digest.Subscription, len(r.order))
	for i, id := range r.order {
		all[i] = r.entries[id].subscriptions
	}
	return all
}

// Siblings is all subscriptions of one person.
func (r *Roster) Siblings(id string) []*digest.Subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.entries[subscribers.ID(id)]; e != nil {
		return e.subscriptions
	}
	return nil
}

// Heard is the postings the person's alerts have told of and may meet again.
func (r *Roster) Heard(ctx context.Context, id string) (map[string]bool, error) {
	return r.store.Heard(ctx, subscribers.ID(id))
}

// Serve owes the letter and moves the cursor, all or nothing.
func (r *Roster) Serve(ctx context.Context, s digest.Serving) (digest.Served, error) {
	r.mu.Lock()
	e := r.entries[subscribers.ID(s.Subscriber)]
	r.mu.Unlock()
	if e == nil {
		return digest.Served{Result: digest.ResultSilent, Cursor: s.From}, nil
	}
	return r.store.Serve(ctx, e.hash, s)
}

// Due is the subscribers who have a step due at now, by the terms that Watch was told.
func (r *Roster) Due(now time.Time) []subscribers.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []subscribers.ID
	for id, e := range r.entries {
		if e.due != 0 && e.due <= now.Unix() {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
