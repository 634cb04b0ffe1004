package app

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// bellChannel is the Redis channel on which replicas tell each other that there is work.
const bellChannel = "jobalert:bell"

// The rings.
const (
	ringPostings = "postings" // new postings were committed
	ringOwed     = "owed "    // followed by the shard whose outbox has something
)

// bell rings here and on the other replicas.
type bell struct {
	redis  redis.UniversalClient
	logger *slog.Logger
	// What a ring does here.
	postings func()
	owed     func(shard int)
	out      chan string
}

func newBell(client redis.UniversalClient, logger *slog.Logger) *bell {
	return &bell{redis: client, logger: logger, postings: func() {}, owed: func(int) {}, out: make(chan string, 1024)}
}

// Postings says that postings were committed.
func (b *bell) Postings() { b.ring(ringPostings) }

// Owed says that a shard's outbox has something.
func (b *bell) Owed(shard int) { b.ring(ringOwed + strconv.Itoa(shard)) }

func (b *bell) ring(what string) {
	b.heard(what)
	select {
	case b.out <- what:
	default: // nobody keeps up: the others will sweep
	}
}

// heard does what a ring asks for.
func (b *bell) heard(what string) {
	if what == ringPostings {
		b.postings()
	} else if number, ok := strings.CutPrefix(what, ringOwed); ok {
		if shard, err := strconv.Atoi(number); err == nil {
			b.owed(shard)
		}
	}
}

// Publish passes rings on to the other replicas until ctx ends. Rings that pile up are passed on once.
func (b *bell) Publish(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case what := <-b.out:
			pipe := b.redis.Pipeline()
			for _, what := range b.pile(what) {
				pipe.Publish(ctx, bellChannel, what)
			}
			if _, err := pipe.Exec(ctx); err != nil && ctx.Err() == nil {
				b.logger.Warn("other replicas could not be told that there is work", "error", err)
			}
		}
	}
}

// pile is the distinct rings that wait, the first one included.
func (b *bell) pile(first string) []string {
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

// bellPause is how long to wait before listening again after the connection broke.
const bellPause = 5 * time.Second

// Listen hears what other replicas ring until ctx ends.
func (b *bell) Listen(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := b.listen(ctx); err != nil && ctx.Err() == nil {
			b.logger.Warn("not hearing other replicas for a moment", "error", err)
			sleep(ctx, bellPause)
		}
	}
	return nil
}

func (b *bell) listen(ctx context.Context) error {
	sub := b.redis.Subscribe(ctx, bellChannel)
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

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
