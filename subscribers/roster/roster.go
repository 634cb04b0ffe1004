package roster

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
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
)

// Roster is the active subscribers and their alerts.
type Roster struct {
	store    *store.Store
	terms    subscribers.Terms
	newIndex func() *match.Index
	logger   *slog.Logger
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
	states []int                      // how many people, by number of their state; number 0 counts nobody
	hashes map[key]mailer.AddressHash // of those whose filters were last asked for
	away   map[int]bool               // shards that did not answer; their people wait for the next Sync
}

// New makes an empty roster; Sync fills it. newIndex makes the index of the filters: it is called when
// a first load begins, so that it can learn from postings that are loaded by then.
func New(s *store.Store, newIndex func() *match.Index, logger *slog.Logger, reg prometheus.Registerer) *Roster {
	r := &Roster{store: s, newIndex: newIndex, logger: logger, metrics: newMetrics(reg), away: map[int]bool{}}
	r.reset(nil)
	return r
}

// reset forgets everybody.
func (r *Roster) reset(index *match.Index) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.index, r.loaded, r.read, r.states = index, 0, 0, make([]int, len(subscribers.States())+1)
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

// adder takes filters into the index.
type adder func([]alerts.Filter) []match.Ref

// loadShard reads one shard whole, in the place of what was known of it, and returns from where its
// changes go on.
func (r *Roster) loadShard(ctx context.Context, shard int, add adder) (store.Position, error) {
	all, in := newPeople(), intake{Roster: r, add: add}
	position, err := r.store.Survey(ctx, shard, func(page []store.Stored) error {
		for _, n := range in.take(all, page) {
			if all.find(n.id).state == 0 { // a scan may tell of somebody twice
				all.put(n.person, n.subs)
			}
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.read += len(page)
		return nil
	})
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
	former := r.shards[shard]
	for who := range former.known.All() {
		r.letGo(former, who)
	}
	r.shards[shard] = all
	for who := range all.known.All() {
		r.states[who.state]++
	}
	r.tell()
	r.loaded = min(r.loaded+1, len(r.shards))
	r.read = max(0, r.read-all.known.Len())
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
		p.People += people.known.Len()
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
		r.mu.Lock()
		people := r.shards[shard]
		for _, id := range page {
			delete(people.unreadable, id)
		}
		r.mu.Unlock()
		in := intake{Roster: r, add: r.Index().AddAll}
		news := in.take(people, found)
		r.mu.Lock()
		for _, id := range page {
			if raw, ok := id.Bytes(); ok {
				r.letGo(people, people.find(raw))
				people.drop(raw)
			}
		}
		for _, n := range news {
			people.put(n.person, n.subs)
			r.states[n.state]++
		}
		r.tell()
		r.mu.Unlock()
	}
	return nil
}

// newcomer is somebody about to be put among the people.
type newcomer struct {
	person
	subs []subscription
}

// intake makes people ready, in the same memory from page to page.
type intake struct {
	*Roster
	add     adder
	filters []alerts.Filter
	subs    []subscription
	news    []newcomer
}

// take makes subscribers ready as they stand, their filters included. Those that are nil are left out; those who
// cannot be read are noted among the people.
func (in *intake) take(of *people, page []store.Stored) []newcomer {
	in.filters, in.subs, in.news = in.filters[:0], in.subs[:0], in.news[:0]
	for _, stored := range page {
		living := living(stored)
		for i := range living { // an alert is large
			in.filters = append(in.filters, living[i].Filter)
		}
	}
	refs := in.add(in.filters)
	for _, stored := range page {
		if stored.Unreadable != nil {
			in.pass(of, stored.Unreadable)
		}
		if stored.Subscriber == nil {
			continue
		}
		id, _ := stored.ID.Bytes() // the store has looked
		zone := in.zones.of(stored.Subscriber)
		_, due := in.terms.NextIn(stored.Subscriber, zone)
		first := len(in.subs)
		in.subs = in.subscriptions(in.subs, stored, zone, refs[first:])
		in.news = append(in.news, newcomer{person{id: id, due: seconds(due), state: stateNumber(stored.State)}, in.subs[first:]})
	}
	return in.news
}

// pass passes somebody over who cannot be read. Where very many cannot, the metric tells how many.
func (r *Roster) pass(of *people, who *store.Unreadable) {
	const told = 100 // of a shard
	r.mu.Lock()
	of.unreadable[who.ID] = true
	n := len(of.unreadable)
	r.mu.Unlock()
	if n <= told {
		r.logger.Error("a subscriber cannot be read, and gets nothing", "subscriber", who.ID, "error", who)
	}
}

// subscriptions adds those of somebody whose filters have the given refs, and perhaps others follow.
func (r *Roster) subscriptions(subs []subscription, stored store.Stored, zone *time.Location, refs []match.Ref) []subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	living := living(stored)
	for i := range living {
		alert := &living[i]
		subs = append(subs, subscription{
			cursor: stored.Cursor(alert.ID), ref: refs[i],
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

// letGo forgets what somebody's subscriptions ask for; the caller holds mu, and forgets them.
func (r *Roster) letGo(of *people, who person) {
	for s := range of.chain(who) {
		r.index.Remove(s.ref)
	}
	r.states[who.state]--
}

// tell has the metrics show how many people there are; the caller holds mu.
func (r *Roster) tell() {
	for i, state := range subscribers.States() {
		r.metrics.subscribers.WithLabelValues(string(state)).Set(float64(r.states[i+1]))
	}
	unreadable := 0
	for _, people := range r.shards {
		unreadable += len(people.unreadable)
	}
	r.metrics.unreadable.Set(float64(unreadable))
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
