package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// lease elects the replica that runs the cron jobs. It saves work; no promise rests on it.
type lease struct {
	redis   redis.UniversalClient
	logger  *slog.Logger
	metrics *metrics
	ttl     time.Duration
	token   string
	until   atomic.Pointer[time.Time] // by our clock
	taken   func()                    // called when the lease comes to us
}

func newLease(client redis.UniversalClient, ttl time.Duration, logger *slog.Logger, m *metrics) *lease {
	l := &lease{redis: client, logger: logger, metrics: m, ttl: ttl, token: rand.Text(), taken: func() {}}
	l.until.Store(&time.Time{})
	return l
}

// Held reports whether this replica is the leader.
func (l *lease) Held() bool { return time.Now().Before(*l.until.Load()) }

// Run takes the lease where nobody holds it and renews it until ctx ends; then it gives it back.
func (l *lease) Run(ctx context.Context) error {
	defer l.giveBack()
	for ctx.Err() == nil {
		l.hold(ctx)
		sleep(ctx, l.ttl/3)
	}
	return nil
}

func (l *lease) hold(ctx context.Context) {
	was, asked := l.Held(), time.Now()
	n, err := hold.Run(ctx, l.redis, []string{leaseKey}, l.token, l.ttl.Milliseconds()).Int()
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
		l.metrics.leader.Set(0)
		return
	}
	l.metrics.leader.Set(1)
	if !was {
		l.logger.Info("this replica leads")
		l.taken()
	}
}

// giveBackWithin bounds the wait for Redis while stopping.
const giveBackWithin = 2 * time.Second

func (l *lease) giveBack() {
	if !l.Held() {
		return
	}
	l.until.Store(&time.Time{})
	l.metrics.leader.Set(0)
	ctx, cancel := context.WithTimeout(context.Background(), giveBackWithin)
	defer cancel()
	if err := release.Run(ctx, l.redis, []string{leaseKey}, l.token).Err(); err != nil {
		l.logger.Warn("lease could not be given back", "error", fmt.Errorf("releasing: %w", err))
	}
}
