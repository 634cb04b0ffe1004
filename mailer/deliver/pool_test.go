package deliver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
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
		outcome, err := b.Send(t.Context(), func(context.Context) (mailer.Message, error) {
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

func TestAnErrorOfTheComposerIsReturnedAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, "relay", mailertest.Config{})
		b := newBundle(t, n, relayAt("relay"))
		reason := &mailer.Drop{Reason: "unsubscribed"}
		_, err := b.Send(t.Context(), func(context.Context) (mailer.Message, error) { return mailer.Message{}, reason })
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
				outcome, err := b.Send(t.Context(), func(context.Context) (mailer.Message, error) {
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

// sendFor sends a small mail, or gives up after a while.
func (b bundle) sendFor(t *testing.T, patience time.Duration) (mailer.Outcome, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return b.Send(ctx, compose(t, "jane@example.com"))
}

func TestARelayInTroubleIsPaused(t *testing.T) {
	tests := []struct {
		name  string
		verb  mailertest.Verb
		fault mailertest.Fault
		want  mailer.Class
		pause time.Duration
	}{
		{"refuses the sender", mailertest.VerbMail, mailertest.Fault{Code: 550, Enhanced: "5.7.1"}, mailer.ClassPolicy, 30 * time.Second},
		{"refuses at RCPT for policy", mailertest.VerbRcpt, mailertest.Fault{Code: 550, Enhanced: "5.7.1"}, mailer.ClassPolicy, 30 * time.Second},
		{"refuses after the dot for policy", mailertest.VerbDot, mailertest.Fault{Code: 550, Enhanced: "5.7.26"}, mailer.ClassPolicy, 30 * time.Second},
		{"throttles", mailertest.VerbDot, mailertest.Fault{Code: 454, Text: "Throttling failure"}, mailer.ClassRelay, time.Second},
		{"throttles and says for how long", mailertest.VerbMail, mailertest.Fault{Code: 454, Text: "try again in 40 seconds"}, mailer.ClassRelay, 40 * time.Second},
		{"throttles for a day", mailertest.VerbMail, mailertest.Fault{Code: 454, Text: "try again in 24 hours"}, mailer.ClassRelay, 10 * time.Minute},
		{"breaks off", mailertest.VerbRcpt, mailertest.Fault{Close: true}, mailer.ClassNetwork, time.Second},
		{"dies after the dot", mailertest.VerbDot, mailertest.Fault{Close: true}, mailer.ClassInDoubt, time.Second},
		{"makes no sense", mailertest.VerbMail, mailertest.Fault{Code: 503}, mailer.ClassProtocol, time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				catch(t, n, "relay", mailertest.Config{Script: mailertest.At(test.verb, test.fault).Times(1)})
				b := newBundle(t, n, relayAt("relay"))
				if got := b.send(t, "jane@example.com"); got.Class != test.want {
					t.Fatalf("outcome %+v, want %s", got, test.want)
				}
				paused := `jobalert_relay_paused{relay="relay"}`
				if b.metric(t, paused) != 1 {
					t.Error("the pause does not show")
				}
				if strings.Contains(b.log.String(), "level=ERROR") != (test.want == mailer.ClassPolicy) {
					t.Errorf("log %s", b.log)
				}
				start := time.Now()
				if got := b.send(t, "jane@example.com"); got.Class != mailer.ClassSent {
					t.Errorf("after the pause: %+v", got)
				}
				if pause := time.Since(start); pause != test.pause {
					t.Errorf("paused for %s, want %s", pause, test.pause)
				}
				if b.metric(t, paused) != 0 {
					t.Error("the pause still shows")
				}
				if !strings.Contains(b.log.String(), "relay takes mail again") {
					t.Errorf("log %s", b.log)
				}
			})
		})
	}
}

