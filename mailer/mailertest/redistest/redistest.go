// Package redistest gives tests a Redis: an embedded one, and a real redis-server where there is one.
// What holds on one must hold on the other.
package redistest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"jobalertd/mailer/mailertest/needs"
)

// Each runs a test on a fresh embedded Redis and on a fresh redis-server; where the package's tests are
// run by Main, on an empty Cluster as well.
func Each(t *testing.T, test func(t *testing.T, client redis.UniversalClient)) {
	t.Run("miniredis", func(t *testing.T) { test(t, Embedded(t)) })
	t.Run("redis-server", func(t *testing.T) { test(t, Server(t)) })
	if os.Getenv(clusterVariable) != "" {
		t.Run("cluster", func(t *testing.T) { test(t, shared(t)) })
	}
}

// Embedded is a fresh Redis in this process.
func Embedded(t testing.TB) redis.UniversalClient {
	return client(t, &redis.Options{Addr: miniredis.RunT(t).Addr()})
}

// Server is a fresh redis-server process that lives as long as the test.
func Server(t testing.TB) redis.UniversalClient {
	return client(t, &redis.Options{Network: "unix", Addr: Socket(t)})
}

// Socket starts a fresh redis-server process that lives as long as the test, and names its socket. It
// keeps nothing on disk unless settings, as on its command line, say otherwise.
func Socket(t testing.TB, settings ...string) string {
	t.Helper()
	program := Program(t)
	dir := t.TempDir()
	socket := filepath.Join(dir, "redis.sock")
	cmd := exec.Command(program, append([]string{"--port", "0", "--unixsocket", socket, "--dir", dir, "--save", "", "--appendonly", "no"}, settings...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	await(t, socket)
	return socket
}

// Program is the path of redis-server; the test is skipped where there is none.
func Program(t testing.TB) string {
	t.Helper()
	return needs.Program(t, "redis-server", "redis-server")
}

// plain has a client say nothing but what it is told to.
func plain(opts *redis.Options) *redis.Options {
	opts.DisableIdentity = true
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return opts
}

// await waits until the server answers.
func await(t testing.TB, socket string) {
	t.Helper()
	client := client(t, &redis.Options{Network: "unix", Addr: socket})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if client.Ping(ctx).Err() == nil {
			return
		}
	}
	t.Fatal("redis-server does not answer")
}

func client(t testing.TB, opts *redis.Options) redis.UniversalClient {
	client := redis.NewClient(plain(opts))
	t.Cleanup(func() { _ = client.Close() })
	return client
}
