package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/subscribers"
	"jobalertd/subscribers/store/record"
)

// Position is how far a reader has followed the changes of a shard.
type Position string

// beginning is the position of a reader who has found no change yet.
const beginning = Position("0-0")

// Scan reads every subscriber of a shard, a page at a time, and returns the position from which
// Changes goes on without a gap. It ends at the first who is Unreadable.
func (s *Store) Scan(ctx context.Context, shard int, visit func([]Stored) error) (Position, error) {
	return s.scan(ctx, shard, func(page []string) error {
		all := make([]Stored, 0, len(page)/2)
		for i := 0; i+1 < len(page); i += 2 {
			one := read(subscribers.ID(page[i]), page[i+1])
			if one.Unreadable != nil {
				return one.Unreadable
			}
			all = append(all, one)
		}
		return visit(all)
	})
}

// Survey is Scan for those who need no more of a subscriber than record.DecodeOutline tells, and that only during
// the visit. It is much faster, since it works in the same memory from page to page, and passes nobody over: who is
// Unreadable is visited as that.
func (s *Store) Survey(ctx context.Context, shard int, visit func([]Stored) error) (Position, error) {
	people, data := make([]subscribers.Subscriber, surveyed), []byte(nil)
	all := make([]Stored, 0, surveyed)
	position, err := s.scan(ctx, shard, func(page []string) error {
		for i := 0; i+1 < len(page); i += 2 {
			if len(all) == surveyed {
				if err := visit(all); err != nil {
					return err
				}
				all = all[:0]
			}
			line, text, _ := strings.Cut(page[i+1], "\n")
			data = append(data[:0], text...)
			one := &people[len(all)]
			err := record.DecodeOutline(data, one)
			all = append(all, stored(subscribers.ID(page[i]), line, one, err))
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return position, visit(all)
}

// surveyed is how many subscribers Survey visits at once: the index lays filters of the same places side
// by side, the better the more come at a time.
const surveyed = 4000

// scan visits the ids and texts of all people of a shard, in turns.
func (s *Store) scan(ctx context.Context, shard int, visit func(page []string) error) (Position, error) {
	position := beginning
	last, err := s.redis.XRevRangeN(ctx, changesKey(shard), "+", "-", 1).Result()
	if err != nil {
		return "", fmt.Errorf("reading the changes of shard %d: %w", shard, err)
	}
	for _, entry := range last {
		position = Position(entry.ID)
	}
	// Who is moved meanwhile is met among the people, which are read last.
	if err := s.moveAll(ctx, shard); err != nil {
		return "", err
	}
	var cursor uint64
	for {
		page, next, err := s.redis.HScan(ctx, peopleKey(shard), cursor, "", scanPage).Result()
		if err != nil {
			return "", fmt.Errorf("listing the subscribers of shard %d: %w", shard, err)
		}
		if err := visit(page); err != nil {
			return "", err
		}
		if cursor = next; cursor == 0 {
			return position, nil
		}
	}
}

// scanPage is about how many subscribers are read at once.
const scanPage = 500

// Changed is the subscribers of one shard that have changed since a position.
type Changed struct {
	IDs  []subscribers.ID
	Next Position
	// Lost means that the reader fell too far behind: the shard must be scanned again.
	Lost bool
	// Err is why the shard could not be asked; the others may have answered.
	Err error
}

// hearing is how long Changes waits: one machine of a Cluster that says nothing must not hold up for longer
// what the others tell.
const hearing = 3 * time.Second

// Changes tells for every shard what has changed since the given positions.
func (s *Store) Changes(ctx context.Context, since []Position) []Changed {
	ctx, cancel := context.WithTimeout(ctx, hearing)
	defer cancel()
	type replies struct{ first, last, page *redis.XMessageSliceCmd }
	pipe := s.redis.Pipeline()
	streams := make([]replies, len(since))
	for shard, position := range since {
		key := changesKey(shard)
		streams[shard] = replies{
			first: pipe.XRangeN(ctx, key, "-", "+", 1),
			last:  pipe.XRevRangeN(ctx, key, "+", "-", 1),
			page:  pipe.XRangeN(ctx, key, "("+string(position), "+", keepChanges),
		}
	}
	_, _ = pipe.Exec(ctx) // its error is the first of theirs
	changed := make([]Changed, len(since))
	for shard, position := range since {
		r := streams[shard]
		if err := cmp.Or(r.first.Err(), r.last.Err(), r.page.Err()); err != nil {
			changed[shard].Err = fmt.Errorf("reading the changes of shard %d: %w", shard, err)
			continue
		}
		c := Changed{Next: position, Lost: lost(position, r.first.Val(), r.last.Val(), r.page.Val())}
		seen := map[subscribers.ID]bool{}
		for _, entry := range r.page.Val() {
			c.Next = Position(entry.ID)
			id, _ := entry.Values["id"].(string)
			if !seen[subscribers.ID(id)] {
				seen[subscribers.ID(id)] = true
				c.IDs = append(c.IDs, subscribers.ID(id))
			}
		}
		changed[shard] = c
	}
	return changed
}

// lost reports whether changes after the position are gone: the stream was trimmed past it; or the
// stream ends before it, because a failover took back what had been read, so that what comes next may
// stand before it as well.
func lost(position Position, first, last, page []redis.XMessage) bool {
	switch {
	case position == beginning:
		return len(page) >= keepChanges // none shorter was ever trimmed
	case len(last) == 0:
		return true
	}
	return later(first[0].ID, string(position)) || later(string(position), last[0].ID)
}

// later reports whether one stream entry id is after another.
func later(a, b string) bool {
	var am, as, bm, bs uint64
	_, _ = fmt.Sscanf(a, "%d-%d", &am, &as) // Redis made them
	_, _ = fmt.Sscanf(b, "%d-%d", &bm, &bs)
	return am > bm || am == bm && as > bs
}
