package redistest

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// errGone is the error of a command to a master that has died. It will pass.
type errGone struct{}

// Error implements error.
func (errGone) Error() string { return "the master has died" }

// Temporary is true, as of the errors that the daemon meets.
func (errGone) Temporary() bool { return true }

// Away lets the commands fail that name certain keys, as if the master that has them had died, while the rest of
// the Cluster answers. It is a redis.Hook.
type Away struct {
	// Delay is how long it takes until they fail.
	Delay time.Duration

	mu   sync.Mutex
	tags []string
}

var _ redis.Hook = (*Away)(nil)

// Set says which keys are away: those that hold any of the texts, such as {s1}.
func (a *Away) Set(tags ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tags = tags
}

// names reports whether a command names a key that is away.
func (a *Away) names(cmd redis.Cmder) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(cmd.Args(), func(arg any) bool {
		text, _ := arg.(string)
		return slices.ContainsFunc(a.tags, func(tag string) bool { return strings.Contains(text, tag) })
	})
}

// DialHook implements redis.Hook.
func (a *Away) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements redis.Hook.
func (a *Away) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if a.names(cmd) {
			time.Sleep(a.Delay)
			cmd.SetErr(errGone{})
			return errGone{}
		}
		return next(ctx, cmd)
	}
}

// ProcessPipelineHook implements redis.Hook. The other commands of the pipeline are executed, as a Cluster
// does, which sends each master its own.
func (a *Away) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		var there []redis.Cmder
		for _, cmd := range cmds {
			if a.names(cmd) {
				cmd.SetErr(errGone{})
			} else {
				there = append(there, cmd)
			}
		}
		var err error
		if len(there) > 0 {
			err = next(ctx, there)
		}
		if len(there) < len(cmds) {
			time.Sleep(a.Delay)
			return errGone{}
		}
		return err
	}
}
