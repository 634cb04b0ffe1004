package suppress

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"jobalertd/mailer"
)

// When an address that is only in trouble is given up, in days; the package comment says why.
const (
	strikeWindow = 30 // how long a day with a bounce counts
	strikeLimit  = 5  // how many such days
	strikeSpan   = 10 // from the first to the last of them
)

const day = 24 * time.Hour

// Strike counts a mail that came back at a time for reasons that may pass, and reports whether that
// has gone on for so long that the address should be suppressed.
func (s *Set) Strike(ctx context.Context, address mailer.AddressHash, at, now time.Time) (bool, error) {
	today := dayOf(now)
	struck := min(dayOf(at), today) // a clock ahead of ours
	if today-struck >= strikeWindow {
		return false, nil
	}
	key := strikesKey(address.Shard(s.shards), address)
	days, err := strike.Run(ctx, s.redis, []string{key}, struck, today-strikeWindow+1, int(strikeWindow*day/time.Second)).StringSlice()
	if err != nil {
		return false, fmt.Errorf("counting a bounce: %w", err)
	}
	if len(days) < strikeLimit {
		return false, nil
	}
	first, _ := strconv.ParseInt(days[0], 10, 64) // we wrote them
	last, _ := strconv.ParseInt(days[len(days)-1], 10, 64)
	return last-first >= strikeSpan, nil
}

// Strikes is on how many of the last thirty days mail to an address came back.
func (s *Set) Strikes(ctx context.Context, address mailer.AddressHash, now time.Time) (int, error) {
	since := strconv.FormatInt(dayOf(now)-strikeWindow+1, 10)
	n, err := s.redis.ZCount(ctx, strikesKey(address.Shard(s.shards), address), since, "+inf").Result()
	if err != nil {
		return 0, fmt.Errorf("counting bounces: %w", err)
	}
	return int(n), nil
}

// Forgive forgets the bounces of an address.
func (s *Set) Forgive(ctx context.Context, address mailer.AddressHash) error {
	if err := s.redis.Del(ctx, strikesKey(address.Shard(s.shards), address)).Err(); err != nil {
		return fmt.Errorf("forgetting the bounces of an address: %w", err)
	}
	return nil
}

// dayOf numbers the days of UTC.
func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }
