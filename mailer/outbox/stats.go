package outbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
)

// Stats is what the outbox holds.
type Stats struct {
	Ready   int64         `json:"ready"`   // owed and not in hand
	InHand  int64         `json:"in_hand"` // claimed by a worker
	Waiting int64         `json:"waiting"` // put off for another try
	Dead    int64         `json:"dead"`    // given up
	Oldest  time.Duration `json:"oldest"`  // age of the oldest letter not put off, nanoseconds
}

// counted is what a stream held, and the dead letters of its shard beside the first of its streams.
type counted struct {
	inHand, length, waiting, dead int64
	first                         time.Time // when the oldest letter came; zero where there is none
}

// Stats counts the letters of all shards. Of a shard that does not answer it takes what was counted last, lest
// its letters look as if they were sent; where nothing was, there is an error.
func (o *Outbox) Stats(ctx context.Context, now time.Time) (Stats, error) {
	l := &look{failed: map[int]error{}}
	o.makeGroups(ctx, l)
	o.count(ctx, l)
	o.mu.Lock()
	defer o.mu.Unlock()
	for shard, err := range l.failed {
		if _, known := o.counted[o.stream(shard, laneNow)]; !known {
			return Stats{}, fmt.Errorf("counting the outbox of shard %d: %w", shard, err)
		}
	}
	var s Stats
	for _, c := range o.counted {
		s.InHand += c.inHand
		s.Ready += c.length - c.inHand
		s.Waiting += c.waiting
		s.Dead += c.dead
		if !c.first.IsZero() {
			s.Oldest = max(s.Oldest, now.Sub(c.first))
		}
	}
	return s, nil
}

// count counts all streams and keeps what it has found.
func (o *Outbox) count(ctx context.Context, l *look) {
	type replies struct {
		length, waiting, dead *redis.IntCmd
		pending               *redis.XPendingCmd
		first                 *redis.XMessageSliceCmd
	}
	pipe := o.redis.Pipeline()
	streams := l.well(o, o.streams())
	all := make([]replies, len(streams))
	for i, s := range streams {
		all[i] = replies{
			length: pipe.XLen(ctx, o.key(s)), waiting: pipe.ZCard(ctx, o.retry(s)),
			pending: pipe.XPending(ctx, o.key(s), group), first: pipe.XRangeN(ctx, o.key(s), "-", "+", 1),
		}
		if o.lane(s) == laneNow {
			all[i].dead = pipe.XLen(ctx, deadKey(o.shard(s)))
		}
	}
	_, _ = pipe.Exec(ctx) // its error is the first of theirs
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, s := range streams {
		r := all[i]
		if err := cmp.Or(r.length.Err(), r.waiting.Err(), r.pending.Err(), r.first.Err()); err != nil {
			l.fail(o.shard(s), err)
			continue
		}
		c := counted{length: r.length.Val(), inHand: r.pending.Val().Count, waiting: r.waiting.Val()}
		if r.dead != nil {
			c.dead = r.dead.Val()
		}
		for _, entry := range r.first.Val() {
			c.first = entryTime(entry.ID)
		}
		o.counted[s] = c
	}
}

func entryTime(id string) time.Time {
	ms, _, _ := strings.Cut(id, "-")
	n, _ := strconv.ParseInt(ms, 10, 64) // Redis made it: always a number
	return time.UnixMilli(n)
}

// Record is a letter that has left the outbox, and why.
type Record struct {
	// Name finds the record again: shard/entry.
	Name   string        `json:"name"`
	At     time.Time     `json:"at"`
	Letter mailer.Letter `json:"letter"`
	Reason string        `json:"reason"`
}

// Dead lists up to limit dead letters, newest first.
func (o *Outbox) Dead(ctx context.Context, limit int) ([]Record, error) {
	return o.records(ctx, deadKey, "reason", limit)
}

// Recent lists up to limit letters that were done last, newest first.
func (o *Outbox) Recent(ctx context.Context, limit int) ([]Record, error) {
	return o.records(ctx, doneKey, "result", limit)
}

func (o *Outbox) records(ctx context.Context, key func(int) string, field string, limit int) ([]Record, error) {
	var records []Record
	for shard := range o.cfg.Shards {
		entries, err := o.redis.XRevRangeN(ctx, key(shard), "+", "-", int64(limit)).Result()
		if err != nil {
			return nil, fmt.Errorf("listing letters of shard %d: %w", shard, err)
		}
		for _, entry := range entries {
			text, _ := entry.Values["letter"].(string)
			reason, _ := entry.Values[field].(string)
			letter, err := Decode(text)
			if err != nil {
				reason = reason + ": " + text
			}
			records = append(records, Record{Name: strconv.Itoa(shard) + "/" + entry.ID, At: entryTime(entry.ID), Letter: letter, Reason: reason})
		}
	}
	slices.SortStableFunc(records, func(a, b Record) int { return b.At.Compare(a.At) })
	return records[:min(len(records), limit)], nil
}

// Revive owes a dead letter again, its attempts forgotten and its 48 hours begun anew. It reports
// whether the record was there.
func (o *Outbox) Revive(ctx context.Context, r Record, now time.Time) (bool, error) {
	shard, entry, err := parseName(r.Name)
	if err != nil {
		return false, err
	}
	r.Letter.Attempt, r.Letter.Doubts, r.Letter.Owed = 0, 0, now
	n, err := revive.Run(ctx, o.redis, []string{Key(shard, r.Letter.Kind), deadKey(shard)}, entry, Encode(r.Letter)).Int()
	if err != nil {
		return false, fmt.Errorf("reviving letter %s: %w", r.Letter.ID, err)
	}
	return n == 1, nil
}
