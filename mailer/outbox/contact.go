package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
)

const (
	// hearing is how long one look waits for answers: in a Cluster, one machine that says nothing must not
	// keep the letters of the others waiting for longer.
	hearing = 3 * time.Second
	// Shards that do not answer are asked again after firstAgain, then after twice as long, up to lastAgain.
	firstAgain, lastAgain = 100 * time.Millisecond, 2 * time.Second
)

// contact is how a shard's Redis answers.
type contact struct {
	silent time.Time // since when it has owed an answer; zero while it owes none
	back   time.Time // when it last answered after it was away for long, or this began
}

// grace is how long Redis may be away until claims that look stale are not believed: their holders may not
// have been able to renew them.
func (o *Outbox) grace() time.Duration { return o.cfg.Stale / 4 }

// heard notes whether shards have answered what they were asked at a moment: those that failed have not.
// Its error tells of those that have just fallen silent, or that all have.
func (o *Outbox) heard(asked time.Time, shards []int, failed map[int]error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var fresh []int
	for _, shard := range shards {
		c := &o.contacts[shard]
		was := c.silent
		if c.silent.IsZero() || asked.Before(c.silent) {
			c.silent = asked
		}
		if failed[shard] != nil {
			if was.IsZero() {
				fresh = append(fresh, shard)
			}
			continue
		}
		if now := time.Now(); now.Sub(c.silent) > o.grace() {
			c.back = now
		}
		c.silent = time.Time{}
	}
	silent := o.silent()
	if silent == 0 {
		o.misses = 0
	}
	if silent == o.cfg.Shards && len(failed) > 0 {
		fresh = shards
	}
	if len(fresh) == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d shards do not answer, such as %d: %w", silent, o.cfg.Shards, fresh[0], failed[fresh[0]])
}

// silent is how many shards owe an answer. The outbox must be locked.
func (o *Outbox) silent() int {
	n := 0
	for _, c := range o.contacts {
		if !c.silent.IsZero() {
			n++
		}
	}
	return n
}

// answers reports whether a stream's shard has answered when it was last asked. The outbox must be locked.
func (o *Outbox) answers(s stream) bool { return o.contacts[o.shard(s)].silent.IsZero() }

// miss puts off when shards that do not answer are asked again.
func (o *Outbox) miss() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ask = time.Now().Add(min(lastAgain, firstAgain<<min(o.misses, 10)))
	o.misses++
}

// trusted reports whether claims of a shard that look stale are.
func (o *Outbox) trusted(shard int, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return now.Sub(o.contacts[shard].back) >= o.cfg.Stale
}

// due is when to sweep next: in its turn, as soon as stale claims are believed again, or when shards that
// did not answer are to be asked again. The outbox must be locked.
func (o *Outbox) due() time.Time {
	next := o.swept.Add(o.cfg.Sweep)
	for _, c := range o.contacts {
		if believed := c.back.Add(o.cfg.Stale); o.swept.Before(believed) && believed.Before(next) {
			next = believed
		}
	}
	if o.silent() > 0 && o.ask.Before(next) {
		return o.ask
	}
	return next
}

// look is one look at streams, to claim letters. A shard that fails is not asked again in the same look.
type look struct {
	asked  time.Time
	limit  int
	claims []mailer.Claim
	failed map[int]error // by shard
}

// fail notes that a shard has not answered as it should.
func (l *look) fail(shard int, err error) {
	if l.failed[shard] == nil {
		l.failed[shard] = err
	}
}

// well is those streams whose shards have not failed.
func (l *look) well(o *Outbox, streams []stream) []stream {
	return slices.DeleteFunc(slices.Clone(streams), func(s stream) bool { return l.failed[o.shard(s)] != nil })
}

// room is how many more letters may be claimed.
func (l *look) room() int { return l.limit - len(l.claims) }

// shards are those of the streams, each once.
func (o *Outbox) shardsOf(streams []stream) []int {
	shards := make([]int, len(streams))
	for i, s := range streams {
		shards[i] = o.shard(s)
	}
	slices.Sort(shards)
	return slices.Compact(shards)
}

// each sends one command for every stream at once, and passes on the replies; in a Cluster some may come
// while others do not.
func each[R interface{ Err() error }](ctx context.Context, o *Outbox, l *look, streams []stream,
	say func(redis.Pipeliner, stream) R, hear func(stream, R)) {
	pipe := o.redis.Pipeline()
	replies := make([]R, len(streams))
	for i, s := range streams {
		replies[i] = say(pipe, s)
	}
	_, _ = pipe.Exec(ctx) // its error is the first of theirs
	for i, s := range streams {
		err := replies[i].Err()
		switch {
		case err == nil:
			hear(s, replies[i])
		case !errors.Is(err, redis.Nil):
			o.forgetGroups(err)
			l.fail(o.shard(s), err)
		}
	}
}
