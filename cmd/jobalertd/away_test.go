package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"jobalertd/mailer/mailertest/redistest"
)

// line leads to Redis, and can be cut.
type line struct {
	to    string
	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func (l *line) serve(listener net.Listener) {
	for {
		from, err := listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("unix", l.to)
		l.mu.Lock()
		if err != nil || l.cut {
			_ = from.Close()
			if err == nil {
				_ = to.Close()
			}
			l.mu.Unlock()
			continue
		}
		l.conns = append(l.conns, from, to)
		l.mu.Unlock()
		for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
			go func() {
				_, _ = io.Copy(pair[0], pair[1])
				_ = pair[0].Close()
			}()
		}
	}
}

// set cuts the line or mends it.
func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	for _, conn := range l.conns {
		_ = conn.Close()
	}
	l.conns = nil
}

// TestWhileRedisIsAwayNothingIsAcceptedAndNothingIsLost cuts the daemon off from its Redis for a while.
func TestWhileRedisIsAwayNothingIsAcceptedAndNothingIsLost(t *testing.T) {
	t.Parallel()
	const people = 30
	l := &line{to: redistest.Socket(t)}
	socket := filepath.Join(t.TempDir(), "line.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go l.serve(listener)
	m := newMachineOn(t, "unix://"+socket)
	m.start()
	signUp := func(n int) string {
		return fmt.Sprintf(`{"email":"person%d@example.com","time_zone":"UTC","alerts":[{"cadence":{"every":"instant"},"filter":{}}]}`, n)
	}
	for n := range people {
		m.post("/api/v1/subscriptions", signUp(n), http.StatusAccepted)
	}
	l.set(true) // while their letters are being sent
	resp, err := http.Post(m.url+"/api/v1/subscriptions", "application/json", strings.NewReader(signUp(people)))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("signing up while Redis is away: status %d, Retry-After %q", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	m.poll("/readyz", func(resp *http.Response) bool { return resp.StatusCode == http.StatusServiceUnavailable })
	m.poll("/healthz", func(resp *http.Response) bool { return resp.StatusCode == http.StatusOK })

	l.set(false)
	m.poll("/readyz", func(resp *http.Response) bool { return resp.StatusCode == http.StatusOK })
	var a asked
	a.try(m, "/api/v1/subscriptions", signUp(people))
	links := m.await(regexp.QuoteMeta(m.url)+`/confirm/[A-Za-z0-9_-]+`, people+1)
	a.try(m, links["person0@example.com"][0], "")
	m.await("Thank you for subscribing", 1)
	a.try(m, "/api/v1/postings", `{"id":"job","url":"https://example.com/jobs/1","title":"Backend Engineer","company":"Acme","class":"core","description":"You build services in Go."}`)
	m.await("https://example.com/jobs/1", 1)
	twice := 0
	for _, found := range links {
		twice += len(found) - 1
	}
	if twice > killWorkers {
		t.Errorf("%d letters came twice, more than the %d that were under way", twice, killWorkers)
	}
}
