package postings

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/fields"
	"jobalertd/mailer/recent"
)

// Shelf reads jobs that many ask for, and keeps what was made of them for as long as they stand so. Each
// time it asks Redis what the log has to say since it last did: every change of a job is in there.
type Shelf[T any] struct {
	log  *Log
	most int
	make func(*Job) T

	mu    sync.Mutex // one reading at a time
	kept  *recent.Map[string, T]
	found reading[T] // memory of a reading, empty but while there is one
	last  string     // the newest log entry when all that is kept was known to stand; "" where nothing is
}

// NewShelf makes a shelf of what make makes of jobs, which nobody may change any more. It keeps at most
// so many.
func NewShelf[T any](log *Log, most int, make func(*Job) T) *Shelf[T] {
	return &Shelf[T]{log: log, most: most, make: make, kept: recent.New[string, T](most), found: reading[T]{}}
}

// Found is what was made of the jobs of a list, in order; or why one of them cannot be read.
type Found[T any] struct {
	Jobs []T
	Err  error
}

// GetAll finds the jobs of each list of ids as they stand after the call. Those that are not there are left
// out, but for one that was closed for so long that it was forgotten: that may still be found, closed.
func (s *Shelf[T]) GetAll(ctx context.Context, lists ...[]string) ([]Found[T], error) {
	return s.GetAllAnd(ctx, func(fields.Pipe) {}, lists...)
}

// GetAllAnd is GetAll for who asks Redis something else as well: ask is called once, and puts commands into the
// pipeline that is executed first. What becomes of those is nothing to the jobs.
func (s *Shelf[T]) GetAllAnd(ctx context.Context, ask func(fields.Pipe), lists ...[]string) ([]Found[T], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.found
	defer clear(found)
	for range attempts {
		stands, err := s.read(ctx, ask, found.fill(s.kept, lists), found)
		ask = func(fields.Pipe) {}
		if err != nil {
			return nil, fmt.Errorf("reading postings: %w", err)
		}
		if stands {
			return found.sorted(lists), nil
		}
	}
	return nil, fmt.Errorf("reading postings: %w", errMoved)
}

// read reads missing jobs, and after them the log: so nothing is kept that is ahead of it. It reports
// whether all that was found still stands; what does not is taken out.
func (s *Shelf[T]) read(ctx context.Context, ask func(fields.Pipe), missing []string, found reading[T]) (bool, error) {
	pipe := s.log.redis.Pipeline()
	ask(pipe)
	jobs := redis.NewSliceCmd(ctx)
	if len(missing) > 0 {
		jobs = pipe.HMGet(ctx, jobsKey, missing...)
	}
	var entries *redis.XMessageSliceCmd
	if s.last == "" {
		entries = pipe.XRevRangeN(ctx, logKey, "+", "-", 1)
	} else {
		entries = pipe.XRangeN(ctx, logKey, s.last, "+", pageSize)
	}
	_, _ = pipe.Exec(ctx) // each reply has its own error
	if err := cmp.Or(jobs.Err(), entries.Err()); err != nil {
		return false, err
	}
	for i, raw := range jobs.Val() {
		found[missing[i]] = s.open(missing[i], raw)
	}
	stands := s.follow(entries.Val(), found)
	for _, id := range missing {
		if b := found[id]; b.there && s.last != "" {
			s.kept.Put(id, b.made)
		}
	}
	return stands, nil
}

// open makes of a job, as it stands in Redis, what is kept of it.
func (s *Shelf[T]) open(id string, value any) book[T] {
	raw, _ := value.(string)
	if raw == "" {
		return book[T]{}
	}
	job, err := decodeJob(raw)
	if err != nil {
		return book[T]{err: fmt.Errorf("reading posting %s: %w", id, err)}
	}
	job.raw = "" // nobody changes it from here
	return book[T]{made: s.make(&job), there: true}
}

// follow takes in what the log said, and reports whether that leaves all that was found as it is.
func (s *Shelf[T]) follow(entries []redis.XMessage, found reading[T]) bool {
	first := s.last == ""
	if len(entries) == 0 || !first && entries[0].ID != s.last {
		// It was trimmed past us, or has lost what it had told us; or nothing was ever said.
		s.last, s.kept = "", recent.New[string, T](s.most)
		if !first {
			clear(found)
		}
		return first
	}
	s.last = entries[len(entries)-1].ID
	stands := len(entries) < pageSize
	for _, entry := range entries[1:] {
		id, _ := entry.Values["job"].(string)
		s.kept.Forget(id)
		if _, asked := found[id]; asked {
			delete(found, id)
			stands = false
		}
	}
	return stands
}

// reading is what was found by the ids that were asked for.
type reading[T any] map[string]book[T]

// book is what was made of a job, if it is there, or why it cannot be read.
type book[T any] struct {
	made  T
	there bool
	err   error
}

// fill takes from the shelf what is not found yet, and gives the ids that are not there either.
func (r reading[T]) fill(kept *recent.Map[string, T], lists [][]string) (missing []string) {
	for _, ids := range lists {
		for _, id := range ids {
			if _, known := r[id]; known {
				continue
			}
			made, there := kept.Get(id)
			if r[id] = (book[T]{made: made, there: there}); !there {
				missing = append(missing, id)
			}
		}
	}
	return missing
}

// sorted gives each list what was found for it.
func (r reading[T]) sorted(lists [][]string) []Found[T] {
	all := make([]Found[T], len(lists))
	for i, ids := range lists {
		all[i].Jobs = make([]T, 0, len(ids))
		for _, id := range ids {
			b := r[id]
			if b.there {
				all[i].Jobs = append(all[i].Jobs, b.made)
			}
			if b.err != nil {
				all[i].Err = b.err
			}
		}
	}
	return all
}
