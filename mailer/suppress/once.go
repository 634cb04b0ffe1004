package suppress

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Once binds a token that may be used once to what it was first used for, and reports whether this is
// that use: again for the same body is, for another body is not. It is remembered for keep.
func (s *Set) Once(ctx context.Context, token string, body []byte, keep time.Duration) (bool, error) {
	key, digest := onceKey(sha256.Sum256([]byte(token)), s.shards), sha256.Sum256(body)
	err := s.redis.SetArgs(ctx, key, digest[:], redis.SetArgs{Mode: "NX", TTL: keep}).Err()
	switch {
	case err == nil:
		return true, nil
	case !errors.Is(err, redis.Nil):
		return false, fmt.Errorf("spending a token: %w", err)
	}
	was, err := s.redis.Get(ctx, key).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return false, fmt.Errorf("looking up a token: %w", err)
	}
	return was == string(digest[:]), nil
}
