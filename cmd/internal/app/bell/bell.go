// Package bell is how replicas tell each other, through Redis, that there is work. No promise rests on
// it: a ring that nobody hears is made up for by the next sweep or heartbeat.
package bell

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// The rings.
const (
	ringPostings = "postings" // new postings were committed
	ringOwed     = "owed "    // followed by the shard whose outbox has something
	ringLease    = "lease"    // the leader has given the lease back
)

// Bell rings here and on the other replicas.
type Bell struct {
	// What a ring does here; set before the first one.
	OnPostings func()
	OnOwed     func(shard int)
	OnLease    func()

	redis  redis.UniversalClient
	logger *slog.Logger
	out    chan string
}

// New makes a bell that does nothing here yet.
func New(client redis.UniversalClient, logger *slog.Logger) *Bell {
	return &Bell{redis: client, logger: logger, OnPostings: func() {}, OnOwed: func(int) {}, OnLease: func() {}, out: make(chan string, 1024)}
}

// Postings says that postings were committed.
func (b *Bell) Postings() { b.ring(ringPostings) }

// Owed says that a shard's outbox has something.
func (b *Bell) Owed(shard int) { b.ring(ringOwed + strconv.Itoa(shard)) }

// Lease says that nobody leads.
func (b *Bell) Lease() { b.ring(ringLease) }

func (b *Bell) ring(what string) {
	b.heard(what)
	select {
	case b.out <- what:
	default: // nobody keeps up: the others will sweep
	}
}

// heard does what a ring asks for.
func (b *Bell) heard(what string) {
	switch what {
	case ringPostings:
		b.OnPostings()
	case ringLease:
		b.OnLease()
	}
	if number, ok := strings.CutPrefix(what, ringOwed); ok {
		if shard, err := strconv.Atoi(number); err == nil {
			b.OnOwed(shard)
		}
	}
}

// lastRing bounds what Publish still waits for Redis when it is asked to stop.
const lastRing = time.Second

// Publish passes rings on to the other replicas until ctx ends, those included that still wait then. Rings that
// pile up are passed on once.
func (b *Bell) Publish(ctx context.Context) error {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case what := <-b.out:
			b.publish(ctx, what)
		}
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), lastRing)
	defer done()
	select {
	case what := <-b.out:
		b.publish(last, what)
	default:
	}
	return nil
}

func (b *Bell) publish(ctx context.Context, first string) {
	pipe := b.redis.Pipeline()
	for _, what := range b.pile(first) {
		pipe.Publish(ctx, channel, what)
	}
	if _, err := pipe.Exec(ctx); err != nil && ctx.Err() == nil {
		b.logger.Warn("other replicas could not be told that there is work", "error", err)
	}
}

// pile is the distinct rings that wait, the first one included.
func (b *Bell) pile(first string) []string {
	waiting := []string{first}
	seen := map[string]bool{first: true}
	for {
		select {
		case what := <-b.out:
			if !seen[what] {
				seen[what] = true
				waiting = append(waiting, what)
			}
		default:
			return waiting
		}
	}
}

// pause is how long to wait before listening again after the connection broke.
const pause = 5 * time.Second

// Listen hears what other replicas ring until ctx ends.
func (b *Bell) Listen(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := b.listen(ctx); err != nil && ctx.Err() == nil {
			b.logger.Warn("not hearing other replicas for a moment", "error", err)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
		}
	}
	return nil
}

func (b *Bell) listen(ctx context.Context) error {
	sub := b.redis.Subscribe(ctx, channel)
	defer sub.Close()
	// A blocked read does not notice that ctx has ended; closing the connection does it.
	defer context.AfterFunc(ctx, func() { _ = sub.Close() })()
	for {
		message, err := sub.ReceiveMessage(ctx)
		if err != nil {
			return fmt.Errorf("listening to the bell: %w", err)
		}
		b.heard(message.Payload)
	}
}
