package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
)

// grace is how long Redis may be away until claims that look stale are not believed: their holders may not
// have been able to renew them.
func (o *Outbox) grace() time.Duration { return o.cfg.Stale / 4 }

// heard notes whether Redis has answered what it was asked at a moment.
func (o *Outbox) heard(asked time.Time, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.silent.IsZero() || asked.Before(o.silent) {
		o.silent = asked
	}
	if err != nil {
		return
	}
	if now := time.Now(); now.Sub(o.silent) > o.grace() {
		o.back = now
	}
	o.silent = time.Time{}
}

// trusted reports whether claims that look stale are.
func (o *Outbox) trusted(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return now.Sub(o.back) >= o.cfg.Stale
}

// due is when to sweep next: in its turn, or as soon as stale claims are believed again. The outbox must
// be locked.
func (o *Outbox) due() time.Time {
	next, believed := o.swept.Add(o.cfg.Sweep), o.back.Add(o.cfg.Stale)
	if o.swept.Before(believed) && believed.Before(next) {
		return believed
	}
	return next
}

// takeOver claims up to limit letters that others have claimed and not renewed; asked is when Redis was
// first asked. Where there are more, the next claim is a sweep as well.
func (o *Outbox) takeOver(ctx context.Context, asked time.Time, streams []stream, limit int) ([]mailer.Claim, error) {
	stale, err := o.stale(ctx, streams, limit)
	if err != nil {
		return nil, err
	}
	o.heard(asked, nil)
	if len(stale) == 0 || !o.trusted(time.Now()) {
		return nil, nil
	}
	pipe := o.redis.Pipeline()
	replies := map[stream]*redis.XAutoClaimCmd{}
	for _, s := range streams {
		ids := stale[s]
		n := min(len(ids), limit)
		if n < len(ids) {
			o.again(nil, true)
		}
		if n > 0 {
			replies[s] = pipe.XAutoClaim(ctx, &redis.XAutoClaimArgs{Stream: o.key(s), Group: group,
				Consumer: consumer, MinIdle: o.cfg.Stale, Start: ids[0].ID, Count: int64(n)})
		}
		limit -= n
	}
	_, err = pipe.Exec(ctx)
	var claims []mailer.Claim
	for _, s := range streams {
		if reply := replies[s]; reply != nil && reply.Err() == nil {
			entries, _ := reply.Val()
			claims = o.collect(ctx, claims, s, entries)
		}
	}
	if err != nil {
		return claims, fmt.Errorf("taking over stale claims: %w", err)
	}
	return claims, nil
}

// stale is the claims that nobody has renewed, up to limit of each stream that has any.
func (o *Outbox) stale(ctx context.Context, streams []stream, limit int) (map[stream][]redis.XPendingExt, error) {
	pipe := o.redis.Pipeline()
	replies := make([]*redis.XPendingExtCmd, len(streams))
	for i, s := range streams {
		replies[i] = pipe.XPendingExt(ctx, &redis.XPendingExtArgs{Stream: o.key(s), Group: group, Idle: o.cfg.Stale, Start: "-", End: "+", Count: int64(limit)})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		o.forgetGroups(err)
		return nil, fmt.Errorf("looking for stale claims: %w", err)
	}
	found := map[stream][]redis.XPendingExt{}
	for i, reply := range replies {
		if len(reply.Val()) > 0 {
			found[streams[i]] = reply.Val()
		}
	}
	return found, nil
}
