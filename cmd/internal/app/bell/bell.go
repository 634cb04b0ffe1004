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
)

// Bell rings here and on the other replicas.
type Bell struct {
	// What a ring does here; set before the first one.
	OnPostings func()
	OnOwed     func(shard int)

	redis  redis.UniversalClient
	logger *slog.Logger
	out    chan string
}

// New makes a bell that does nothing here yet.
func New(client redis.UniversalClient, logger *slog.Logger) *Bell {
	return &Bell{redis: client, logger: logger, OnPostings: func() {}, OnOwed: func(int) {}, out: make(chan string, 1024)}
}

// Postings says that postings were committed.
func (b *Bell) Postings() { b.ring(ringPostings) }

// Owed says that a shard's outbox has something.
func (b *Bell) Owed(shard int) { b.ring(ringOwed + strconv.Itoa(shard)) }

func (b *Bell) ring(what string) {
	b.heard(what)
	select {
	case b.out <- what:
	default: // nobody keeps up: the others will sweep
	}
}

// heard does what a ring asks for.
func (b *Bell) heard(what string) {
	if what == ringPostings {
		b.OnPostings()
	} else if number, ok := strings.CutPrefix(what, ringOwed); ok {
		if shard, err := strconv.Atoi(number); err == nil {
			b.OnOwed(shard)
		}
	}
}

// Publish passes rings on to the other replicas until ctx ends. Rings that pile up are passed on once.
func (b *Bell) Publish(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case what := <-b.out:
			pipe := b.redis.Pipeline()
			for _, what := range b.pile(what) {
				pipe.Publish(ctx, channel, what)
			}
			if _, err := pipe.Exec(ctx); err != nil && ctx.Err() == nil {
				b.logger.Warn("other replicas could not be told that there is work", "error", err)
			}
		}
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
