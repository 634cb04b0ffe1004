package roster

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
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
	"jobalertd/subscribers/store/record"
)

// Roster is the active subscribers and their alerts.
type Roster struct {
	store    *store.Store
	terms    subscribers.Terms
	newIndex func() *match.Index
	metrics  *metrics
	zones    zones

	syncing   sync.Mutex
	positions []store.Position // how far each shard's changes were followed; nil before the first load

	mu     sync.Mutex
	index  *match.Index // of the filters of all subscriptions; made by the first Sync
	shards []*people
	tables tables
	loaded int                        // how many shards were loaded
	read   int                        // how many people of shards that are not loaded yet
	states []int                      // how many people, by number of their state
	hashes map[key]mailer.AddressHash // of those whose filters were last asked for
	away   map[int]bool               // shards that did not answer; their people wait for the next Sync
}

// New makes an empty roster; Sync fills it. newIndex makes the index of the filters: it is called when
// a first load begins, so that it can learn from postings that are loaded by then.
func New(s *store.Store, newIndex func() *match.Index, reg prometheus.Registerer) *Roster {
	r := &Roster{store: s, newIndex: newIndex, metrics: newMetrics(reg), away: map[int]bool{}}
	r.reset(nil)
	return r
}

// reset forgets everybody.
func (r *Roster) reset(index *match.Index) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.index, r.loaded, r.read, r.states = index, 0, 0, make([]int, len(subscribers.States()))
	r.shards = make([]*people, r.store.Shards())
	for shard := range r.shards {
		r.shards[shard] = newPeople()
	}
}

// Watch has Due tell whose time has come by these terms. It must be called before the first Sync.
func (r *Roster) Watch(terms subscribers.Terms) { r.terms = terms }

// Sync brings the roster up to what is stored now. digest.ErrAway: only of the shards that answer; the people of
// the others are left out until a Sync reaches them.
func (r *Roster) Sync(ctx context.Context) error {
	r.syncing.Lock()
	defer r.syncing.Unlock()
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
	r.away = away
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
		position, err := r.loadShard(ctx, shard, r.Index().AddAll)
		if err == nil {
			r.positions[shard] = position
		}
		return err
	}
	if err := r.refresh(ctx, shard, c.IDs); err != nil {
		return err
	}
	r.positions[shard] = c.Next
	return nil
}

