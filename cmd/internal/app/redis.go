package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// OpenRedis makes a client for a URL: redis://, rediss:// or unix://; with further nodes in ?addr=
// it is a Cluster. It does not connect yet.
func OpenRedis(url string) (redis.UniversalClient, error) {
	if strings.Contains(url, "addr=") {
		opts, err := redis.ParseClusterURL(url)
		if err != nil {
			return nil, fmt.Errorf("redis.url: %w", err)
		}
		// The default of a minute is how long a killed master would keep us waiting.
		opts.ClusterStateReloadInterval = 2 * time.Second
		opts.ContextTimeoutEnabled = true
		opts.DisableIdentity = true
		opts.MaintNotificationsConfig = noMaintenance()
		return redis.NewClusterClient(opts), nil
	}
	opts, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("redis.url: %w", err)
	}
	return redis.NewClient(tune(opts)), nil
}

// RedisOver makes a client whose connections come from dial, for servers in this process.
func RedisOver(dial func(ctx context.Context) (net.Conn, error)) redis.UniversalClient {
	return redis.NewClient(tune(&redis.Options{
		Addr:   "127.0.0.1:0", // never used, but without one go-redis resolves a host name
		Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
	}))
}

func tune(opts *redis.Options) *redis.Options {
	opts.ContextTimeoutEnabled = true // otherwise deadlines of contexts do not count
	opts.DisableIdentity = true       // servers before 7.2 answer it with an error
	opts.MaintNotificationsConfig = noMaintenance()
	return opts
}

func noMaintenance() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// checkRedis refuses a server that would throw data away when memory runs short.
func checkRedis(ctx context.Context, client redis.UniversalClient) error {
	if err := client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("reaching Redis: %w", err)
	}
	info, err := client.Info(ctx, "memory").Result()
	if err != nil {
		return nil // not everybody may ask; then the operator's guide has to do
	}
	for line := range strings.Lines(info) {
		policy, found := strings.CutPrefix(strings.TrimSpace(line), "maxmemory_policy:")
		if found && policy != "noeviction" {
			return fmt.Errorf("maxmemory-policy of this Redis is %s: it would throw subscribers away when memory runs short; set it to noeviction", policy)
		}
	}
	return nil
}

// awayError is the error of a command that Redis could not answer: nobody knows whether it was
// executed, and it may be said again.
type awayError struct{ err error }

// Error implements error.
func (e *awayError) Error() string { return "Redis does not answer: " + e.err.Error() }

// Unwrap gives the cause.
func (e *awayError) Unwrap() error { return e.err }

// Temporary is true: pages and API then ask to come back in a moment.
func (e *awayError) Temporary() bool { return true }

// errorHook counts the commands that failed, and marks the failures that will pass.
type errorHook struct{ metrics *metrics }

// DialHook implements redis.Hook.
func (h errorHook) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		if err != nil && ctx.Err() == nil {
			h.metrics.redis.WithLabelValues("dial").Inc()
		}
		return conn, err
	}
}

// ProcessHook implements redis.Hook.
func (h errorHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error { return h.judge(ctx, cmd, next(ctx, cmd)) }
}

// ProcessPipelineHook implements redis.Hook.
func (h errorHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
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

// passing lists the answers of a server that is about to be there again.
func passing() []string {
	return []string{"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY "}
}

// usual lists the answers that are part of the game.
func usual() []string { return []string{"NOSCRIPT", "BUSYGROUP", "NOGROUP"} }

func (h errorHook) judge(ctx context.Context, cmd redis.Cmder, err error) error {
	begins := func(prefix string) bool { return strings.HasPrefix(err.Error(), prefix) }
	if err == nil || errors.Is(err, redis.Nil) || slices.ContainsFunc(usual(), begins) {
		return err
	}
	if ctx.Err() == nil {
		h.metrics.redis.WithLabelValues(strings.ToLower(cmd.Name())).Inc()
	}
	var answer redis.Error
	if errors.As(err, &answer) && !slices.ContainsFunc(passing(), begins) {
		return err
	}
	return &awayError{err}
}
