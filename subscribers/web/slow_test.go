package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer/mailertest/memnet"
	"jobalertd/subscribers/web"
)

// wire runs a test in a bubble, with a dial to the listener's server.
func wire(t *testing.T, test func(t *testing.T, s *site, dial func() net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, listener := setup(t), memnet.Listen()
		server := web.NewServer(s.handler)
		served := make(chan error, 1)
		go func() { served <- server.Serve(listener) }()
		test(t, s, func() net.Conn {
			conn, err := listener.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return conn
		})
		_ = server.Close()
		<-served
		time.Sleep(time.Second) // net/http lingers half a second with whom it has refused
	})
}

// hookHead is the head of a signup by hook with a body of n octets.
func hookHead(n int) string {
	return fmt.Sprintf("POST /api/v1/subscriptions HTTP/1.1\r\nHost: jobs.example.org\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", n)
}

func TestSlowClientsAreCutOff(t *testing.T) {
	tests := []struct {
		name   string
		first  string        // sent at once
		drip   string        // sent an octet a second, again and again
		within time.Duration // how long it may last
	}{
		{"who says nothing", "", "", 5 * time.Second},
		{"half a head, then nothing", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", "", 5 * time.Second},
		{"a head that never ends (Slowloris)", "GET / HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n", 5 * time.Second},
		{"a body that does not come", hookHead(1000) + "\r\n", "", 10 * time.Second},
		{"a body that drips (R.U.D.Y.)", hookHead(60_000) + "\r\n{", " ", 10 * time.Second},
		{"a form that drips", "POST /subscribe HTTP/1.1\r\nHost: jobs.example.org\r\nContent-Type: " + formType + "\r\nContent-Length: 60000\r\n\r\nemail=", "x", time.Minute},
		{"a line that is left open", "GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n", "", 2 * time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wire(t, func(t *testing.T, s *site, dial func() net.Conn) {
				conn, begun := dial(), time.Now()
				ended := make(chan time.Duration, 1)
				go func() {
					_, _ = io.Copy(io.Discard, conn)
					ended <- time.Since(begun)
				}()
				_, _ = io.WriteString(conn, test.first)
				dripping, stop := time.NewTicker(time.Second), make(chan struct{})
				go func() {
					for i := 0; test.drip != ""; i++ {
						select {
						case <-stop:
							return
						case <-dripping.C:
							_, _ = io.WriteString(conn, test.drip[i%len(test.drip):][:1])
						}
					}
				}()
				if lasted := <-ended; lasted > test.within+time.Second {
					t.Errorf("it was cut off after %s, want %s", lasted, test.within)
				}
				close(stop)
				dripping.Stop()
				_ = conn.Close()
				s.unchanged()
			})
		})
	}
}

func TestASlowClientHoldsNobodyUp(t *testing.T) {
	wire(t, func(t *testing.T, _ *site, dial func() net.Conn) {
		for range 200 {
			_, _ = io.WriteString(dial(), "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		}
		begun, conn := time.Now(), dial()
		_, _ = io.WriteString(conn, "GET /robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answer.StatusCode != 200 || time.Since(begun) > time.Second {
			t.Errorf("%v, %v after %s", answer, err, time.Since(begun))
		}
	})
}

func TestOversizedHeadsAreRefused(t *testing.T) {
	wire(t, func(t *testing.T, s *site, dial func() net.Conn) {
		conn := dial()
		go func() {
			_, _ = io.WriteString(conn, hookHead(10)+"X-Large: "+strings.Repeat("x", 64<<10)+"\r\n\r\n0123456789")
		}()
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%v, %v; want 431", answer, err)
		}
		_ = conn.Close()
		s.unchanged()
	})
}

func TestPipelinedRequestsAreAnsweredInTheirOrder(t *testing.T) {
	wire(t, func(t *testing.T, s *site, dial func() net.Conn) {
		conn := dial()
		go func() {
			_, _ = io.WriteString(conn, hookHead(len(valid))+"\r\n"+valid+hookHead(1)+"\r\n{"+"GET /robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		}()
		in := bufio.NewReader(conn)
		for _, want := range []int{202, 400, 200} {
			answer, err := http.ReadResponse(in, nil)
			if err != nil || answer.StatusCode != want {
				t.Fatalf("%v, %v; want %d", answer, err, want)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
		}
		if len(s.desk.people) != 1 {
			t.Errorf("%d people", len(s.desk.people))
		}
	})
}

func TestABodyOfAnotherLengthIsNoSignup(t *testing.T) {
	for name, raw := range map[string]string{
		"shorter than said":   hookHead(len(valid)+100) + "\r\n" + valid,
		"two lengths":         hookHead(len(valid)) + "Content-Length: 7\r\n\r\n" + valid,
		"length and chunks":   hookHead(len(valid)) + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a broken chunk":      "POST /api/v1/subscriptions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + valid,
		"a line feed in line": hookHead(len(valid)) + "X: a\nTransfer-Encoding: chunked\r\n\r\n" + valid,
	} {
		t.Run(name, func(t *testing.T) {
			wire(t, func(t *testing.T, s *site, dial func() net.Conn) {
				conn := dial()
				go func() { _, _ = io.WriteString(conn, raw) }()
				answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err == nil && answer.StatusCode != 400 && answer.StatusCode != 501 {
					t.Errorf("status %d, want a refusal", answer.StatusCode)
				}
				_ = conn.Close()
				s.unchanged()
			})
		})
	}
}