// load reads all shards, several at a time: some are read while others wait for Redis. A load that fails
// is begun anew.
func (r *Roster) load(ctx context.Context) error {
	index := r.newIndex()
	r.reset(index)
	loader := index.Load()
	positions := make([]store.Position, r.store.Shards())
	errs := make([]error, len(positions))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(2*runtime.GOMAXPROCS(0), len(positions)) {
		workers.Go(func() {
			for shard := range next {
				if ctx.Err() == nil {
					positions[shard], errs[shard] = r.loadShard(ctx, shard, loader.AddAll)
				}
			}
		})
	}
	for shard := range positions {
		next <- shard
	}
	close(next)
	workers.Wait()
	loader.Close()
	for shard, err := range errs {
		if err != nil {
			return fmt.Errorf("loading shard %d: %w", shard, err)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.positions = positions
	return nil
}

// together is about how many people of a shard are taken in at once: the index lays filters of the same
// places side by side, the better the more come at a time.
const together = 4000

// adder takes filters into the index.
type adder func([]alerts.Filter) []match.Ref

// loadShard reads one shard whole, in the place of what was known of it, and returns from where its
// changes go on.
func (r *Roster) loadShard(ctx context.Context, shard int, add adder) (store.Position, error) {
	all := newPeople()
	waiting := make([]store.Stored, 0, together)
	take := func() error {
		news, err := r.newcomers(waiting, add)
		for _, n := range news {
			if _, twice := all.known[n.id]; !twice { // a scan may tell of somebody twice
				all.put(n.id, n.person, n.subs)
			}
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.read += len(waiting)
		waiting = waiting[:0]
		return err
	}
	position, err := r.store.Survey(ctx, shard, func(page []store.Stored) error {
		if waiting = append(waiting, page...); len(waiting) < together {
			return nil
		}
		return take()
	})
	if err == nil {
		err = take()
	}
	if err != nil {
		return "", err
	}
	all.trim()
	r.replace(shard, all)
	return position, nil
}

// replace puts a shard that was read in the place of what was known of it.
func (r *Roster) replace(shard int, all *people) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range r.shards[shard].known {
		r.drop(shard, id)
	}
	r.shards[shard] = all
	for _, who := range all.known {
		r.states[who.state]++
	}
	r.tell()
	r.loaded = min(r.loaded+1, len(r.shards))
	r.read = max(0, r.read-len(all.known))
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
	p := Progress{Loaded: r.loaded, Shards: len(r.shards), People: r.read}
	for _, people := range r.shards {
		p.People += len(people.known)
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
		news, err := r.newcomers(found, r.Index().AddAll)
		if err != nil {
			return err
		}
		r.mu.Lock()
		for _, id := range page {
			if raw, ok := id.Bytes(); ok {
				r.drop(shard, raw)
			}
		}
		for _, n := range news {
			r.shards[shard].put(n.id, n.person, n.subs)
			r.states[n.state]++
		}
		r.tell()
		r.mu.Unlock()
	}
	return nil
}

// newcomer is somebody about to be put among the people.
type newcomer struct {
	id key
	person
	subs []subscription
}

// newcomers makes subscribers ready as they stand, their filters included. Those that are nil are left out.
func (r *Roster) newcomers(page []store.Stored, add adder) ([]newcomer, error) {
	n := 0
	for _, stored := range page {
		n += len(living(stored))
	}
	filters := make([]alerts.Filter, 0, n)
	for _, stored := range page {
		for _, alert := range living(stored) {
			filters = append(filters, alert.Filter)
		}
	}
	refs := add(filters)
	news := make([]newcomer, 0, len(page))
	subs := make([]subscription, 0, len(refs))
	for _, stored := range page {
		if stored.Subscriber == nil {
			continue
		}
		raw, ok := stored.ID.Bytes()
		if !ok {
			return nil, fmt.Errorf("subscriber %q: %w", stored.ID, record.ErrDamaged)
		}
		zone := r.zones.of(stored.Subscriber)
		_, due := r.terms.NextIn(stored.Subscriber, zone)
		first := len(subs)
		subs = r.subscriptions(subs, stored, zone, refs[first:])
		news = append(news, newcomer{raw, person{due: seconds(due), state: stateNumber(stored.State)}, subs[first:]})
	}
	return news, nil
}

// subscriptions adds those of somebody whose filters have the given refs, and perhaps others follow.
func (r *Roster) subscriptions(subs []subscription, stored store.Stored, zone *time.Location, refs []match.Ref) []subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, alert := range living(stored) {
		subs = append(subs, subscription{
			cursor: stored.Cursors[alert.ID], ref: refs[i],
			alert: r.tables.alerts.number(alert.ID), schedule: r.tables.schedules.number(schedule{alert.Cadence, zone}),
		})
	}
	return subs
}

// living is the alerts of a subscriber that may be served.
func living(stored store.Stored) []subscribers.Alert {
	if stored.Subscriber == nil || stored.State != subscribers.StateActive {
		return nil
	}
	return stored.Alerts
}

// drop forgets a subscriber; the caller holds mu.
func (r *Roster) drop(shard int, id key) {
	people := r.shards[shard]
	who, known := people.known[id]
	if !known {
		return
	}
	for s := range people.chain(who) {
		r.index.Remove(s.ref)
	}
	r.states[who.state]--
	people.drop(id)
}

// tell has the metrics show how many people there are in each state that anybody has been in.
func (r *Roster) tell() {
	for i, state := range subscribers.States() {
		r.metrics.subscribers.WithLabelValues(string(state)).Set(float64(r.states[i]))
	}
}

// zones are time zones by their names, each read once for all of its people.
type zones struct {
	mu    sync.Mutex
	known map[string]*time.Location
}

func (z *zones) of(s *subscribers.Subscriber) *time.Location {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.known[s.Zone] == nil {
		if z.known == nil {
			z.known = map[string]*time.Location{}
		}
		z.known[s.Zone] = s.Location()
	}
	return z.known[s.Zone]
}
