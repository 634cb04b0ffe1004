package outbox

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// takeOver claims letters that others have claimed and not renewed, as many as there is room for. Where there
// are more, the next claim is a sweep as well.
func (o *Outbox) takeOver(ctx context.Context, l *look, streams []stream) {
	stale := o.stale(ctx, l, streams)
	_ = o.heard(l.asked, o.shardsOf(l.well(o, streams)), nil)
	counts, room := map[stream]int{}, l.room()
	var taken []stream
	for _, s := range streams {
		if len(stale[s]) == 0 || !o.trusted(o.shard(s), time.Now()) {
			continue
		}
		n := min(len(stale[s]), room)
		if n < len(stale[s]) {
			o.again(nil, true)
		}
		if n > 0 {
			taken, counts[s] = append(taken, s), n
		}
		room -= n
	}
	each(ctx, o, l, taken, func(pipe redis.Pipeliner, s stream) *redis.XAutoClaimCmd {
		return pipe.XAutoClaim(ctx, &redis.XAutoClaimArgs{Stream: o.key(s), Group: group,
			Consumer: consumer, MinIdle: o.cfg.Stale, Start: stale[s][0].ID, Count: int64(counts[s])})
	}, func(s stream, reply *redis.XAutoClaimCmd) {
		entries, _ := reply.Val()
		l.claims = o.collect(ctx, l.claims, s, entries)
	})
}

// stale is the claims that nobody has renewed, by stream, of each no more than there is room for.
func (o *Outbox) stale(ctx context.Context, l *look, streams []stream) map[stream][]redis.XPendingExt {
	found := map[stream][]redis.XPendingExt{}
	each(ctx, o, l, streams, func(pipe redis.Pipeliner, s stream) *redis.XPendingExtCmd {
		return pipe.XPendingExt(ctx, &redis.XPendingExtArgs{Stream: o.key(s), Group: group, Idle: o.cfg.Stale, Start: "-", End: "+", Count: int64(l.room())})
	}, func(s stream, reply *redis.XPendingExtCmd) {
		if len(reply.Val()) > 0 {
			found[s] = reply.Val()
		}
	})
	return found
}
