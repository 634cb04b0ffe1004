package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store/record"
)

// moved moves somebody whose record in the first layout is given, and returns what then stands among the
// people, nothing where they were erased meanwhile: Unreadable.
func (s *Store) moved(ctx context.Context, shard int, id subscribers.ID, old string) (string, error) {
	sub, err := record.Decode([]byte(old))
	if err != nil {
		return "", &Unreadable{id, err}
	}
	if err := s.move(ctx, shard, id, s.Hash(sub.Address)); err != nil {
		return "", err
	}
	text, err := s.redis.HGet(ctx, peopleKey(shard), string(id)).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", fmt.Errorf("reading subscriber %s: %w", id, err)
	}
	return text, nil
}

func (s *Store) move(ctx context.Context, shard int, id subscribers.ID, hash mailer.AddressHash) error {
	keys := []string{peopleKey(shard), addressesKey(shard, hash), firstSubKey(shard, id), firstHotKey(shard, id), firstAddrKey(shard)}
	if err := move.Run(ctx, s.redis, keys, string(id), string(hash[:]), addressField(hash)).Err(); err != nil {
		return fmt.Errorf("moving subscriber %s from the first layout: %w", id, err)
	}
	return nil
}

// moveAll moves everybody of a shard who still stands in the first layout.
func (s *Store) moveAll(ctx context.Context, shard int) error {
	for cursor := uint64(0); ; {
		values, next, err := s.redis.HScan(ctx, firstAddrKey(shard), cursor, "", scanPage).Result()
		if err != nil {
			return fmt.Errorf("listing the first layout of shard %d: %w", shard, err)
		}
		for i := 0; i+1 < len(values); i += 2 {
			if len(values[i]) != len(mailer.AddressHash{}) {
				return fmt.Errorf("listing the first layout of shard %d: an address hash of %d bytes", shard, len(values[i]))
			}
			if err := s.move(ctx, shard, subscribers.ID(values[i+1]), mailer.AddressHash([]byte(values[i]))); err != nil {
				return err
			}
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}
