package memnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/nettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAConnectionBehavesLikeAConnection(t *testing.T) {
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		l := Listen()
		client, err := l.Dial(context.Background())
		if err != nil {
			return nil, nil, nil, err
		}
		server, err := l.Accept()
		if err != nil {
			return nil, nil, nil, err
		}
		return client, server, func() {
			_ = client.Close()
			_ = server.Close()
			_ = l.Close()
		}, nil
	})
}

// pair is two connected ends, closed at the end of the test.
func pair(t *testing.T) (client, server net.Conn) {
	t.Helper()
	l := Listen()
	client, err := l.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = client.Close()
		_ = server.Close()
		_ = l.Close()
	})
	return client, server
}

func TestBothSidesMayWriteBeforeEitherReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t)
		big := bytes.Repeat([]byte("0123456789abcdef"), 1<<19) // 8 MiB
		for _, end := range []net.Conn{client, server} {
			if n, err := end.Write(big); n != len(big) || err != nil {
				t.Fatalf("wrote %d of %d: %v", n, len(big), err)
			}
		}
		for _, end := range []net.Conn{client, server} {
			got := make([]byte, len(big))
			if _, err := io.ReadFull(end, got); err != nil || !bytes.Equal(got, big) {
				t.Fatalf("read back something else: %v", err)
			}
		}
	})
}

func TestARunawayWriterIsStoppedAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t)
		client.(*conn).out.most = 1000
		_ = client.SetWriteDeadline(time.Now().Add(time.Minute))
		n, err := client.Write(make([]byte, 1001))
		if n != 1000 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("wrote %d: %v", n, err)
		}
		_ = client.SetWriteDeadline(time.Time{})
		done := make(chan error)
		go func() {
			_, err := client.Write([]byte("x"))
			done <- err
		}()
		if _, err := io.CopyN(io.Discard, server, 10); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Errorf("after some was read: %v", err)
		}
	})
}

func TestDeadlinesKeepTheClockOfTheBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t)
		start := time.Now()
		_ = client.SetReadDeadline(start.Add(3 * time.Hour))
		_, err := client.Read(make([]byte, 1))
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("reading past the deadline: %v", err)
		}
		if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
			t.Errorf("%v is not a timeout", err)
		}
		if got := time.Since(start); got != 3*time.Hour {
			t.Errorf("timed out after %s", got)
		}

		// A passed deadline can be lifted, and one that was moved does not fire.
		_ = client.SetReadDeadline(time.Now().Add(time.Second))
		_ = client.SetReadDeadline(time.Now().Add(time.Hour))
		time.AfterFunc(time.Minute, func() { _, _ = server.Write([]byte("x")) })
		if _, err := client.Read(make([]byte, 1)); err != nil {
			t.Errorf("reading after the deadline was moved: %v", err)
		}
		if _, err := client.Read(nil); err != nil {
			t.Errorf("reading nothing: %v", err)
		}
	})
}

func TestWhatWasWrittenBeforeClosingArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t)
		if _, err := client.Write([]byte("last words")); err != nil {
			t.Fatal(err)
		}
		if err := client.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(server)
		if string(got) != "last words" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := server.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("writing to a closed peer: %v", err)
		}
		if err := client.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("closing twice: %v", err)
		}
		if err := client.SetDeadline(time.Now()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a deadline on a closed connection: %v", err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestClosingWakesWhoWaits(t *testing.T) {
	tests := []struct {
		name  string
		close func(client, server net.Conn) error
		want  error
	}{
		{"this end", func(client, _ net.Conn) error { return client.Close() }, net.ErrClosed},
		{"the other end", func(_, server net.Conn) error { return server.Close() }, io.EOF},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := pair(t)
				got := make(chan error)
				go func() {
					_, err := client.Read(make([]byte, 1))
					got <- err
				}()
				synctest.Wait()
				if err := test.close(client, server); err != nil {
					t.Fatal(err)
				}
				if err := <-got; !errors.Is(err, test.want) {
					t.Errorf("the reader got %v, want %v", err, test.want)
				}
			})
		})
	}
}

func TestAClosedListenerRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen()
		left, err := l.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dialling: %v", err)
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("accepting: %v", err)
		}
		if _, err := left.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("reading from a connection nobody accepted: %v", err)
		}
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("closing twice: %v", err)
		}
	})
}

func TestACancelledDialFails(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("changed my mind")
	cancel(reason)
	if _, err := Listen().Dial(ctx); !errors.Is(err, reason) {
		t.Errorf("Dial = %v", err)
	}
}

func TestAddressesTellTheEndsApart(t *testing.T) {
	client, server := pair(t)
	if client.LocalAddr().String() != server.RemoteAddr().String() || client.RemoteAddr().String() != server.LocalAddr().String() {
		t.Errorf("client %s → %s, server %s → %s", client.LocalAddr(), client.RemoteAddr(), server.LocalAddr(), server.RemoteAddr())
	}
	host, port, err := net.SplitHostPort(server.RemoteAddr().String())
	if host != "127.0.0.1" || port == "0" || err != nil {
		t.Errorf("remote address %s, %v", server.RemoteAddr(), err)
	}
}

func TestManyHTTPClientsInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen()
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			time.Sleep(time.Second)
			_, _ = w.Write(body)
		})}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(l) })
		transport := &http.Transport{DialContext: l.DialContext}
		client := &http.Client{Transport: transport, Timeout: time.Minute}

		var asking sync.WaitGroup
		for i := range 50 {
			asking.Go(func() {
				want := bytes.Repeat(fmt.Appendf(nil, "%d,", i), 20_000)
				response, err := client.Post("http://server.example/", "text/plain", bytes.NewReader(want))
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(response.Body)
				_ = response.Body.Close()
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("client %d got %d bytes of %d: %v", i, len(got), len(want), err)
				}
			})
		}
		asking.Wait()
		transport.CloseIdleConnections()
		if err := server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		serving.Wait()
	})
}
