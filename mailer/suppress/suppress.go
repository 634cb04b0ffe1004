package suppress

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/fields"
)

// Reason says why an address is suppressed.
type Reason string

// The reasons.
const (
	ReasonBounce      Reason = "bounce"      // the address does not exist
	ReasonUnreachable Reason = "unreachable" // it may exist, but mail has come back for too long
	ReasonComplaint   Reason = "complaint"   // the person called our mail spam
	ReasonOperator    Reason = "operator"    // by hand
)

// Reasons lists the legal reasons.
func Reasons() []Reason {
	return []Reason{ReasonBounce, ReasonUnreachable, ReasonComplaint, ReasonOperator}
}

// ErrReason: there is no such reason.
var ErrReason = errors.New("unknown reason for suppression")

// Entry is why and since when an address is suppressed.
type Entry struct {
	Reason Reason
	At     time.Time
}

// Set is the suppressed addresses.
type Set struct {
	redis   redis.UniversalClient
	shards  int
	metrics *metrics
}

// New makes a set over redis with the given number of shards, a power of two.
func New(client redis.UniversalClient, shards int, reg prometheus.Registerer) *Set {
	return &Set{redis: client, shards: shards, metrics: newMetrics(reg)}
}

// Add suppresses an address. The first reason stays.
func (s *Set) Add(ctx context.Context, address mailer.AddressHash, reason Reason, now time.Time) error {
	if !slices.Contains(Reasons(), reason) {
		return fmt.Errorf("%w: %q is not one of bounce, unreachable, complaint, operator", ErrReason, reason)
	}
	value := string(reason) + " " + strconv.FormatInt(now.Unix(), 10)
	added, err := s.redis.HSetNX(ctx, Key(address.Shard(s.shards)), string(address[:]), value).Result()
	if err != nil {
		return fmt.Errorf("suppressing an address: %w", err)
	}
	if added {
		s.metrics.suppressed.WithLabelValues(string(reason)).Inc()
	}
	return nil
}

// Get tells whether an address is suppressed, and why.
func (s *Set) Get(ctx context.Context, address mailer.AddressHash) (Entry, bool, error) {
	value, err := s.redis.HGet(ctx, Key(address.Shard(s.shards)), string(address[:])).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return Entry{}, false, nil
	case err != nil:
		return Entry{}, false, fmt.Errorf("looking up a suppression: %w", err)
	}
	reason, at, _ := strings.Cut(value, " ")
	seconds, _ := strconv.ParseInt(at, 10, 64) // we wrote it
	return Entry{Reason: Reason(reason), At: time.Unix(seconds, 0).UTC()}, true, nil
}

// Look tells which addresses are suppressed, in order. Each has its own error: they may lie on different
// servers.
func (s *Set) Look(ctx context.Context, addresses []mailer.AddressHash) ([]bool, []error) {
	names := make([]fields.Name, len(addresses))
	for i, address := range addresses {
		names[i] = fields.Name{Key: Key(address.Shard(s.shards)), Field: string(address[:])}
	}
	found, errs := make([]bool, len(addresses)), make([]error, len(addresses))
	for i, value := range fields.Get(ctx, s.redis, names) {
		if found[i] = value.Text != ""; value.Err != nil {
			errs[i] = fmt.Errorf("looking up a suppression: %w", value.Err)
		}
	}
	return found, errs
}

// Remove lifts a suppression, forgets what led to it, and reports whether there was one.
func (s *Set) Remove(ctx context.Context, address mailer.AddressHash) (bool, error) {
	if err := s.Forgive(ctx, address); err != nil {
		return false, err
	}
	n, err := s.redis.HDel(ctx, Key(address.Shard(s.shards)), string(address[:])).Result()
	if err != nil {
		return false, fmt.Errorf("lifting a suppression: %w", err)
	}
	return n > 0, nil
}
