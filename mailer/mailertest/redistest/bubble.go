package redistest

import (
	"context"
	"net"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/mailertest/memnet"
)

// Bubble is a client of a fresh Redis for a testing/synctest bubble: see Serve.
func Bubble(t testing.TB) redis.UniversalClient {
	t.Helper()
	_, l := Serve(t)
	client := redis.NewClient(plain(&redis.Options{
		Addr:   "127.0.0.1:0", // never used, but without one go-redis resolves a host name
		Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) { return l.Dial(ctx) },
	}))
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// Serve starts a fresh Redis inside a testing/synctest bubble, until the test ends. It is reached through
// the listener, without sockets, and its clock is the bubble's.
func Serve(t testing.TB) (*miniredis.Miniredis, *memnet.Listener) {
	t.Helper()
	server := miniredis.NewMiniRedis()
	first, err := server.Dial() // makes the server; its own connections are unbuffered
	if err != nil {
		t.Fatal(err)
	}
	_ = first.Close()
	l := memnet.Listen()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			server.Server().ServeConn(conn)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		server.Close()
	})
	return server, l
}
