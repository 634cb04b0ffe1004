package redistest

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
)

// ErrCut is the error of a command that a Cutter has cut.
var ErrCut = errors.New("connection cut")

// Cutter lets one command or pipeline fail as if the connection, or this process, had died there. It
// is a redis.Hook.
type Cutter struct {
	mu    sync.Mutex
	left  int
	after bool
	hit   bool
}

var _ redis.Hook = (*Cutter)(nil)

// Arm cuts the k-th command from now, counted from 1: before Redis has executed it, or after, so that
// only the reply is lost.
func (c *Cutter) Arm(k int, after bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left, c.after, c.hit = k, after, false
}

// Disarm lets all further commands pass. It reports whether one was cut.
func (c *Cutter) Disarm() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = 0
	return c.hit
}

// EveryCut calls try for every command of a use case, once cut before and once after it was executed.
// try must start from a fresh state, arm the cutter with the numbers it is given, run the use case and
// disarm it, and return what Disarm did.
func EveryCut(t testing.TB, try func(k int, after bool) (cut bool)) {
	t.Helper()
	for k := 1; ; k++ {
		before, after := try(k, false), try(k, true)
		if before || after {
			continue
		}
		if k == 1 {
			t.Error("no command was cut: nothing was tried")
		}
		return
	}
}

// DialHook implements redis.Hook.
func (c *Cutter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessPipelineHook implements redis.Hook.
func (c *Cutter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := c.cut(func() error { return next(ctx, cmds) })
		if errors.Is(err, ErrCut) {
			for _, cmd := range cmds {
				cmd.SetErr(err)
			}
		}
		return err
	}
}

// ProcessHook implements redis.Hook.
func (c *Cutter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := c.cut(func() error { return next(ctx, cmd) })
		if errors.Is(err, ErrCut) {
			cmd.SetErr(err)
		}
		return err
	}
}

func (c *Cutter) cut(run func() error) error {
	c.mu.Lock()
	c.left--
	now, after := c.left == 0, c.after
	c.hit = c.hit || now
	c.mu.Unlock()
	if !now {
		return run()
	}
	if after {
		_ = run()
	}
	return ErrCut
}
