package store

import (
	"context"
	"fmt"

	"jobalertd/mailer/fields"
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
	each := s.AskEach(ctx, pipe, ids)
	_, _ = pipe.Exec(ctx) // each subscriber has its own error
	return each()
}

// AskEach is GetEach for who asks Redis something else as well: what it returns gives the subscribers when the
// pipeline has been executed.
func (s *Store) AskEach(ctx context.Context, pipe fields.Pipe, ids []subscribers.ID) func() []Each {
	names := make([]fields.Name, len(ids))
	for i, id := range ids {
		names[i] = fields.Name{Key: peopleKey(id.Shard(s.shards)), Field: string(id)}
	}
	values := fields.Ask(ctx, pipe, names)
	return func() []Each { return s.each(ctx, ids, values()) }
}

// each is subscribers by what Redis holds of them.
func (s *Store) each(ctx context.Context, ids []subscribers.ID, values []fields.Value) []Each {
	all := make([]Each, len(ids))
	for i, value := range values {
		switch {
		case value.Err != nil:
			all[i].Err = fmt.Errorf("reading subscriber %s: %w", ids[i], value.Err)
		case value.Text == "": // or where the first layout has them
			all[i].Subscriber, all[i].Err = s.Get(ctx, ids[i])
		default:
			found := read(ids[i], value.Text)
			if all[i].Subscriber = found.Subscriber; found.Unreadable != nil {
				all[i].Err = found.Unreadable
			}
		}
	}
	return all
}
