package outbox

import (
	"context"
	"encoding/json"
	"errors"
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
}

// Outbox is the letters that are owed. Its methods may be called from many goroutines.
type Outbox struct {
	cfg   Config
	redis redis.UniversalClient

	mu     sync.Mutex
	rung   map[stream]bool // those that were heard of since they were last looked at
	swept  time.Time
	silent time.Time // since when Redis has owed an answer; zero while it owes none
	back   time.Time // when it last answered after it was away for long, or this began
	bell   chan struct{}
	groups bool // the consumer groups were made

	ends *together.Group[ending, error]
}

// New makes an outbox over redis.
func New(cfg Config, client redis.UniversalClient) *Outbox {
	cfg.Stale = orDefault(cfg.Stale, 20*time.Second)
	cfg.Sweep = orDefault(cfg.Sweep, 8*time.Second)
	cfg.KeepDead = orDefault(cfg.KeepDead, 10_000)
	cfg.KeepDone = orDefault(cfg.KeepDone, 1_000)
	o := &Outbox{cfg: cfg, redis: client, rung: map[stream]bool{}, bell: make(chan struct{}, 1), back: time.Now()}
	o.ends = together.New(o.settleAll)
	return o
}

func orDefault[T time.Duration | int](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// Encode is a letter as the scripts of other rooms put it into the outbox.
func Encode(l mailer.Letter) (string, error) {
	data, err := json.Marshal(l)
	if err != nil {
		return "", fmt.Errorf("encoding letter %s: %w", l.ID, err)
	}
	return string(data), nil
}

func decode(text string) (mailer.Letter, error) {
	var l mailer.Letter
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return mailer.Letter{}, fmt.Errorf("decoding a letter: %w", err)
	}
	return l, nil
}

