package outbox

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/together"
)

const (
	group    = "deliver"
	consumer = "worker"
)

// Config is how patient the outbox is.
type Config struct {
	// Shards is the number of shards, a power of two.
	Shards int
	// Stale is how long a claim lasts that nobody renews. Default 20 s.
	Stale time.Duration
	// Sweep is how often all shards are looked at without being asked: for letters that wait for
	// another try, stale claims, and bells that were not heard. Default 8 s.
	Sweep time.Duration
	// KeepDead and KeepDone are how many dead and done letters a shard remembers, roughly.
	// Defaults 10,000 and 1,000.
	KeepDead, KeepDone int
	// Back hears of each letter that was given back to a shard, so that other replicas need not wait for a sweep
	// to take it; nil for nobody.
	Back func(shard int)
}

// Outbox is the letters that are owed. Its methods may be called from many goroutines.
type Outbox struct {
	cfg   Config
	redis redis.UniversalClient

	mu       sync.Mutex
	rung     map[stream]bool // those that were heard of since they were last looked at
	deep     map[stream]bool // those that held all that was asked of them when they were last looked at
	turn     int             // the shard whose streams come first in their lanes
	swept    time.Time
	contacts []contact // by shard
	ask      time.Time // when shards that do not answer are asked again
	misses   int       // how often they were asked in vain
	bell     chan struct{}
	groups   bool // the consumer groups were made
	counted  map[stream]counted

	ends *together.Group[ending, error]
}

// New makes an outbox over redis.
func New(cfg Config, client redis.UniversalClient) *Outbox {
	cfg.Stale = orDefault(cfg.Stale, 20*time.Second)
	cfg.Sweep = orDefault(cfg.Sweep, 8*time.Second)
	cfg.KeepDead = orDefault(cfg.KeepDead, 10_000)
	cfg.KeepDone = orDefault(cfg.KeepDone, 1_000)
	if cfg.Back == nil {
		cfg.Back = func(int) {}
	}
	contacts := make([]contact, cfg.Shards)
	for shard := range contacts {
		contacts[shard].back = time.Now()
	}
	o := &Outbox{cfg: cfg, redis: client, rung: map[stream]bool{}, deep: map[stream]bool{}, bell: make(chan struct{}, 1), contacts: contacts, counted: map[stream]counted{}}
	o.ends = together.New(o.settleAll)
	return o
}

