package transfer

import (
	"context"
	"sync"
	"time"
)

// writers is how many people are taken in at the same time: nearly all of it is waiting for Redis.
const writers = 16

// ImportAll takes people in, several at a time, and counts what became of them, also where an error ended it; the
// same list can then be imported again. Of several with one address the first is taken. done hears how many are
// through, one call after the other.
func (o *Office) ImportAll(ctx context.Context, people []Person, now time.Time, done func(n int)) (map[Result]int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queues := make([][]Person, writers) // those with one address in one of them, in their order
	for _, p := range people {
		w := int(o.store.Hash(p.Email)[0]) % writers
		queues[w] = append(queues[w], p)
	}
	var mu sync.Mutex
	var working sync.WaitGroup
	counts, n := map[Result]int{}, 0
	for _, queue := range queues {
		working.Go(func() {
			for _, p := range queue {
				result, err := o.Import(ctx, p, now)
				if err != nil {
					cancel(err) // the first one counts: the others fail because of it
					return
				}
				mu.Lock()
				counts[result]++
				n++
				done(n)
				mu.Unlock()
			}
		})
	}
	working.Wait()
	return counts, context.Cause(ctx)
}
