package outbox

import (
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

// Stats counts the letters of all shards.
func (o *Outbox) Stats(ctx context.Context, now time.Time) (Stats, error) {
	if err := o.makeGroups(ctx); err != nil {
		return Stats{}, err
	}
	type replies struct {
		length, waiting *redis.IntCmd
		pending         *redis.XPendingCmd
		first           *redis.XMessageSliceCmd
	}
	pipe := o.redis.Pipeline()
	var all []replies
	for _, s := range o.streams() {
		all = append(all, replies{
			length:  pipe.XLen(ctx, o.key(s)),
			waiting: pipe.ZCard(ctx, o.retry(s)),
			pending: pipe.XPending(ctx, o.key(s), group),
			first:   pipe.XRangeN(ctx, o.key(s), "-", "+", 1),
		})
	}
	dead := make([]*redis.IntCmd, o.cfg.Shards)
	for shard := range dead {
		dead[shard] = pipe.XLen(ctx, deadKey(shard))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Stats{}, fmt.Errorf("counting the outbox: %w", err)
	}
	var s Stats
	for _, r := range all {
		s.InHand += r.pending.Val().Count
		s.Ready += r.length.Val() - r.pending.Val().Count
		s.Waiting += r.waiting.Val()
		for _, entry := range r.first.Val() {
			s.Oldest = max(s.Oldest, now.Sub(entryTime(entry.ID)))
		}
	}
	for _, n := range dead {
		s.Dead += n.Val()
	}
	return s, nil
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
			letter, err := decode(text)
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
	text, err := Encode(r.Letter)
	if err != nil {
		return false, err
	}
	n, err := revive.Run(ctx, o.redis, []string{Key(shard, r.Letter.Kind), deadKey(shard)}, entry, text).Int()
	if err != nil {
		return false, fmt.Errorf("reviving letter %s: %w", r.Letter.ID, err)
	}
	return n == 1, nil
}
