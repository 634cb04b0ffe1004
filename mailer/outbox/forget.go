package outbox

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Forget drops the records of letters that were done or given up before a time, by the clock of Redis,
// and returns how many.
func (o *Outbox) Forget(ctx context.Context, before time.Time) (int, error) {
	oldest := strconv.FormatInt(before.UnixMilli(), 10)
	pipe := o.redis.Pipeline()
	var dropped []*redis.IntCmd
	for shard := range o.cfg.Shards {
		dropped = append(dropped, pipe.XTrimMinID(ctx, doneKey(shard), oldest), pipe.XTrimMinID(ctx, deadKey(shard), oldest))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, fmt.Errorf("forgetting old letters: %w", err)
	}
	n := 0
	for _, reply := range dropped {
		n += int(reply.Val())
	}
	return n, nil
}
