package redisd

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/redistest"
)

func TestAMasterThatSentinelsReplaceIsFollowed(t *testing.T) {
	sentinel := redistest.StartSentinel(t)
	client, err := Open(Server{URL: sentinel.URL(), Replicas: 1, Within: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := Check(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	if err := client.Set(Confirmed(t.Context()), "before", "kept", 0).Err(); err != nil {
		t.Fatal(err)
	}
	sentinel.KillMaster()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for client.Set(ctx, "after", "kept", 0).Err() != nil {
		if ctx.Err() != nil {
			t.Fatal("nobody took the master's place")
		}
	}
	for _, key := range []string{"before", "after"} {
		if got, err := client.Get(t.Context(), key).Result(); got != "kept" || err != nil {
			t.Errorf("%s: %q, %v", key, got, err)
		}
	}
	if err := client.Set(Confirmed(t.Context()), "alone", "1", 0).Err(); !errors.Is(err, errReplicas) {
		t.Errorf("without a replica: error = %v, want errReplicas", err)
	}
}

func TestTheURLSaysWhichRedis(t *testing.T) {
	tests := []struct {
		name, url string
		want      func(redis.UniversalClient) bool
	}{
		{"one server", "redis://user:secret@host:6379/2", func(c redis.UniversalClient) bool {
			o := c.(*redis.Client).Options()
			return o.Addr == "host:6379" && o.Username == "user" && o.Password == "secret" && o.DB == 2 && o.ContextTimeoutEnabled
		}},
		{"a socket, with a user", "unix://user:secret@/run/redis.sock", func(c redis.UniversalClient) bool {
			o := c.(*redis.Client).Options()
			return o.Network == "unix" && o.Addr == "/run/redis.sock" && o.Username == "user"
		}},
		{"TLS", "rediss://host", func(c redis.UniversalClient) bool {
			return c.(*redis.Client).Options().TLSConfig.ServerName == "host"
		}},
		{"a Cluster over TLS", "rediss://user:secret@a:1?addr=b:2&addr=c:3", func(c redis.UniversalClient) bool {
			o := c.(*redis.ClusterClient).Options()
			return strings.Join(o.Addrs, " ") == "a:1 b:2 c:3" && o.Username == "user" && o.TLSConfig != nil && o.ContextTimeoutEnabled
		}},
		{"Sentinels", "redis://a:1/3?master_name=jobs&addr=b:2&username=user&password=secret", func(c redis.UniversalClient) bool {
			o := c.(*redis.Client).Options()
			return o.Addr == "FailoverClient" && o.Username == "user" && o.Password == "secret" && o.DB == 3 && o.ContextTimeoutEnabled
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, err := Open(Server{URL: test.url})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if !test.want(client) {
				t.Errorf("%s is opened as %+v", test.url, client)
			}
		})
	}
	for name, s := range map[string]Server{
		"no URL":                   {URL: "redis://:secret%@host"},
		"an unknown parameter":     {URL: "redis://host?nonsense=1"},
		"certificates without TLS": {URL: "redis://host", CA: []byte("x")},
		"no certificates":          {URL: "rediss://host", CA: []byte("x")},
	} {
		if _, err := Open(s); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}