func TestTheRecipientsTroubleDoesNotPauseTheRelay(t *testing.T) {
	for _, fault := range []mailertest.Fault{
		{Code: 550, Enhanced: "5.1.1"}, {Code: 450, Enhanced: "4.2.0"}, {Code: 452, Enhanced: "4.2.2"}, {Code: 554, Enhanced: "5.6.0"},
	} {
		t.Run(fault.Enhanced, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbRcpt, fault)})
				b := newBundle(t, n, relayAt("relay"))
				start := time.Now()
				for range 10 {
					b.send(t, "jane@example.com")
				}
				if time.Since(start) != 0 || b.metric(t, `jobalert_relay_paused{relay="relay"}`) != 0 {
					t.Errorf("it took %s", time.Since(start))
				}
			})
		})
	}
}

func TestPausesGrowUntilAMailIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbMail, mailertest.Fault{Code: 550, Enhanced: "5.7.1"})})
		cfg := relayAt("relay")
		cfg.Cooldown = time.Minute
		b := newBundle(t, n, cfg)
		b.send(t, "jane@example.com")
		for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 32} {
			start := time.Now()
			b.send(t, "jane@example.com")
			if got := time.Since(start); got != want*time.Minute {
				t.Errorf("paused for %s, want %s", got, want*time.Minute)
			}
		}
		relay.SetScript(nil)
		b.send(t, "jane@example.com")
		relay.SetScript(mailertest.At(mailertest.VerbMail, mailertest.Fault{Code: 550, Enhanced: "5.7.1"}))
		b.send(t, "jane@example.com")
		start := time.Now()
		b.send(t, "jane@example.com")
		if got := time.Since(start); got != time.Minute {
			t.Errorf("after a mail was taken: paused for %s", got)
		}
	})
}

// A relay that cannot be reached keeps letters waiting; it never uses up their attempts.
func TestNobodyIsToldOfARelayThatCannotBeReached(t *testing.T) {
	for name, fault := range map[string]mailertest.Fault{
		"busy":     {Code: 421, Text: "too many connections", Close: true},
		"refusing": {Code: 554, Text: "no service", Close: true},
		"gone":     {Close: true},
		"hanging":  {Hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbConnect, fault)})
				b := newBundle(t, n, relayAt("relay"))
				if outcome, err := b.sendFor(t, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Send = %+v, %v", outcome, err)
				}
				tries := relay.Connections()
				if tries < 4 || tries > 150 {
					t.Errorf("%d connections in an hour", tries)
				}
				relay.SetScript(nil)
				if outcome, err := b.sendFor(t, time.Hour); err != nil || outcome.Class != mailer.ClassSent {
					t.Errorf("when it is back: %+v, %v", outcome, err)
				}
			})
		})
	}
}

func TestAfterTroubleOneConnectionLeadsTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		relay := catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbConnect, mailertest.Fault{Delay: 10 * time.Millisecond, Close: true})})
		cfg := relayAt("relay")
		cfg.MaxConnections = 8
		b := newBundle(t, n, cfg)
		var sending sync.WaitGroup
		for i := range 64 {
			sending.Go(func() { b.send(t, fmt.Sprintf("%d@example.com", i)) })
		}
		time.Sleep(100 * time.Millisecond)
		before := relay.Connections()
		time.Sleep(time.Second)
		if tried := relay.Connections() - before; tried != 1 {
			t.Errorf("%d connections tried after the first pause", tried)
		}
		relay.SetScript(mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Second}))
		sending.Wait()
		// 1, 2, 4 and then 8 at a time.
		took := relay.Mails()[63].At.Sub(relay.Mails()[0].At)
		if len(relay.Mails()) != 64 || took != 10*time.Second {
			t.Errorf("%d mails in %s", len(relay.Mails()), took)
		}
	})
}

