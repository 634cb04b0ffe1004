package redisd

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Server says how to reach Redis.
type Server struct {
	// URL is redis://, rediss:// (TLS) or unix://. With master_name= among its parameters it names
	// Sentinels, of which addr= may name more; with addr= alone it names nodes of a Cluster.
	URL string
	// CA is the certificates to trust, in PEM; empty for those of the system.
	CA []byte
	// Replicas is how many replicas must have a write that Confirmed asks for, Within how long.
	Replicas int
	Within   time.Duration
	// Short hears of each time that they were too few; nil for nobody.
	Short func()
}

// Open makes a client. It does not connect yet.
func Open(s Server) (redis.UniversalClient, error) {
	parsed, err := url.Parse(s.URL)
	if err != nil {
		return nil, errors.New("redis.url: it is not a URL") // its error would repeat the password
	}
	switch query := parsed.Query(); {
	case query.Has("master_name"):
		return openSentinel(s)
	case query.Has("addr"):
		return openCluster(s)
	}
	opts, err := redis.ParseURL(s.URL)
	if err != nil {
		return nil, fmt.Errorf("redis.url: %w", err)
	}
	if err := trust(opts.TLSConfig, s.CA); err != nil {
		return nil, err
	}
	client := redis.NewClient(Tune(opts))
	s.confirm(client)
	return client, nil
}

func openSentinel(s Server) (redis.UniversalClient, error) {
	opts, err := redis.ParseFailoverURL(s.URL)
	if err != nil {
		return nil, fmt.Errorf("redis.url: %w", err)
	}
	if err := trust(opts.TLSConfig, s.CA); err != nil {
		return nil, err
	}
	opts.ContextTimeoutEnabled = true
	opts.DisableIdentity = true
	client := redis.NewFailoverClient(opts)
	s.confirm(client)
	return client, nil
}

func openCluster(s Server) (redis.UniversalClient, error) {
	opts, err := redis.ParseClusterURL(s.URL)
	if err != nil {
		return nil, fmt.Errorf("redis.url: %w", err)
	}
	if err := trust(opts.TLSConfig, s.CA); err != nil {
		return nil, err
	}
	// The default of a minute is how long a killed master would keep us waiting.
	opts.ClusterStateReloadInterval = 2 * time.Second
	// And a command that goes to a dead one is tried again as a whole: knocking five times each time would hold
	// up those to the masters that live.
	opts.DialerRetries = cmp.Or(opts.DialerRetries, 1)
	opts.DialTimeout = cmp.Or(opts.DialTimeout, 2*time.Second)
	opts.ContextTimeoutEnabled = true
	opts.DisableIdentity = true
	opts.MaintNotificationsConfig = noMaintenance()
	client := redis.NewClusterClient(opts)
	client.OnNewNode(s.confirm)
	return client, nil
}

// trust has a TLS connection trust the given certificates only.
func trust(cfg *tls.Config, ca []byte) error {
	if len(ca) == 0 {
		return nil
	}
	if cfg == nil {
		return errors.New("redis.ca_file: it is only of use with rediss://")
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(ca) {
		return errors.New("redis.ca_file: there is no certificate in it")
	}
	return nil
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
