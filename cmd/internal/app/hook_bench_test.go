package app

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jobalertd/cmd/internal/app/redisd"
	"jobalertd/cmd/internal/config"
	"jobalertd/mailer/mailertest/redistest"
)

// clients is how many sign up at the same time.
const clients = 64

// BenchmarkHook signs people up by hook, over real sockets and with a real redis-server that keeps
// them on disk, and sets it beside a bare SET of as many octets by as many clients on the same
// server. The clients share the machine with what they measure.
func BenchmarkHook(b *testing.B) {
	for _, fsync := range []string{"always", "everysec"} {
		b.Run("appendfsync="+fsync, func(b *testing.B) {
			socket := redistest.Socket(b, "--appendonly", "yes", "--appendfsync", fsync)
			bare := bareSets(b, socket)
			signups := hookSignups(b, socket)
			report(b, bare, signups)
		})
	}
}

// report sets signups beside bare SETs.
func report(b *testing.B, sets, signups measure) {
	b.ReportMetric(0, "ns/op") // says nothing of work done by many at once
	b.ReportMetric(sets.rate, "SET/s")
	b.ReportMetric(sets.p99, "SET-p99-ms")
	b.ReportMetric(signups.rate, "signup/s")
	b.ReportMetric(signups.p99, "signup-p99-ms")
	b.ReportMetric(sets.rate/signups.rate, "SETs-per-signup")
}

// measure is how quickly something was done b.N times: a second, and milliseconds of the slowest
// hundredth.
type measure struct{ rate, p99 float64 }

// hammer has the clients do something b.N times together. begin makes what one of them does.
func hammer(b *testing.B, begin func() func(n int64) error) measure {
	b.Helper()
	var next atomic.Int64
	took := make([]time.Duration, b.N)
	var wg sync.WaitGroup
	begun := time.Now()
	for range clients {
		wg.Go(func() {
			do := begin()
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				at := time.Now()
				if err := do(n); err != nil {
					b.Error(err)
					return
				}
				took[n-1] = time.Since(at)
			}
		})
	}
	wg.Wait()
	rate := float64(b.N) / time.Since(begun).Seconds()
	slices.Sort(took)
	return measure{rate, took[b.N*99/100].Seconds() * 1000}
}

func bareSets(b *testing.B, socket string) measure {
	client, err := redisd.Open(redisd.Server{URL: "unix://" + socket + "?pool_size=64"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Close() })
	value := strings.Repeat("x", 700) // about what a subscriber's record has
	return hammer(b, func() func(int64) error {
		return func(n int64) error { return client.Set(b.Context(), fmt.Sprint("bare:", n), value, 0).Err() }
	})
}

func hookSignups(b *testing.B, socket string) measure {
	_, handler := openOver(b, socket)
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	b.ResetTimer()
	return hammer(b, func() func(int64) error {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Error(err)
			return func(int64) error { return err }
		}
		b.Cleanup(func() { _ = conn.Close() })
		in := bufio.NewReader(conn)
		return func(n int64) error { return signUpOver(conn, in, n) }
	})
}

// openOver opens a daemon that sends nothing over a redis-server, with its public listener's handler.
func openOver(b *testing.B, socket string) (*App, http.Handler) {
	b.Helper()
	cfg := config.Default()
	if err := cfg.Redis.URL.UnmarshalText([]byte("unix://" + socket + "?pool_size=64")); err != nil {
		b.Fatal(err)
	}
	if err := cfg.Keys.Secret.UnmarshalText([]byte("a master key for benchmarks, long enough")); err != nil {
		b.Fatal(err)
	}
	cfg.Mail.Relays = []config.Relay{{Name: "nowhere", Host: "127.0.0.1", Port: 1, TLS: "none"}}
	app, err := Open(b.Context(), Options{Config: cfg, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(b.Context()))
	var ringing sync.WaitGroup
	ringing.Go(func() { _ = app.bell.Publish(ctx) })
	b.Cleanup(func() {
		stop()
		ringing.Wait()
		_ = app.Close()
	})
	handler, err := app.publicHandler()
	if err != nil {
		b.Fatal(err)
	}
	return app, handler
}

// signUpOver signs up the n-th person over a connection that is kept open.
func signUpOver(conn net.Conn, in *bufio.Reader, n int64) error {
	body := hookBody(fmt.Sprintf("person%d@example.com", n))
	_, err := fmt.Fprintf(conn, "POST /api/v1/subscriptions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	if err != nil {
		return err
	}
	answer, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusAccepted {
		err = fmt.Errorf("%s: %s", answer.Status, said)
	}
	return err
}

// hookBody is a signup of an address as a site sends it.
func hookBody(address string) string {
	return `{"email":"` + address + `","locale":"de","time_zone":"Europe/Berlin","alerts":[{"name":"Go in Berlin",` +
		`"cadence":{"every":"daily","hour":8},"filter":{"skills":{"any":["go","rust"]},"places":[{"city":"Berlin","country":"DE","radius_km":50}],` +
		`"salary_min":{"amount":80000,"currency":"EUR","period":"year"}}}],"consent":{"text_version":"2026-11","source":"example.com"}}`
}
