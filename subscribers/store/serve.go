package store

import (
	"context"
	"fmt"
	"strings"

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
	letter, kind := "", mailer.Kind("")
	if v.Letter != nil {
		kind, letter = v.Letter.Kind, outbox.Encode(*v.Letter)
	}
	keep := "0"
	if v.Shared {
		keep = "1"
	}
	args := []any{v.Subscriber, string(address[:]), v.Alert, cursorText(v.From), cursorText(v.To), letter, keep, uint64(v.Floor)}
	for _, a := range v.Announced {
		args = append(args, uint64(a.Seq), a.Posting)
	}
	keys := []string{peopleKey(shard), outbox.Key(shard, kind), suppress.Key(shard), heardKey(shard, id)}
	reply, err := serve.Run(ctx, s.redis, keys, args...).Text()
	if err != nil {
		return digest.Served{}, fmt.Errorf("serving alert %s of subscriber %s: %w", v.Alert, id, err)
	}
	switch reply {
	case "served":
		if v.Letter != nil {
			s.owed(ctx, shard, *v.Letter)
		}
		return digest.Served{Result: digest.ResultServed, Cursor: v.To}, nil
	case "state", "suppressed", "gone":
		return digest.Served{Result: digest.ResultSilent, Cursor: v.From}, nil
	case "heard":
		return digest.Served{Result: digest.ResultHeard, Cursor: v.From}, nil
	}
	moved, ok := strings.CutPrefix(reply, "=")
	cursor, err := parseCursor(moved)
	if err != nil || !ok {
		return digest.Served{}, fmt.Errorf("serving alert %s of subscriber %s: unexpected answer %q", v.Alert, id, reply)
	}
	return digest.Served{Result: digest.ResultMoved, Cursor: cursor}, nil
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
