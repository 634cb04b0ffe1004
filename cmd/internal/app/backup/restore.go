package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/redis/go-redis/v9"
)

// What can keep a backup from being restored, or a daemon from starting.
var (
	// ErrUsed: the Redis holds something already.
	ErrUsed = errors.New("a backup is restored into an empty Redis only, and with no daemon running on it")
	// ErrRestoring: a restore was cut off.
	ErrRestoring = errors.New("a restore was begun and has not ended; run `jobalertd restore` again")
)

// Ready says whether Redis may be used: ErrRestoring where a restore was cut off.
func Ready(ctx context.Context, client redis.UniversalClient) error {
	n, err := client.Exists(ctx, restoringKey).Result()
	if err == nil && n > 0 {
		err = ErrRestoring
	}
	return err
}

// Restore reads a backup into an empty Redis, and returns when the backup was made. It looks through
// the whole backup first: ErrFormat or ErrDamaged, and nothing was done. A restore that was cut off begins
// anew. progress is told how many of how many lines are done; it may be nil.
func Restore(ctx context.Context, client redis.UniversalClient, in io.ReadSeeker, progress func(done, all int)) (time.Time, error) {
	all := 0
	head, err := read(in, func(line int, _ item) error { all = line; return nil })
	if err != nil {
		return head.At, err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return head.At, err
	}
	if err := clear(ctx, client); err != nil {
		return head.At, err
	}
	pipe := client.Pipeline()
	_, err = read(in, func(line int, i item) error {
		if err := put(ctx, pipe, i); err != nil {
			return fmt.Errorf("line %d: restoring %s: %w", line, i.Key, err)
		}
		if line != all && pipe.Len() < page {
			return nil
		}
		if progress != nil {
			progress(line, all)
		}
		_, err := pipe.Exec(ctx)
		return err
	})
	if err != nil {
		return head.At, err
	}
	return head.At, client.Del(ctx, restoringKey).Err()
}

// clear makes room: ErrUsed where there is more than what a restore that was cut off has left.
func clear(ctx context.Context, client redis.UniversalClient) error {
	keys, err := list(ctx, client)
	if err != nil {
		return fmt.Errorf("looking whether Redis is empty: %w", err)
	}
	restoring := errors.Is(Ready(ctx, client), ErrRestoring)
	for _, key := range keys {
		if key != layoutKey && !restoring {
			return fmt.Errorf("%w: it holds %s", ErrUsed, key)
		}
	}
	if err := client.Set(ctx, restoringKey, "1", 0).Err(); err != nil {
		return fmt.Errorf("beginning: %w", err)
	}
	for _, key := range keys {
		if key == restoringKey {
			continue
		}
		if err := client.Del(ctx, key).Err(); err != nil {
			return fmt.Errorf("making room: %w", err)
		}
	}
	return nil
}

// put writes one item.
func put(ctx context.Context, pipe redis.Pipeliner, i item) error {
	values := arguments(i.Values)
	paired := len(values) > 0 && len(values)%2 == 0
	switch {
	case i.Type == "stream":
		for _, e := range i.Entries {
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: i.Key, ID: e.ID, Values: arguments(e.Values)})
		}
	case i.Type == "string" && len(values) == 1:
		pipe.Set(ctx, i.Key, values[0], 0)
	case i.Type == "hash" && paired:
		pipe.HSet(ctx, i.Key, values...)
	case i.Type == "zset" && paired:
		args := []any{"ZADD", i.Key}
		for n := 0; n < len(values); n += 2 {
			args = append(args, values[n+1], values[n])
		}
		pipe.Do(ctx, args...)
	case i.Type == "set" && len(values) > 0:
		pipe.SAdd(ctx, i.Key, values...)
	case i.Type == "list" && len(values) > 0:
		pipe.RPush(ctx, i.Key, values...)
	default:
		return fmt.Errorf("%w: %d values of type %q", ErrDamaged, len(values), i.Type)
	}
	return nil
}

func arguments(values [][]byte) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return args
}
