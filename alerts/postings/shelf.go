package postings

import (
	"context"
	"fmt"

	"jobalertd/mailer/recent"
)

// Shelf reads jobs that many ask for, and keeps what was made of them. It asks Redis every time, and gives
// what was made before only where Redis says the same still, byte for byte.
type Shelf[T any] struct {
	log  *Log
	make func(*Job) T
	kept *recent.Map[string, book[T]]
}

// book is what was made of a job as it stood.
type book[T any] struct {
	raw  string
	made T
}

// NewShelf makes a shelf of what make makes of jobs, which nobody may change any more. It keeps at most
// so many.
func NewShelf[T any](log *Log, most int, make func(*Job) T) *Shelf[T] {
	return &Shelf[T]{log: log, make: make, kept: recent.New[string, book[T]](most)}
}

// GetAll finds what jobs are by their ids, in order. Those that are not there are left out.
func (s *Shelf[T]) GetAll(ctx context.Context, ids []string) ([]T, error) {
	values, err := s.log.read(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make([]T, 0, len(ids))
	for i, raw := range values {
		if raw == "" {
			continue
		}
		b, ok := s.kept.Get(ids[i])
		if !ok || b.raw != raw {
			job, err := decodeJob(raw)
			if err != nil {
				return nil, fmt.Errorf("reading posting %s: %w", ids[i], err)
			}
			b = book[T]{raw, s.make(&job)}
			s.kept.Put(ids[i], b)
		}
		found = append(found, b.made)
	}
	return found, nil
}
