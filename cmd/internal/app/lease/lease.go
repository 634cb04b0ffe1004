// Package lease elects the replica that runs the cron jobs. It saves work; no promise rests on it: what two
// leaders do at the same time is refused to one of them by the scripts of the rooms.
package lease

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// defaultTTL is how long the lease lasts when the leader dies.
const defaultTTL = 15 * time.Second

// Lease is one replica's part in the election.
type Lease struct {
	redis  redis.UniversalClient
	logger *slog.Logger
	leader prometheus.Gauge
	ttl    time.Duration
	token  string
	until  atomic.Pointer[time.Time] // by our clock
	vacant chan struct{}             // holds one element when another has given it back
	// Taken is called when the lease comes to us, Given when we have given it back. They are set before Run.
	Taken, Given func()
}

// New makes a Lease that lasts ttl when its holder dies; zero means 15 s.
func New(client redis.UniversalClient, ttl time.Duration, logger *slog.Logger, reg prometheus.Registerer) *Lease {
	l := &Lease{redis: client, logger: logger, leader: newLeader(reg), ttl: cmp.Or(ttl, defaultTTL), token: rand.Text(), Taken: func() {}, Given: func() {}, vacant: make(chan struct{}, 1)}
	l.until.Store(&time.Time{})
	return l
}

// Held reports whether this replica is the leader.
func (l *Lease) Held() bool { return time.Now().Before(*l.until.Load()) }

// Run takes the lease where nobody holds it and renews it until ctx ends; then it gives it back.
func (l *Lease) Run(ctx context.Context) error {
	defer l.giveBack()
	for ctx.Err() == nil {
		l.hold(ctx)
		select {
		case <-l.vacant:
		case <-time.After(l.ttl / 3):
		case <-ctx.Done():
		}
	}
	return nil
}

// Vacant says that another replica has given the lease back, so that nobody waits for the next turn.
func (l *Lease) Vacant() {
	select {
	case l.vacant <- struct{}{}:
	default:
	}
}

func (l *Lease) hold(ctx context.Context) {
	was, asked := l.Held(), time.Now()
	n, err := hold.Run(ctx, l.redis, []string{Key}, l.token, l.ttl.Milliseconds()).Int()
	switch {
	case err != nil:
		if ctx.Err() == nil {
			l.logger.Warn("lease could not be renewed", "error", err)
		}
	case n == 1:
		// Ours ends before Redis lets anyone else have it.
		until := asked.Add(l.ttl * 9 / 10)
		l.until.Store(&until)
	default:
		l.until.Store(&time.Time{})
	}
	if !l.Held() {
		l.leader.Set(0)
		return
	}
	l.leader.Set(1)
	if !was {
		l.logger.Info("this replica leads")
		l.Taken()
	}
}

// giveBackWithin bounds the wait for Redis while stopping.
const giveBackWithin = 2 * time.Second

func (l *Lease) giveBack() {
	if !l.Held() {
		return
	}
	l.until.Store(&time.Time{})
	l.leader.Set(0)
	ctx, cancel := context.WithTimeout(context.Background(), giveBackWithin)
	defer cancel()
	if err := release.Run(ctx, l.redis, []string{Key}, l.token).Err(); err != nil {
		l.logger.Warn("lease could not be given back", "error", fmt.Errorf("releasing: %w", err))
		return
	}
	l.Given()
}