func TestTheNextRelayStandsIn(t *testing.T) {
	policy := mailertest.Fault{Code: 550, Enhanced: "5.7.1"}
	tests := []struct {
		name   string
		verb   mailertest.Verb
		fault  mailertest.Fault
		want   mailer.Class // of the first mail
		second bool         // the second relay has the first mail
	}{
		{"cannot be reached", mailertest.VerbConnect, mailertest.Fault{Close: true}, mailer.ClassSent, true},
		{"refuses the sender", mailertest.VerbMail, policy, mailer.ClassSent, true},
		{"throttles", mailertest.VerbRcpt, mailertest.Fault{Code: 454}, mailer.ClassSent, true},
		{"breaks off", mailertest.VerbData, mailertest.Fault{Close: true}, mailer.ClassSent, true},
		{"refuses the recipient for policy", mailertest.VerbRcpt, policy, mailer.ClassPolicy, false},
		{"greylists", mailertest.VerbRcpt, mailertest.Fault{Code: 450, Enhanced: "4.2.0"}, mailer.ClassGreylisted, false},
		{"knows no such address", mailertest.VerbRcpt, mailertest.Fault{Code: 550, Enhanced: "5.1.1"}, mailer.ClassDead, false},
		{"leaves the mail in doubt", mailertest.VerbDot, mailertest.Fault{Close: true, Late: true}, mailer.ClassInDoubt, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				first := catch(t, n, "first", mailertest.Config{Script: mailertest.At(test.verb, test.fault)})
				second := catch(t, n, "second", mailertest.Config{})
				b := newBundle(t, n, relayAt("first"), relayAt("second"))
				start := time.Now()
				outcome := b.send(t, "jane@example.com")
				if outcome.Class != test.want || (outcome.Relay == "second") != test.second || time.Since(start) != 0 {
					t.Errorf("after %s: %+v", time.Since(start), outcome)
				}
				if got := len(second.Mails()) == 1; got != test.second {
					t.Errorf("the second relay has the mail: %t", got)
				}
				// When the pause is over the first relay is used again.
				first.SetScript(nil)
				time.Sleep(time.Hour)
				if got := b.send(t, "jane@example.com"); got.Relay != "first" || got.Class != mailer.ClassSent {
					t.Errorf("an hour later: %+v", got)
				}
			})
		})
	}
}

func TestWhenNoRelayTakesAMailTheLastOneIsBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		for i, host := range []string{"first", "second"} {
			catch(t, n, host, mailertest.Config{Script: mailertest.At(mailertest.VerbMail, mailertest.Fault{Code: 450 + i, Text: "later"})})
		}
		b := newBundle(t, n, relayAt("first"), relayAt("second"))
		if got := b.send(t, "jane@example.com"); got.Class != mailer.ClassRelay || got.Relay != "second" || got.Code != 451 {
			t.Errorf("outcome %+v", got)
		}
	})
}

func TestTheContextEndsTheWaiting(t *testing.T) {
	tests := []struct {
		name   string
		script mailertest.Script
		relay  func(*RelayConfig)
	}{
		{"for a connection", mailertest.At(mailertest.VerbConnect, mailertest.Fault{Hang: true}), func(*RelayConfig) {}},
		{"for a pause to end", mailertest.At(mailertest.VerbConnect, mailertest.Fault{Code: 535, Close: true}), func(r *RelayConfig) { r.Cooldown = time.Hour }},
		{"for a place", mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Minute}), func(r *RelayConfig) { r.MaxConnections = 1 }},
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

func TestInDoubtIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbDot, mailertest.Fault{Close: true})})
		b := newBundle(t, n, relayAt("relay"))
		for range 3 {
			b.send(t, "jane@example.com")
		}
		if got := b.metric(t, "jobalert_in_doubt_total"); got != 3 {
			t.Errorf("%g counted", got)
		}
	})
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

func TestTheLogShowsNoAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network(t)
		catch(t, n, "relay", mailertest.Config{Script: mailertest.At(mailertest.VerbRcpt,
			mailertest.Fault{Code: 550, Enhanced: "5.7.1", Text: "mail for jane.doe (jane.doe@example.com) is refused"})})
		b := newBundle(t, n, relayAt("relay"))
		b.send(t, "jane.doe@example.com")
		if log := b.log.String(); strings.Contains(log, "doe") || !strings.Contains(log, "relay is paused") || !strings.Contains(log, "is refused") {
			t.Errorf("log %s", log)
		}
	})
}
