package deliver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

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
