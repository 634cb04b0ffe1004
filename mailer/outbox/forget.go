package outbox

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Forget drops the records of letters that were done or given up before a time, by the clock of Redis,
// and returns how many, also where some shards did not answer.
func (o *Outbox) Forget(ctx context.Context, before time.Time) (int, error) {
	oldest := strconv.FormatInt(before.UnixMilli(), 10)
	pipe := o.redis.Pipeline()
	var dropped []*redis.IntCmd
	for shard := range o.cfg.Shards {
		dropped = append(dropped, pipe.XTrimMinID(ctx, doneKey(shard), oldest), pipe.XTrimMinID(ctx, deadKey(shard), oldest))
	}
	_, err := pipe.Exec(ctx)
	n := 0
	for _, reply := range dropped {
		n += int(reply.Val())
	}
	if err != nil {
		return n, fmt.Errorf("forgetting old letters: %w", err)
	}
	return n, nil
}