func orDefault[T time.Duration | int](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// Put owes a letter that no other script decides about. It may owe it twice if the connection
// fails after Redis has taken it.
func (o *Outbox) Put(ctx context.Context, shard int, l mailer.Letter) error {
	if err := put.Run(ctx, o.redis, []string{Key(shard, l.Kind)}, Encode(l)).Err(); err != nil {
		return fmt.Errorf("putting letter %s into the outbox: %w", l.ID, err)
	}
	return nil
}

// Ring says that something was put into a shard's outbox, so that nobody waits for the sweep.
func (o *Outbox) Ring(shard int) {
	o.ring(o.stream(shard, laneNow), o.stream(shard, laneSoon), o.stream(shard, laneBulk))
}

func (o *Outbox) ring(streams ...stream) {
	o.mu.Lock()
	for _, s := range streams {
		o.rung[s] = true
	}
	o.mu.Unlock()
	select {
	case o.bell <- struct{}{}:
	default:
	}
}

// Wait blocks until something may be owed: a bell was rung or a sweep is due.
func (o *Outbox) Wait(ctx context.Context) error {
	o.mu.Lock()
	pending, rest := false, time.Until(o.due())
	for s := range o.rung {
		pending = pending || o.answers(s)
	}
	o.mu.Unlock()
	if pending || rest <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-o.bell:
		return nil
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Claim takes up to limit letters in hand: from the shards that were rung, or, when a sweep is due,
// from all of them, including letters whose time for another try has come and claims gone stale.
// It returns at once. A shard that may hold more stays rung.
//
// A shard that does not answer keeps none of the others from being claimed from; it is asked again soon. The
// error tells of it once, when it falls silent, and at every call while no shard answers at all.
func (o *Outbox) Claim(ctx context.Context, limit int) ([]mailer.Claim, error) {
	if limit <= 0 {
		return nil, nil
	}
	l := &look{asked: time.Now(), limit: limit, failed: map[int]error{}}
	streams, sweep := o.next(l.asked)
	if len(streams) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, hearing)
	defer cancel()
	o.claim(ctx, l, streams, sweep)
	if len(l.failed) > 0 {
		o.again(slices.DeleteFunc(streams, func(s stream) bool { return l.failed[o.shard(s)] == nil }), false)
		o.miss()
	}
	if err := o.heard(l.asked, o.shardsOf(streams), l.failed); err != nil {
		return l.claims, fmt.Errorf("claiming letters: %w", err)
	}
	return l.claims, nil
}

// next is which streams to look at, and whether as a sweep.
func (o *Outbox) next(now time.Time) ([]stream, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !now.Before(o.due()) {
		o.swept = now
		clear(o.rung)
		return o.streams(), true
	}
	streams := slices.DeleteFunc(slices.SortedFunc(maps.Keys(o.rung), o.inTurn), func(s stream) bool { return !o.answers(s) })
	for _, s := range streams {
		delete(o.rung, s)
	}
	return streams, false
}

// inTurn orders streams by their lanes, and in each lane by turns. The outbox must be locked.
func (o *Outbox) inTurn(a, b stream) int {
	place := func(s stream) int { return (o.shard(s) - o.turn + o.cfg.Shards) % o.cfg.Shards } // turn is at most Shards
	return cmp.Or(cmp.Compare(o.lane(a), o.lane(b)), cmp.Compare(place(a), place(b)))
}

// again has streams looked at by the next claim, all of them where it is to be a sweep.
func (o *Outbox) again(streams []stream, sweep bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if sweep {
		o.swept = time.Time{}
	}
	for _, s := range streams {
		o.rung[s] = true
	}
}

func (o *Outbox) claim(ctx context.Context, l *look, streams []stream, sweep bool) {
	o.makeGroups(ctx, l)
	if sweep {
		o.takeOver(ctx, l, l.well(o, streams))
		o.promote(ctx, l, l.well(o, streams))
	}
	// Streams that held many letters are asked for many, one after the other; the rest all at once, so that no
	// more is claimed than asked for.
	streams = l.well(o, streams)
	for many := true; len(streams) > 0 && l.room() > 0; {
		n := min(len(streams), l.room())
		if many = many && o.isDeep(streams[0]); many {
			n = min(n, max(1, l.room()/bunch))
		}
		room, count := l.room(), l.room()/n
		o.read(ctx, l, streams[:n], count)
		many = room-l.room() == n*count
		streams = l.well(o, streams[n:])
	}
	o.again(streams, false) // those not looked at
}

// bunch is how many letters are asked of a stream that holds many. The people of a shard are looked up, and
// their letters ended, with fewer commands.
const bunch = 16

func (o *Outbox) isDeep(s stream) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.deep[s]
}

// read takes up to count fresh letters of every stream. One that holds as many is deep, and stays rung.
func (o *Outbox) read(ctx context.Context, l *look, streams []stream, count int) {
	o.mu.Lock()
	for _, s := range streams {
		delete(o.deep, s)
		o.turn = o.shard(s) + 1
	}
	o.mu.Unlock()
	each(ctx, o, l, streams, func(pipe redis.Pipeliner, s stream) *redis.XStreamSliceCmd {
		return pipe.XReadGroup(ctx, &redis.XReadGroupArgs{Group: group, Consumer: consumer,
			Streams: []string{o.key(s), ">"}, Count: int64(count), Block: -1})
	}, func(s stream, reply *redis.XStreamSliceCmd) {
		for _, one := range reply.Val() {
			if len(one.Messages) == count {
				o.mu.Lock()
				o.deep[s] = true
				o.mu.Unlock()
				o.ring(s)
			}
			l.claims = o.collect(ctx, l.claims, s, one.Messages)
		}
	})
}

