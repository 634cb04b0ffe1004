package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jobalertd/subscribers"
)

// Each is one of several subscribers, or why it cannot be read.
type Each struct {
	*subscribers.Subscriber
	Err error
}

// GetEach reads subscribers of any shards, in order. Each has its own error, subscribers.ErrNotFound where
// there is none: what is wrong with one of them, or with its shard, is nothing to the others.
func (s *Store) GetEach(ctx context.Context, ids []subscribers.ID) []Each {
	pipe := s.redis.Pipeline()
	replies := make([]*redis.StringCmd, len(ids))
	for i, id := range ids {
		replies[i] = pipe.HGet(ctx, peopleKey(id.Shard(s.shards)), string(id))
	}
	_, _ = pipe.Exec(ctx) // each reply has its own error
	all := make([]Each, len(ids))
	for i, id := range ids {
		text, err := replies[i].Result()
		switch {
		case errors.Is(err, redis.Nil): // or where the first layout has them
			all[i].Subscriber, all[i].Err = s.Get(ctx, id)
		case err != nil:
			all[i].Err = fmt.Errorf("reading subscriber %s: %w", id, err)
		default:
			found := read(id, text)
			if all[i].Subscriber = found.Subscriber; found.Unreadable != nil {
				all[i].Err = found.Unreadable
			}
		}
	}
	return all
}
