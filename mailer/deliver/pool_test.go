package deliver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

func TestTheMailIsComposedWhenAConnectionStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbConnect, mailertest.Fault{Delay: 20 * time.Second})})
		b := newBundle(t, n, relayAt("relay"))
		start := time.Now()
		outcome, err := b.Send(t.Context(), func(context.Context, Admit) (mailer.Message, error) {
			if took := time.Since(start); took != 20*time.Second || relay.Connections() != 1 {
				t.Errorf("composed after %s with %d connections", took, relay.Connections())
			}
			return mailTo(t, "jane@example.com"), nil
		})
		if err != nil || outcome.Class != mailer.ClassSent {
			t.Errorf("Send = %+v, %v", outcome, err)
		}
	})
}

func TestAMailIsFreedWhenTheRelayHasIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Second})})
		b := newBundle(t, n, relayAt("relay"))
		freed := 0
		outcome, err := b.Send(t.Context(), func(context.Context, func(string) error) (mailer.Message, error) {
			m := mailTo(t, "jane@example.com")
			m.Free = func() { freed++; clear(m.Data) }
			return m, nil
		})
		if err != nil || outcome.Class != mailer.ClassSent || freed != 1 {
			t.Errorf("Send = %+v, %v; freed %d times", outcome, err, freed)
		}
		if got := relay.Mails(); len(got) != 1 || string(got[0].Data) != string(mailTo(t, "jane@example.com").Bytes()) {
			t.Errorf("the relay has %+v", got)
		}
	})
}

func TestAnErrorOfTheComposerIsReturnedAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, "relay", mailertest.Config{})
		b := newBundle(t, n, relayAt("relay"))
		reason := &mailer.Drop{Reason: "unsubscribed"}
		_, err := b.Send(t.Context(), func(context.Context, Admit) (mailer.Message, error) { return mailer.Message{}, reason })
		if err != error(reason) {
			t.Errorf("Send = %v", err)
		}
		b.send(t, "jane@example.com")
		if relay.Connections() != 1 || len(relay.Mails()) != 1 {
			t.Errorf("%d connections, %d mails", relay.Connections(), len(relay.Mails()))
		}
	})
}

// A connection that the relay closed while it was idle is replaced without anybody noticing, and
// the composer looks again.
func TestAClosedIdleConnectionIsReplaced(t *testing.T) {
	faults := map[string]mailertest.Fault{
		"silently":           {Close: true},
		"with a word":        {Code: 421, Text: "idle for too long", Close: true},
		"with a word, later": {Code: 421, Text: "idle for too long"},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, "relay", mailertest.Config{})
				b := newBundle(t, n, relayAt("relay"))
				b.send(t, "first@example.com")
				relay.SetScript(mailertest.At(mailertest.VerbMail, fault).Times(1))
				composed := 0
				outcome, err := b.Send(t.Context(), func(context.Context, Admit) (mailer.Message, error) {
					composed++
					return mailTo(t, "jane@example.com"), nil
				})
				if err != nil || outcome.Class != mailer.ClassSent {
					t.Errorf("Send = %+v, %v", outcome, err)
				}
				if composed != 2 || relay.Connections() != 2 || len(relay.Mails()) != 2 {
					t.Errorf("composed %d times, %d connections, %d mails", composed, relay.Connections(), len(relay.Mails()))
				}
				if got := b.metric(t, `jobalert_delivery_duration_seconds{relay="relay",result="network"}`); got != 0 {
					t.Errorf("%g failures counted", got)
				}
			})
		})
	}
}

func TestConnectionsAreReplacedInTime(t *testing.T) {
	tests := []struct {
		name  string
		relay RelayConfig
		pause time.Duration // between mails
		want  int           // connections for ten mails
	}{
		{"used again", RelayConfig{}, time.Second, 1},
		{"after so many mails", RelayConfig{MaxMessages: 4}, 0, 3},
		{"when they are old", RelayConfig{MaxAge: 25 * time.Second}, 10 * time.Second, 4},
		{"when they were idle", RelayConfig{IdleTimeout: 10 * time.Second}, 11 * time.Second, 10},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				quits := atomic.Int32{}
				relay := catch(t, n, "relay", mailertest.Config{Script: func(s mailertest.Step) mailertest.Fault {
					if s.Verb == mailertest.VerbQuit {
						quits.Add(1)
					}
					return mailertest.Fault{}
				}})
				cfg := test.relay
				cfg.Host, cfg.TLS = "relay", TLSNone
				b := newBundle(t, n, cfg)
				for range 10 {
					b.send(t, "jane@example.com")
					time.Sleep(test.pause)
				}
				if got := relay.Connections(); got != test.want {
					t.Errorf("%d connections, want %d", got, test.want)
				}
				b.Close()
				synctest.Wait()
				if got := int(quits.Load()); got != test.want {
					t.Errorf("%d of %d connections were left with QUIT", got, test.want)
				}
			})
		})
	}
}

func TestNoMoreConnectionsThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Second})})
		cfg := relayAt("relay")
		cfg.MaxConnections = 3
		b := newBundle(t, n, cfg)
		start := time.Now()
		var sending sync.WaitGroup
		for i := range 30 {
			sending.Go(func() { b.send(t, fmt.Sprintf("%d@example.com", i)) })
		}
		sending.Wait()
		if relay.Connections() != 3 || time.Since(start) != 10*time.Second || len(relay.Mails()) != 30 {
			t.Errorf("%d connections, %s, %d mails", relay.Connections(), time.Since(start), len(relay.Mails()))
		}
	})
}

func TestTheRateIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, "relay", mailertest.Config{})
		cfg := relayAt("relay")
		cfg.RatePerSecond = 2
		b := newBundle(t, n, cfg)
		start := time.Now()
		var sending sync.WaitGroup
		for i := range 21 {
			sending.Go(func() { b.send(t, fmt.Sprintf("%d@example.com", i)) })
		}
		sending.Wait()
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("21 mails at 2 a second took %s", took)
		}
		for i, m := range relay.Mails() {
			if at := m.At.Sub(start); at != time.Duration(i)*time.Second/2 {
				t.Errorf("mail %d was sent after %s", i, at)
			}
		}
	})
}

// One number is enough: as many connections are opened as the rate and the relay's slowness ask for.
func TestThePoolSizesItselfToTheRate(t *testing.T) {
	for _, test := range []struct {
		name string
		slow time.Duration
		rate float64
		want int           // connections
		took time.Duration // for 101 mails
	}{
		{"a quick relay", 0, 10, 1, 10 * time.Second},
		{"a slow relay", 950 * time.Millisecond, 10, 10, 11 * time.Second},
		{"a relay that is too slow for it", 4 * time.Second, 10, 20, 24 * time.Second},
		{"no rate", time.Second, 0, 4, 26 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: test.slow})})
				cfg := relayAt("relay")
				cfg.RatePerSecond, cfg.MaxMessages = test.rate, 1000
				b := newBundle(t, n, cfg)
				start := time.Now()
				var sending sync.WaitGroup
				for i := range 101 {
					sending.Go(func() { b.send(t, fmt.Sprintf("%d@example.com", i)) })
				}
				sending.Wait()
				if took := time.Since(start); relay.Connections() != test.want || took.Round(time.Second) != test.took {
					t.Errorf("%d connections, %s; want %d, %s", relay.Connections(), took, test.want, test.took)
				}
			})
		})
	}
}

// sendFor sends a small mail, or gives up after a while.
func (b bundle) sendFor(t *testing.T, patience time.Duration) (mailer.Outcome, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return b.Send(ctx, compose(t, "jane@example.com"))
}

func TestTheContextEndsTheWaiting(t *testing.T) {
	tests := []struct {
		name   string
		script mailertest.Script
		relay  func(*RelayConfig)
	}{
		{"for a connection", mailertest.At(mailertest.VerbConnect, mailertest.Fault{Hang: true}), func(*RelayConfig) {}},
		{"for a pause to end", mailertest.At(mailertest.VerbConnect, mailertest.Fault{Code: 535, Close: true}), func(r *RelayConfig) { r.Cooldown = time.Hour }},
		{"for a place", mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Minute}), func(r *RelayConfig) { r.MaxConnections, r.Window = 1, 1 }},
		{"for the rate", nil, func(r *RelayConfig) { r.RatePerSecond = 0.01 }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, "relay", mailertest.Config{Script: test.script})
				cfg := relayAt("relay")
				test.relay(&cfg)
				b := newBundle(t, n, cfg)
				other, stop := context.WithCancel(t.Context())
				defer stop()
				go func() { _, _ = b.Send(other, compose(t, "other@example.com")) }()
				synctest.Wait()
				start := time.Now()
				outcome, err := b.sendFor(t, 10*time.Second)
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 10*time.Second {
					t.Errorf("Send = %+v, %v after %s", outcome, err, time.Since(start))
				}
				for _, m := range relay.Mails() {
					if m.To[0] == "jane@example.com" {
						t.Error("the mail was sent all the same")
					}
				}
			})
		})
	}
}