// collect turns stream entries into claims. What is not a letter can never be sent: it is buried.
func (o *Outbox) collect(ctx context.Context, claims []mailer.Claim, s stream, entries []redis.XMessage) []mailer.Claim {
	for _, entry := range entries {
		text, _ := entry.Values["letter"].(string)
		name := receipt(s, entry.ID)
		letter, err := Decode(text)
		if err != nil {
			// Should this fail, the claim goes stale and is met again.
			_ = o.settle(ctx, name, "dead", text, "not a letter", time.Time{})
			continue
		}
		claims = append(claims, mailer.Claim{Letter: letter, Text: text, Receipt: name})
	}
	return claims
}

// promote moves due retries back into the streams.
func (o *Outbox) promote(ctx context.Context, l *look, streams []stream) {
	now := strconv.FormatInt(time.Now().UnixMilli(), 10)
	var due []stream
	each(ctx, o, l, streams, func(pipe redis.Pipeliner, s stream) *redis.IntCmd {
		return pipe.ZCount(ctx, o.retry(s), "-inf", now)
	}, func(s stream, reply *redis.IntCmd) {
		if reply.Val() > 0 {
			due = append(due, s)
		}
	})
	for _, s := range due {
		if err := promote.Run(ctx, o.redis, []string{o.key(s), o.retry(s)}, now, 1000).Err(); err != nil {
			l.fail(o.shard(s), fmt.Errorf("promoting retries: %w", err))
		}
	}
}

func (o *Outbox) parseReceipt(name string) (stream, string, error) {
	number, entry, err := parseName(name)
	if err == nil && number >= int(lanes)*o.cfg.Shards {
		err = fmt.Errorf("receipt %q names no stream of this outbox", name)
	}
	return stream(number), entry, err
}

// Renew says that these claims are still being worked on.
func (o *Outbox) Renew(ctx context.Context, claims []mailer.Claim) error {
	if len(claims) == 0 {
		return nil
	}
	l := &look{asked: time.Now(), failed: map[int]error{}}
	entries := map[stream][]string{}
	for _, c := range claims {
		s, entry, err := o.parseReceipt(c.Receipt)
		if err != nil {
			return err
		}
		entries[s] = append(entries[s], entry)
	}
	streams := slices.Sorted(maps.Keys(entries))
	each(ctx, o, l, streams, func(pipe redis.Pipeliner, s stream) *redis.StringSliceCmd {
		return pipe.XClaimJustID(ctx, &redis.XClaimArgs{Stream: o.key(s), Group: group, Consumer: consumer, Messages: entries[s]})
	}, func(stream, *redis.StringSliceCmd) {})
	shards := o.shardsOf(streams)
	_ = o.heard(l.asked, shards, l.failed) // Claim tells who has fallen silent
	for _, shard := range shards {
		if err := l.failed[shard]; err != nil {
			return fmt.Errorf("renewing claims in %d of %d shards, such as %d: %w", len(l.failed), len(shards), shard, err)
		}
	}
	return nil
}

// makeGroups makes the consumer groups, until all were made once; each reads its stream from the beginning.
func (o *Outbox) makeGroups(ctx context.Context, l *look) {
	o.mu.Lock()
	made := o.groups
	o.mu.Unlock()
	if made {
		return
	}
	pipe := o.redis.Pipeline()
	streams := o.streams()
	replies := make([]*redis.StatusCmd, len(streams))
	for i, s := range streams {
		replies[i] = pipe.XGroupCreateMkStream(ctx, o.key(s), group, "0")
	}
	_, _ = pipe.Exec(ctx) // its error is the first of theirs
	for i, s := range streams {
		if err := replies[i].Err(); err != nil && !strings.HasPrefix(err.Error(), "BUSYGROUP") {
			l.fail(o.shard(s), fmt.Errorf("making the consumer groups: %w", err))
		}
	}
	o.mu.Lock()
	o.groups = len(l.failed) == 0
	o.mu.Unlock()
}

// forgetGroups makes the groups again after Redis has lost them.
func (o *Outbox) forgetGroups(err error) {
	if strings.HasPrefix(err.Error(), "NOGROUP") {
		o.mu.Lock()
		o.groups = false
		o.mu.Unlock()
	}
}
