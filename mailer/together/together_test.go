package together

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clerk answers each round after a second, and remembers what it was asked.
type clerk struct {
	rounds [][]int
	fail   error
}

func (c *clerk) ask(ctx context.Context, questions []int) ([]string, error) {
	c.rounds = append(c.rounds, slices.Clone(questions))
	answers := make([]string, len(questions))
	for i, q := range questions {
		answers[i] = fmt.Sprint("answer ", q)
	}
	select {
	case <-time.After(time.Second):
		return answers, c.fail
	case <-ctx.Done():
		return nil, fmt.Errorf("asking: %w", ctx.Err())
	}
}

func TestWhoComesMeanwhileIsAskedForTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{}
		g := New(c.ask)
		began := time.Now()
		var asking sync.WaitGroup
		for i := range 7 {
			asking.Go(func() {
				if got, err := g.Ask(t.Context(), i); err != nil || got != fmt.Sprint("answer ", i) {
					t.Errorf("%d got %q, %v", i, got, err)
				}
			})
			synctest.Wait() // so that they come in order
		}
		asking.Wait()
		if diff := cmp.Diff([][]int{{0}, {1, 2, 3, 4, 5, 6}}, c.rounds); diff != "" {
			t.Errorf("rounds (-want +got):\n%s", diff)
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("it took %s: nobody should wait for more than the round before and their own", took)
		}
	})
}

func TestAFailureIsThatOfAllWhoWereAskedForAndOfNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{fail: errors.New("no")}
		g := New(c.ask)
		if _, err := g.Ask(t.Context(), 1); !errors.Is(err, c.fail) {
			t.Errorf("error %v", err)
		}
		c.fail = nil
		if got, err := g.Ask(t.Context(), 2); err != nil || got != "answer 2" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// Who gives up takes nobody along, whether they ask for the others or are asked for.
func TestWhoGivesUpTakesNobodyAlong(t *testing.T) {
	for quitter := range 3 {
		t.Run(fmt.Sprint(quitter), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &clerk{}
				g := New(c.ask)
				errs := make([]error, 4)
				var asking sync.WaitGroup
				for i := range errs {
					ctx := t.Context()
					if i == quitter {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, 1500*time.Millisecond)
						defer cancel()
					}
					asking.Go(func() { _, errs[i] = g.Ask(ctx, i) })
					synctest.Wait()
				}
				asking.Wait()
				for i, err := range errs {
					quit := i == quitter && i > 0 // the first one had its answer in time
					if errors.Is(err, context.DeadlineExceeded) != quit || err != nil && !quit {
						t.Errorf("%d: %v", i, err)
					}
				}
			})
		})
	}
}
