package redisd

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"
)

// awayError is the error of a command that Redis could not answer, so that nobody knows whether it was
// executed, or refused for now. It may be said again.
type awayError struct{ err error }

// Error implements error.
func (e *awayError) Error() string {
	if isAnswer(e.err) {
		return "Redis refuses for now: " + e.err.Error()
	}
	return "Redis does not answer: " + e.err.Error()
}

// Unwrap gives the cause.
func (e *awayError) Unwrap() error { return e.err }

// Temporary is true: pages and API then ask to come back in a moment.
func (e *awayError) Temporary() bool { return true }

// Judge is a redis.Hook that counts the commands that failed, and marks the failures that will pass.
type Judge struct {
	// Failed hears of each failed command: its name in lower case, or dial.
	Failed func(op string)
}

var _ redis.Hook = Judge{}

// DialHook implements redis.Hook.
func (h Judge) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		if err != nil && ctx.Err() == nil {
			h.Failed("dial")
		}
		return conn, err
	}
}

// ProcessHook implements redis.Hook.
func (h Judge) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error { return h.judge(ctx, cmd, next(ctx, cmd)) }
}

// ProcessPipelineHook implements redis.Hook.
func (h Judge) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := next(ctx, cmds)
		for _, cmd := range cmds {
			cmd.SetErr(h.judge(ctx, cmd, cmd.Err()))
		}
		if first := slices.IndexFunc(cmds, func(cmd redis.Cmder) bool { return cmd.Err() != nil }); err != nil && first >= 0 {
			return cmds[first].Err()
		}
		return err
	}
}

// passing lists the answers of a server that is about to be there again, and of one that takes nothing before
// its operator has made room on its disk or in its memory. MOVED and ASK come through while a Cluster replaces
// a master: its nodes may send go-redis from one to another until that gives up.
func passing() []string {
	return []string{
		"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY ", "MOVED ", "ASK ",
		"NOREPLICAS", "MISCONF", "OOM ",
	}
}

// isAnswer reports whether Redis itself said so.
func isAnswer(err error) bool {
	var answer redis.Error
	return errors.As(err, &answer)
}

// usual lists the answers that are part of the game.
func usual() []string { return []string{"NOSCRIPT", "BUSYGROUP", "NOGROUP"} }

func (h Judge) judge(ctx context.Context, cmd redis.Cmder, err error) error {
	if errors.Is(err, errReplicas) {
		return err // was counted
	}
	begins := func(prefix string) bool { return strings.HasPrefix(err.Error(), prefix) }
	if err == nil || errors.Is(err, redis.Nil) || slices.ContainsFunc(usual(), begins) {
		return err
	}
	if ctx.Err() == nil {
		h.Failed(strings.ToLower(cmd.Name()))
	}
	if isAnswer(err) && !slices.ContainsFunc(passing(), begins) {
		return err
	}
	return &awayError{err}
}