// Put owes a letter that no other script decides about. It may owe it twice if the connection
// fails after Redis has taken it.
func (o *Outbox) Put(ctx context.Context, shard int, l mailer.Letter) error {
	text, err := Encode(l)
	if err != nil {
		return err
	}
	if err := put.Run(ctx, o.redis, []string{Key(shard, l.Kind)}, text).Err(); err != nil {
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
	pending, rest := len(o.rung) > 0, time.Until(o.due())
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
func (o *Outbox) Claim(ctx context.Context, limit int) ([]mailer.Claim, error) {
	if limit <= 0 {
		return nil, nil
	}
	asked := time.Now()
	streams, sweep := o.next(asked)
	if len(streams) == 0 {
		return nil, nil
	}
	claims, err := o.claim(ctx, asked, streams, sweep, limit)
	o.heard(asked, err)
	if err != nil {
		o.again(streams, sweep)
		return claims, fmt.Errorf("claiming letters: %w", err)
	}
	return claims, nil
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
	streams := slices.Sorted(maps.Keys(o.rung))
	clear(o.rung)
	return streams, false
}

// again undoes next after a failure.
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

func (o *Outbox) claim(ctx context.Context, asked time.Time, streams []stream, sweep bool, limit int) ([]mailer.Claim, error) {
	if err := o.makeGroups(ctx); err != nil {
		return nil, err
	}
	var claims []mailer.Claim
	if sweep {
		taken, err := o.takeOver(ctx, asked, streams, limit)
		if err == nil {
			err = o.promote(ctx, streams)
		}
		if err != nil {
			return taken, err
		}
		claims = taken
	}
	// One stream after the other, so that no more is claimed than asked for; but all at once while
	// the streams are more than the letters one may ask of each.
	for len(streams) > 0 && len(claims) < limit {
		n := min(len(streams), limit-len(claims))
		each := (limit - len(claims)) / n
		fresh, err := o.read(ctx, streams[:n], each)
		claims = append(claims, fresh...)
		if err != nil {
			return claims, err
		}
		streams = streams[n:]
	}
	o.again(streams, false) // those not looked at
	return claims, nil
}

// read takes up to each fresh letters of every stream.
func (o *Outbox) read(ctx context.Context, streams []stream, each int) ([]mailer.Claim, error) {
	pipe := o.redis.Pipeline()
	replies := make([]*redis.XStreamSliceCmd, len(streams))
	for i, s := range streams {
		replies[i] = pipe.XReadGroup(ctx, &redis.XReadGroupArgs{Group: group, Consumer: consumer,
			Streams: []string{o.key(s), ">"}, Count: int64(each), Block: -1})
	}
	// Each reply has its own error; Exec's is the first of them.
	_, _ = pipe.Exec(ctx)
	var claims []mailer.Claim
	var failed error // others may have answered: what they gave is in hand
	for i, reply := range replies {
		found, err := reply.Result()
		switch {
		case errors.Is(err, redis.Nil):
			continue
		case err != nil:
			o.forgetGroups(err)
			failed = err
			continue
		}
		for _, one := range found {
			if len(one.Messages) == each {
				o.ring(streams[i])
			}
			claims = o.collect(ctx, claims, streams[i], one.Messages)
		}
	}
	return claims, failed
}

// collect turns stream entries into claims. What is not a letter can never be sent: it is buried.
func (o *Outbox) collect(ctx context.Context, claims []mailer.Claim, s stream, entries []redis.XMessage) []mailer.Claim {
	for _, entry := range entries {
		text, _ := entry.Values["letter"].(string)
		name := receipt(s, entry.ID)
		letter, err := decode(text)
		if err != nil {
			// Should this fail, the claim goes stale and is met again.
			_ = o.settle(ctx, name, "dead", text, "not a letter", time.Time{})
			continue
		}
		claims = append(claims, mailer.Claim{Letter: letter, Receipt: name})
	}
	return claims
}

// promote moves due retries back into the streams.
func (o *Outbox) promote(ctx context.Context, streams []stream) error {
	now := strconv.FormatInt(time.Now().UnixMilli(), 10)
	pipe := o.redis.Pipeline()
	due := make([]*redis.IntCmd, len(streams))
	for i, s := range streams {
		due[i] = pipe.ZCount(ctx, o.retry(s), "-inf", now)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("looking for retries: %w", err)
	}
	for i, s := range streams {
		if due[i].Val() == 0 {
			continue
		}
		if err := promote.Run(ctx, o.redis, []string{o.key(s), o.retry(s)}, now, 1000).Err(); err != nil {
			return fmt.Errorf("promoting retries: %w", err)
		}
	}
	return nil
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
	asked, pipe := time.Now(), o.redis.Pipeline()
	for _, c := range claims {
		s, entry, err := o.parseReceipt(c.Receipt)
		if err != nil {
			return err
		}
		pipe.XClaimJustID(ctx, &redis.XClaimArgs{Stream: o.key(s), Group: group, Consumer: consumer, Messages: []string{entry}})
	}
	_, err := pipe.Exec(ctx)
	o.heard(asked, err)
	if err != nil {
		return fmt.Errorf("renewing claims: %w", err)
	}
	return nil
}

// makeGroups makes the consumer groups once; each reads its stream from the beginning.
func (o *Outbox) makeGroups(ctx context.Context) error {
	o.mu.Lock()
	made := o.groups
	o.mu.Unlock()
	if made {
		return nil
	}
	pipe := o.redis.Pipeline()
	for _, s := range o.streams() {
		pipe.XGroupCreateMkStream(ctx, o.key(s), group, "0")
	}
	replies, _ := pipe.Exec(ctx) // its error is the first of theirs
	for _, reply := range replies {
		if err := reply.Err(); err != nil && !strings.HasPrefix(err.Error(), "BUSYGROUP") {
			return fmt.Errorf("making the consumer groups: %w", err)
		}
	}
	o.mu.Lock()
	o.groups = true
	o.mu.Unlock()
	return nil
}

// forgetGroups makes the groups again after Redis has lost them.
func (o *Outbox) forgetGroups(err error) {
	if strings.HasPrefix(err.Error(), "NOGROUP") {
		o.mu.Lock()
		o.groups = false
		o.mu.Unlock()
	}
}
