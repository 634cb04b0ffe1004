package redisd

import (
	"context"
	"errors"
	"net"
	"slices"

	"github.com/redis/go-redis/v9"
)

// errReplicas: Redis has executed a command, but too few replicas have told in time that they have it.
var errReplicas = errors.New("too few replicas have confirmed the write in time")

// confirmed is the key of a context's value.
type confirmed struct{}

// Confirmed asks of every command that is executed with the context that it fails, for now, unless
// Server.Replicas replicas have what Redis held when it answered. Said of reads, too, it keeps an answer
// such as "we have that already" from resting on what a failover may still take back.
func Confirmed(ctx context.Context) context.Context { return context.WithValue(ctx, confirmed{}, true) }

// confirm has a client do what Confirmed asks for.
func (s Server) confirm(client *redis.Client) {
	if s.Replicas > 0 {
		client.AddHook(replicas{Server: s, client: client})
	}
}

// replicas lets WAIT follow commands. WAIT speaks of what its own connection has asked for before, so it
// travels in one pipeline with them, to one node.
type replicas struct {
	Server
	client *redis.Client
}

// DialHook implements redis.Hook.
func (h replicas) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements redis.Hook.
func (h replicas) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if ctx.Value(confirmed{}) == nil {
			return next(ctx, cmd)
		}
		pipe := h.client.Pipeline()
		_ = pipe.Process(ctx, cmd)
		_, _ = pipe.Exec(ctx)
		return cmd.Err()
	}
}

// ProcessPipelineHook implements redis.Hook. In a transaction WAIT would not wait; none is executed where
// somebody waits for an answer.
func (h replicas) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if ctx.Value(confirmed{}) == nil || cmds[0].Name() == "multi" {
			return next(ctx, cmds)
		}
		// A new connection is greeted with commands that come by here too; they need not wait.
		ctx = context.WithValue(ctx, confirmed{}, nil)
		wait := redis.NewIntCmd(ctx, "wait", h.Replicas, h.Within.Milliseconds())
		err := next(ctx, append(slices.Clone(cmds), wait))
		if n, waitErr := wait.Result(); waitErr == nil && n >= int64(h.Replicas) {
			return err
		}
		if h.Short != nil {
			h.Short()
		}
		for _, cmd := range cmds {
			if cmd.Err() == nil {
				cmd.SetErr(&awayError{errReplicas})
			}
		}
		return cmds[0].Err()
	}
}
