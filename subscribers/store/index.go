package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/subscribers"
)

// fieldIn is the field of an address in the index of a shard, empty where another shard has it: its
// owner has moved.
func (s *Store) fieldIn(shard int, hash mailer.AddressHash) string {
	if hash.Shard(s.shards) != shard {
		return ""
	}
	return addressField(hash)
}

// elsewhere is the addresses of somebody who moves or has moved, which other shards may have.
func elsewhere(sub *subscribers.Subscriber) []mailer.Address {
	var all []mailer.Address
	if sub.Moved != nil {
		all = append(all, sub.Address, sub.Moved.From)
	}
	if sub.Moving != nil {
		all = append(all, sub.Moving.Address)
	}
	return all
}

// Claim makes an address a subscriber's in the index, unless it is another's: subscribers.ErrTaken.
// Claiming again changes nothing. The record has to follow, or Release.
func (s *Store) Claim(ctx context.Context, address mailer.Address, id subscribers.ID) error {
	hash := s.Hash(address)
	if _, err := s.Find(ctx, hash); err != nil && !errors.Is(err, subscribers.ErrNotFound) {
		return err // whoever has it in the first layout has it in this one now
	}
	key, field := addressesKey(hash.Shard(s.shards), hash), addressField(hash)
	claimed, err := s.redis.HSetNX(ctx, key, field, string(id)).Result()
	if err == nil && claimed {
		return nil
	}
	owner := ""
	if err == nil {
		owner, err = s.redis.HGet(ctx, key, field).Result()
	}
	switch {
	case errors.Is(err, redis.Nil):
		return fmt.Errorf("claiming an address for subscriber %s: %w", id, subscribers.ErrConflict)
	case err != nil:
		return fmt.Errorf("claiming an address for subscriber %s: %w", id, err)
	case owner != string(id):
		return fmt.Errorf("claiming an address for subscriber %s: %w", id, subscribers.ErrTaken)
	}
	return nil
}

// Release takes an address that was a subscriber's out of the index, if it still is theirs.
func (s *Store) Release(ctx context.Context, address mailer.Address, id subscribers.ID) error {
	return s.ReleaseHash(ctx, s.Hash(address), id)
}

// ReleaseHash is Release for the hash of an address.
func (s *Store) ReleaseHash(ctx context.Context, hash mailer.AddressHash, id subscribers.ID) error {
	keys := []string{addressesKey(hash.Shard(s.shards), hash)}
	if err := release.Run(ctx, s.redis, keys, addressField(hash), string(id)).Err(); err != nil {
		return fmt.Errorf("releasing an address of subscriber %s: %w", id, err)
	}
	return nil
}