func TestAMailUnderWayHasTimeToFinish(t *testing.T) {
	tests := []struct {
		name  string
		verb  mailertest.Verb
		delay time.Duration
		want  mailer.Class // none: an error
		took  time.Duration
	}{
		{"and does", mailertest.VerbDot, 5 * time.Second, mailer.ClassSent, 5 * time.Second},
		{"and does not, behind the dot", mailertest.VerbDot, time.Minute, mailer.ClassInDoubt, 7 * time.Second},
		{"and does not, before the dot", mailertest.VerbRcpt, time.Minute, "", 7 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				catch(t, n, "relay", mailertest.Config{Script: mailertest.At(test.verb, mailertest.Fault{Delay: test.delay})})
				b := newBundle(t, n, relayAt("relay")) // grace: 6 s
				start := time.Now()
				outcome, err := b.sendFor(t, time.Second)
				if time.Since(start) != test.took {
					t.Errorf("Send returned after %s, want %s", time.Since(start), test.took)
				}
				if test.want == "" {
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("Send = %+v, %v", outcome, err)
					}
				} else if err != nil || outcome.Class != test.want {
					t.Errorf("Send = %+v, %v, want %s", outcome, err, test.want)
				}
			})
		})
	}
}

func TestRunClosesWhatIsIdleAndAtTheEndEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		open := atomic.Int32{}
		catch(t, n, "relay", mailertest.Config{Script: func(s mailertest.Step) mailertest.Fault {
			switch s.Verb {
			case mailertest.VerbConnect:
				open.Add(1)
			case mailertest.VerbQuit:
				open.Add(-1)
			}
			return mailertest.Fault{}
		}})
		b := newBundle(t, n, relayAt("relay"))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- b.Run(ctx) }()

		b.send(t, "jane@example.com")
		time.Sleep(20 * time.Second)
		if open.Load() != 1 {
			t.Errorf("%d connections are open within the idle time", open.Load())
		}
		time.Sleep(time.Minute)
		if open.Load() != 0 {
			t.Errorf("%d connections are open a minute after the last mail", open.Load())
		}

		b.send(t, "jane@example.com")
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
		synctest.Wait()
		if open.Load() != 0 {
			t.Errorf("%d connections are open after the end", open.Load())
		}
		b.send(t, "jane@example.com") // one that was late
		synctest.Wait()
		if open.Load() != 0 {
			t.Errorf("%d connections are kept after the end", open.Load())
		}
	})
}

// countingDial counts the connections that are open on our side.
type countingDial struct {
	*mailertest.Network
	open atomic.Int32
}

type countedConn struct {
	net.Conn
	once sync.Once
	open *atomic.Int32
}

func (d *countingDial) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.Network.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.open.Add(1)
	return &countedConn{Conn: c, open: &d.open}, nil
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

func TestNoConnectionIsLeftOpen(t *testing.T) {
	verbs := []mailertest.Verb{
		mailertest.VerbConnect, mailertest.VerbEhlo, mailertest.VerbStartTLS, mailertest.VerbAuth, mailertest.VerbMail,
		mailertest.VerbRcpt, mailertest.VerbData, mailertest.VerbDot, mailertest.VerbQuit,
	}
	for _, verb := range verbs {
		for name, fault := range map[string]mailertest.Fault{"refused": {Code: 554}, "hung up on": {Close: true}, "hanging": {Hang: true}} {
			t.Run(string(verb)+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					d := countingDial{Network: network(t)}
					relay := catch(t, d.Network, "relay", mailertest.Config{TLS: mailertest.StartTLS, Username: "us", Password: "secret", Script: mailertest.At(verb, fault)})
					pool, err := New(Config{Relays: []RelayConfig{{Host: "relay", Username: "us", Password: "secret", RootCAs: relay.RootCAs()}}}, Deps{Dial: d.dial})
					if err != nil {
						t.Fatal(err)
					}
					ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
					defer cancel()
					_, _ = pool.Send(ctx, compose(t, "jane@example.com"))
					pool.Close()
					if got := d.open.Load(); got != 0 {
						t.Errorf("%d connections are left open", got)
					}
				})
			})
		}
	}
}
