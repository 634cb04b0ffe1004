package postings

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// missesToClose is how many whole fetches in a row must miss a listing before it counts as gone.
	missesToClose = 2
	// smallBoard is the size under which losing half at once is nothing unusual.
	smallBoard = 4
	// doubt is how long a board that lost more than half at once is not believed.
	doubt = 72 * time.Hour
)

// Reconcile tells which listings a whole fetch of a board has shown. What two fetches in a row have
// missed is closed; it returns how many listings were. Losing more than half the board at once is
// not believed at first: ErrImplausible, and nothing is counted as missed.
func (l *Log) Reconcile(ctx context.Context, board string, present []string) (int, error) {
	now := time.Now()
	misses, err := l.redis.HGetAll(ctx, boardKey(board)).Result()
	if err != nil {
		return 0, fmt.Errorf("reading what board %s showed: %w", board, err)
	}
	shown := make(map[string]bool, len(present))
	for _, id := range present {
		shown[id] = true
	}
	var missing, back []string
	for id, n := range misses {
		switch {
		case !shown[id]:
			missing = append(missing, id)
		case n != "0":
			back = append(back, id)
		}
	}
	believed, err := l.plausible(ctx, board, len(misses), len(missing), now)
	if err != nil {
		return 0, err
	}
	if !believed {
		return 0, fmt.Errorf("%w: board %s shows %d of %d", ErrImplausible, board, len(misses)-len(missing), len(misses))
	}
	slices.Sort(missing)
	return l.count(ctx, board, misses, missing, back, now)
}

// ErrImplausible: a board has lost more than half its listings at once.
var ErrImplausible = errors.New("a board lost more than half its listings at once")

// plausible decides whether to believe what a board shows, and remembers since when it did not.
func (l *Log) plausible(ctx context.Context, board string, known, missing int, now time.Time) (bool, error) {
	if known < smallBoard || missing*2 <= known {
		if err := l.redis.HDel(ctx, doubtsKey, board).Err(); err != nil {
			return false, fmt.Errorf("lifting the doubt about board %s: %w", board, err)
		}
		return true, nil
	}
	if err := l.redis.HSetNX(ctx, doubtsKey, board, now.Unix()).Err(); err != nil {
		return false, fmt.Errorf("doubting board %s: %w", board, err)
	}
	since, err := l.redis.HGet(ctx, doubtsKey, board).Int64()
	if err != nil {
		return false, fmt.Errorf("reading the doubt about board %s: %w", board, err)
	}
	return now.Sub(time.Unix(since, 0)) >= doubt, nil
}

func (l *Log) count(ctx context.Context, board string, misses map[string]string, missing, back []string, now time.Time) (int, error) {
	pipe := l.redis.Pipeline()
	for _, id := range back {
		pipe.HSet(ctx, boardKey(board), id, 0)
	}
	var gone []string
	for _, id := range missing {
		n, _ := strconv.Atoi(misses[id]) // we wrote it
		if n+1 >= missesToClose {
			gone = append(gone, id)
			continue
		}
		pipe.HSet(ctx, boardKey(board), id, n+1)
	}
	if pipe.Len() > 0 {
		if _, err := pipe.Exec(ctx); err != nil {
			return 0, fmt.Errorf("counting what board %s missed: %w", board, err)
		}
	}
	for i, id := range gone {
		if err := l.closeListing(ctx, id, now); err != nil {
			return i, err
		}
	}
	return len(gone), nil
}

// closeListing notes that a listing is gone, and with it perhaps the job.
func (l *Log) closeListing(ctx context.Context, id string, now time.Time) error {
	value, err := l.redis.HGet(ctx, listingsKey, id).Result()
	if errors.Is(err, redis.Nil) {
		return l.redis.HDel(ctx, boardKey(Board(id)), id).Err()
	}
	if err != nil {
		return fmt.Errorf("looking up listing %s: %w", id, err)
	}
	_, jobID, _ := strings.Cut(value, " ")
	if _, err := l.close(ctx, jobID, id, now); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	// Not shown any more: the board's count of it ends, and what it said is forgotten, so that a
	// return is noticed.
	pipe := l.redis.Pipeline()
	pipe.HDel(ctx, boardKey(Board(id)), id)
	pipe.HSet(ctx, listingsKey, id, "closed "+jobID)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("closing listing %s: %w", id, err)
	}
	return nil
}

// Close closes a job by hand, whatever its boards show. It stays closed until a board that had
// stopped showing it shows it again. It reports whether the job had been open.
func (l *Log) Close(ctx context.Context, id string) (bool, error) {
	return l.close(ctx, id, "", time.Now())
}

func (l *Log) close(ctx context.Context, jobID, listing string, now time.Time) (bool, error) {
	for range attempts {
		job, err := l.Get(ctx, jobID)
		if err != nil {
			return false, err
		}
		after, event, changed := job.gone(listing, now)
		if !changed {
			return false, nil
		}
		err = l.apply(ctx, jobID, job, after, event, "", "", now)
		if errors.Is(err, errMoved) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("closing posting %s: %w", jobID, err)
		}
		return true, nil
	}
	return false, fmt.Errorf("closing posting %s: %w", jobID, errMoved)
}

// pageSize is how many jobs are read at once when all are looked through.
const pageSize = 500

// Expire closes the jobs of the window whose stated end has passed and returns how many.
func (l *Log) Expire(ctx context.Context, w *Window, now time.Time) (int, error) {
	closed := 0
	for _, id := range w.ended(now) {
		was, err := l.Close(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return closed, err
		}
		if was {
			closed++
		}
	}
	return closed, nil
}

// Forget removes the jobs that were closed before the given time, and trims the log of changes
// that old. It returns how many jobs it removed.
func (l *Log) Forget(ctx context.Context, before time.Time) (int, error) {
	removed := 0
	var cursor uint64
	for {
		values, next, err := l.redis.HScan(ctx, jobsKey, cursor, "", pageSize).Result()
		if err != nil {
			return removed, fmt.Errorf("looking for old postings: %w", err)
		}
		for i := 0; i+1 < len(values); i += 2 {
			done, err := l.forget(ctx, values[i], values[i+1], before)
			if err != nil {
				return removed, err
			}
			if done {
				removed++
			}
		}
		if cursor = next; cursor == 0 {
			break
		}
	}
	// The newest entry stays: numbers go on from it.
	head, err := l.Head(ctx)
	if err != nil {
		return removed, err
	}
	minID := strconv.FormatInt(min(before.UnixMicro(), int64(head)), 10)
	if err := l.redis.XTrimMinID(ctx, logKey, minID).Err(); err != nil {
		return removed, fmt.Errorf("trimming the posting log: %w", err)
	}
	return removed, nil
}

func (l *Log) forget(ctx context.Context, id, raw string, before time.Time) (bool, error) {
	job, err := decodeJob(raw)
	if err != nil {
		return false, fmt.Errorf("reading posting %s: %w", id, err)
	}
	if job.ClosedAt.IsZero() || !job.ClosedAt.Before(before) {
		return false, nil
	}
	args := []any{id, sha1Hex(raw), 1 + len(job.Later), job.Print}
	for _, fingerprint := range job.Later {
		args = append(args, fingerprint)
	}
	for _, listing := range job.Listings {
		args = append(args, listing.ID)
	}
	n, err := forget.Run(ctx, l.redis, []string{jobsKey, listingsKey, printsKey, openKey}, args...).Int()
	if err != nil {
		return false, fmt.Errorf("forgetting posting %s: %w", id, err)
	}
	return n == 1, nil
}
