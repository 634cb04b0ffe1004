package roster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
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
	metrics  *metrics

	syncing   sync.Mutex
	positions []store.Position // how far each shard's changes were followed; nil before the first load

	mu     sync.Mutex
	index  *match.Index // of the filters of all subscriptions; made by the first Sync
	shards []map[subscribers.ID]*entry
	loaded int              // how many shards were loaded
	order  []subscribers.ID // of those with subscriptions, sorted; nil when it must be made anew
	states map[subscribers.State]int
	zones  map[string]*time.Location // by name: all people of a zone share it
	away   map[int]bool              // shards that did not answer; their people wait for the next Sync
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
	r := &Roster{store: s, newIndex: newIndex, metrics: newMetrics(reg), states: map[subscribers.State]int{}, zones: map[string]*time.Location{}, away: map[int]bool{}}
	for range s.Shards() {
		r.shards = append(r.shards, map[subscribers.ID]*entry{})
	}
	return r
}

// Watch has Due tell whose time has come by these terms. It must be called before the first Sync.
func (r *Roster) Watch(terms subscribers.Terms) { r.terms = terms }

var _ digest.Roster = (*Roster)(nil)

// Sync brings the roster up to what is stored now. digest.ErrAway: only of the shards that answer; the people of
// the others are left out until a Sync reaches them.
func (r *Roster) Sync(ctx context.Context) error {
	r.syncing.Lock()
	defer r.syncing.Unlock()
	if r.Index() == nil {
		index := r.newIndex()
		r.mu.Lock()
		r.index = index
		r.mu.Unlock()
	}
	if r.positions == nil {
		return r.load(ctx)
	}
	var first error
	away := map[int]bool{}
	for shard, c := range r.store.Changes(ctx, r.positions) {
		if err := r.follow(ctx, shard, c); err != nil {
			first, away[shard] = cmp.Or(first, err), true
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !maps.Equal(r.away, away) {
		r.away, r.order = away, nil
	}
	if first != nil {
		return fmt.Errorf("%d of %d shards: %w: %w", len(away), len(r.shards), digest.ErrAway, first)
	}
	return nil
}

// follow takes in what has changed in one shard.
func (r *Roster) follow(ctx context.Context, shard int, c store.Changed) error {
	switch {
	case c.Err != nil:
		return c.Err
	case c.Lost:
		return r.loadShard(ctx, shard, r.positions)
	}
	if err := r.refresh(ctx, shard, c.IDs); err != nil {
		return err
	}
	r.positions[shard] = c.Next
	return nil
}

// load reads all shards, several at a time.
func (r *Roster) load(ctx context.Context) error {
	r.mu.Lock()
	r.loaded = 0
	r.mu.Unlock()
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

// together is about how many people of a shard are taken in at once: the index has less to do for each
// filter the more come at a time.
const together = 4000

// loadShard reads one shard whole. Who was in it and is no more is dropped.
func (r *Roster) loadShard(ctx context.Context, shard int, positions []store.Position) error {
	seen := map[subscribers.ID]bool{}
	waiting := make([]store.Stored, 0, together)
	position, err := r.store.Scan(ctx, shard, func(page []store.Stored) error {
		for _, stored := range page {
			if stored.Subscriber != nil {
				seen[stored.ID] = true
			}
		}
		if waiting = append(waiting, page...); len(waiting) >= together {
			r.put(waiting)
			clear(waiting)
			waiting = waiting[:0]
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.put(waiting)
	positions[shard] = position
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range r.shards[shard] {
		if !seen[id] {
			r.drop(id)
		}
	}
	r.loaded = min(r.loaded+1, len(r.shards))
	return nil
}

// Progress is how far the first load has come.
type Progress struct {
	Loaded, Shards  int // shards, of how many
	People, Filters int // so far; equal filters count once
}

// Progress tells how far the first load has come. It may be asked at any time.
func (r *Roster) Progress() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := Progress{Loaded: r.loaded, Shards: len(r.shards)}
	for _, entries := range r.shards {
		p.People += len(entries)
	}
	if r.index != nil {
		p.Filters = r.index.Len()
	}
	return p
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
			filters = append(filters, alert.Filter)
		}
	}
	refs := r.Index().AddAll(filters)
	entries := map[subscribers.ID]*entry{}
	for _, stored := range page {
		if stored.Subscriber != nil {
			e := r.entry(stored, refs)
			entries[stored.ID], refs = e, refs[len(e.subscriptions):]
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, e := range entries {
		r.drop(id)
		r.shardOf(id)[id] = e
		r.count(e.state, 1)
	}
}

// entry is a subscriber whose filters have the given refs, and perhaps others follow.
func (r *Roster) entry(stored store.Stored, refs []match.Ref) *entry {
	e := &entry{state: stored.State, hash: r.store.Hash(stored.Address)}
	if _, due := r.terms.Next(stored.Subscriber); !due.IsZero() {
		e.due = due.Unix()
	}
	for i, alert := range living(stored) {
		e.subscriptions = append(e.subscriptions, &digest.Subscription{
			Subscriber: string(stored.ID), Alert: alert.ID, Asked: digest.Ask(alert.Filter), Ref: refs[i], Cadence: alert.Cadence,
			Zone: r.zone(stored), Cursor: stored.Cursors[alert.ID], Shared: len(stored.Alerts) > 1,
		})
	}
	return e
}

// zone is the time zone of a subscriber, which is read once for all of them.
func (r *Roster) zone(stored store.Stored) *time.Location {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.zones[stored.Zone] == nil {
		r.zones[stored.Zone] = stored.Location()
	}
	return r.zones[stored.Zone]
}

// shardOf is the entries among which a subscriber is or would be.
func (r *Roster) shardOf(id subscribers.ID) map[subscribers.ID]*entry {
	return r.shards[id.Shard(len(r.shards))]
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
	if old, found := r.shardOf(id)[id]; found {
		delete(r.shardOf(id), id)
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
func (r *Roster) Index() *match.Index {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.index
}

// Each visits every subscription of the shards that answer, in the order of the subscribers' ids.
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
		r.order = []subscribers.ID{}
		for shard, entries := range r.shards {
			if r.away[shard] {
				continue
			}
			for id, e := range entries {
				if len(e.subscriptions) > 0 {
					r.order = append(r.order, id)
				}
			}
		}
		slices.Sort(r.order)
	}
	all := make([][]*digest.Subscription, len(r.order))
	for i, id := range r.order {
		all[i] = r.shardOf(id)[id].subscriptions
	}
	return all
}

// Siblings is all subscriptions of one person.
func (r *Roster) Siblings(id string) []*digest.Subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.shardOf(subscribers.ID(id))[subscribers.ID(id)]; e != nil {
		return e.subscriptions
	}
	return nil
}

// Heard is the postings the person's alerts have told of and may meet again. digest.ErrAway as of Serve.
func (r *Roster) Heard(ctx context.Context, id string) (heard map[string]bool, err error) {
	err = r.reach(subscribers.ID(id), func() error {
		heard, err = r.store.Heard(ctx, subscribers.ID(id))
		return err
	})
	return heard, err
}

// reach asks the shard of a person, unless it did not answer just now: digest.ErrAway.
func (r *Roster) reach(id subscribers.ID, ask func() error) error {
	shard := id.Shard(len(r.shards))
	r.mu.Lock()
	away := r.away[shard]
	r.mu.Unlock()
	if away {
		return fmt.Errorf("subscriber %s: %w", id, digest.ErrAway)
	}
	err := ask()
	if passing, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err); ok && passing.Temporary() {
		r.mu.Lock()
		r.away[shard], r.order = true, nil
		r.mu.Unlock()
	}
	return err
}

// Serve owes the letter and moves the cursor, all or nothing. digest.ErrAway: the person's shard did not answer
// when it was last asked, and is not asked again before the next Sync.
func (r *Roster) Serve(ctx context.Context, s digest.Serving) (served digest.Served, err error) {
	r.mu.Lock()
	e := r.shardOf(subscribers.ID(s.Subscriber))[subscribers.ID(s.Subscriber)]
	r.mu.Unlock()
	if e == nil {
		return digest.Served{Result: digest.ResultSilent, Cursor: s.From}, nil
	}
	err = r.reach(subscribers.ID(s.Subscriber), func() error {
		served, err = r.store.Serve(ctx, e.hash, s)
		return err
	})
	return served, err
}

// Due is the subscribers of the shards that answer who have a step due at now, by the terms that Watch was told.
func (r *Roster) Due(now time.Time) []subscribers.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []subscribers.ID
	for shard, entries := range r.shards {
		if r.away[shard] {
			continue
		}
		for id, e := range entries {
			if e.due != 0 && e.due <= now.Unix() {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}
