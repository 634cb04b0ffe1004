package redisd

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Open makes a client for a URL: redis://, rediss:// or unix://; with further nodes in ?addr=
// it is a Cluster. It does not connect yet.
func Open(url string) (redis.UniversalClient, error) {
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
	return redis.NewClient(Tune(opts)), nil
}

// Over makes a client whose connections come from dial, for servers in this process.
func Over(dial func(ctx context.Context) (net.Conn, error)) redis.UniversalClient {
	return redis.NewClient(Tune(&redis.Options{
		Addr:   "127.0.0.1:0", // never used, but without one go-redis resolves a host name
		Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
	}))
}

// Tune sets what go-redis should have by default.
func Tune(opts *redis.Options) *redis.Options {
	opts.ContextTimeoutEnabled = true // otherwise deadlines of contexts do not count
	opts.DisableIdentity = true       // servers before 7.2 answer it with an error
	opts.MaintNotificationsConfig = noMaintenance()
	return opts
}

func noMaintenance() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// Check reaches a server, and refuses a server that would throw data away when memory runs short.
func Check(ctx context.Context, client redis.UniversalClient) error {
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
