package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/mailer"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

// Serve owes what an alert has to say and moves its cursor, or does nothing and tells why.
func (s *Store) Serve(ctx context.Context, address mailer.AddressHash, v digest.Serving) (digest.Served, error) {
	id := subscribers.ID(v.Subscriber)
	shard := id.Shard(s.shards)
	letter := ""
	if v.Letter != nil {
		var err error
		if letter, err = outbox.Encode(*v.Letter); err != nil {
			return digest.Served{}, err
		}
	}
	keep := "0"
	if v.Shared {
		keep = "1"
	}
	args := []any{string(address[:]), v.Alert, uint64(v.From), uint64(v.To), letter, keep, uint64(v.Floor)}
	for _, a := range v.Announced {
		args = append(args, uint64(a.Seq), a.Posting)
	}
	keys := []string{hotKey(shard, id), outbox.Key(shard), suppress.Key(shard), heardKey(shard, id)}
	reply, err := serve.Run(ctx, s.redis, keys, args...).Text()
	if err != nil {
		return digest.Served{}, fmt.Errorf("serving alert %s of subscriber %s: %w", v.Alert, id, err)
	}
	switch reply {
	case "served":
		if v.Letter != nil {
			s.owed(shard)
		}
		return digest.Served{Result: digest.ResultServed, Cursor: v.To}, nil
	case "state", "suppressed", "gone":
		return digest.Served{Result: digest.ResultSilent, Cursor: v.From}, nil
	case "heard":
		return digest.Served{Result: digest.ResultHeard, Cursor: v.From}, nil
	}
	cursor, err := strconv.ParseUint(reply, 10, 64)
	if err != nil {
		return digest.Served{}, fmt.Errorf("serving alert %s of subscriber %s: unexpected answer %q", v.Alert, id, reply)
	}
	return digest.Served{Result: digest.ResultMoved, Cursor: alerts.Seq(cursor)}, nil
}

// Heard is the postings that a subscriber's alerts have sent and may meet again.
func (s *Store) Heard(ctx context.Context, id subscribers.ID) (map[string]bool, error) {
	ids, err := s.redis.ZRange(ctx, heardKey(id.Shard(s.shards), id), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("reading what subscriber %s has heard of: %w", id, err)
	}
	heard := make(map[string]bool, len(ids))
	for _, posting := range ids {
		heard[posting] = true
	}
	return heard, nil
}

// Position is how far a reader has followed the changes of a shard.
type Position string

// Scan reads every subscriber of a shard, a page at a time, and returns the position from which
// Changes goes on without a gap.
func (s *Store) Scan(ctx context.Context, shard int, visit func([]Stored) error) (Position, error) {
	position := Position("0-0")
	last, err := s.redis.XRevRangeN(ctx, changesKey(shard), "+", "-", 1).Result()
	if err != nil {
		return "", fmt.Errorf("reading the changes of shard %d: %w", shard, err)
	}
	for _, entry := range last {
		position = Position(entry.ID)
	}
	var cursor uint64
	for {
		values, next, err := s.redis.HScan(ctx, addrKey(shard), cursor, "", scanPage).Result()
		if err != nil {
			return "", fmt.Errorf("listing the subscribers of shard %d: %w", shard, err)
		}
		ids := make([]subscribers.ID, 0, len(values)/2)
		for i := 1; i < len(values); i += 2 {
			ids = append(ids, subscribers.ID(values[i]))
		}
		found, err := s.GetAll(ctx, shard, ids)
		if err != nil {
			return "", err
		}
		if err := visit(found); err != nil {
			return "", err
		}
		if cursor = next; cursor == 0 {
			return position, nil
		}
	}
}

// scanPage is about how many subscribers are read at once.
const scanPage = 500

// Changed is the subscribers of one shard that have changed since a position.
type Changed struct {
	IDs  []subscribers.ID
	Next Position
	// Lost means that the reader fell too far behind: the shard must be scanned again.
	Lost bool
}

// Changes tells for every shard what has changed since the given positions.
func (s *Store) Changes(ctx context.Context, since []Position) ([]Changed, error) {
	pipe := s.redis.Pipeline()
	firsts, pages := make([]*redis.XMessageSliceCmd, len(since)), make([]*redis.XMessageSliceCmd, len(since))
	for shard, position := range since {
		firsts[shard] = pipe.XRangeN(ctx, changesKey(shard), "-", "+", 1)
		pages[shard] = pipe.XRangeN(ctx, changesKey(shard), "("+string(position), "+", keepChanges)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("reading the changes: %w", err)
	}
	changed := make([]Changed, len(since))
	for shard, position := range since {
		c := Changed{Next: position}
		if first := firsts[shard].Val(); len(first) > 0 && position != "0-0" && later(first[0].ID, string(position)) {
			c.Lost = true
		}
		seen := map[subscribers.ID]bool{}
		for _, entry := range pages[shard].Val() {
			c.Next = Position(entry.ID)
			id, _ := entry.Values["id"].(string)
			if !seen[subscribers.ID(id)] {
				seen[subscribers.ID(id)] = true
				c.IDs = append(c.IDs, subscribers.ID(id))
			}
		}
		changed[shard] = c
	}
	return changed, nil
}

// later reports whether one stream entry id is after another.
func later(a, b string) bool {
	var am, as, bm, bs uint64
	_, _ = fmt.Sscanf(a, "%d-%d", &am, &as) // Redis made them
	_, _ = fmt.Sscanf(b, "%d-%d", &bm, &bs)
	return am > bm || am == bm && as > bs
}
