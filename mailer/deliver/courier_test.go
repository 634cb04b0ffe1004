package deliver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

// office is a courier at work, and everything around it.
type office struct {
	bundle
	relay    *mailertest.Catcher
	outbox   *fakeOutbox
	composer *fakeComposer
	listener *fakeListener
}

// letters makes n alerts to 0@example.com, 1@example.com…
func letters(n int) []mailer.Letter {
	all := make([]mailer.Letter, n)
	for i := range all {
		name := fmt.Sprint(i)
		all[i] = mailer.Letter{ID: mailer.LetterID(name), Kind: mailer.KindAlert, Subscriber: name + "@example.com", Owed: time.Now(), News: time.Now()}
	}
	return all
}

// open makes an office with a relay and letters that are owed.
func open(t *testing.T, script mailertest.Script, owed ...mailer.Letter) *office {
	t.Helper()
	n := network(t)
	relay := catch(t, n, "relay", mailertest.Config{Script: script})
	return &office{
		bundle: newBundle(t, n, relayAt("relay")), relay: relay, outbox: newFakeOutbox(owed...),
		composer: &fakeComposer{}, listener: &fakeListener{},
	}
}

// start lets a courier work until stop is called.
func (o *office) start(t *testing.T, cfg CourierConfig) (stop func()) {
	t.Helper()
	deps := o.deps()
	deps.Registerer = nil
	return o.startWith(t, cfg, deps)
}

func (o *office) startWith(t *testing.T, cfg CourierConfig, deps Deps) (stop func()) {
	t.Helper()
	return run(t, NewCourier(cfg, o.outbox, o.composer, o.listener, o.Pool, deps))
}

// run lets a courier work until stop is called.
func run(t *testing.T, courier *Courier) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- courier.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
	}
}

// received is how many mails each letter's recipient got.
func (o *office) received() map[string]int {
	got := map[string]int{}
	for _, m := range o.relay.Mails() {
		got[m.To[0]]++
	}
	return got
}

// checkOutbox compares the outbox's counts: ready, in hand, waiting, dead, done.
func (o *office) checkOutbox(t *testing.T, want [5]int) {
	t.Helper()
	if got := o.outbox.counts(); got != want {
		t.Errorf("outbox holds (ready, in hand, waiting, dead, done) %v, want %v", got, want)
	}
}

func TestLettersAreSentAndDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Second}), letters(40)...)
		stop := o.startWith(t, CourierConfig{Workers: 4}, o.deps())
		time.Sleep(10 * time.Second)
		synctest.Wait()
		stop()
		o.checkOutbox(t, [5]int{0, 0, 0, 0, 40})
		if got := o.received(); len(got) != 40 || len(o.relay.Mails()) != 40 {
			t.Errorf("%d mails to %d recipients", len(o.relay.Mails()), len(got))
		}
		if got := o.metric(t, `jobalert_letters_total{kind="alert",result="sent"}`); got != 40 {
			t.Errorf("%g letters counted", got)
		}
		if got := o.metric(t, "jobalert_posting_to_mail_seconds"); got != 40 {
			t.Errorf("%g times from posting to mail measured", got)
		}
		if o.outbox.most > 8 {
			t.Errorf("%d letters were in hand at once, with 4 workers", o.outbox.most)
		}
	})
}

// Whatever the relay does at whatever step, every letter arrives; and twice only those whose answer
// was lost.
func TestNothingIsLostWhateverTheRelayDoes(t *testing.T) {
	steps := []mailertest.Verb{
		mailertest.VerbConnect, mailertest.VerbEhlo, mailertest.VerbMail, mailertest.VerbRcpt, mailertest.VerbData,
		mailertest.VerbDot, mailertest.VerbRset, mailertest.VerbQuit,
	}
	faults := map[string]mailertest.Fault{
		"refuses for now":         {Code: 451, Enhanced: "4.3.0", Text: "later"},
		"greylists":               {Code: 450, Enhanced: "4.2.0", Text: "try again in 300 seconds"},
		"refuses us":              {Code: 550, Enhanced: "5.7.1", Text: "policy"},
		"talks nonsense":          {Code: 503, Enhanced: "5.5.1", Text: "bad sequence"},
		"closes":                  {Code: 421, Text: "bye", Close: true},
		"hangs up":                {Close: true},
		"hangs":                   {Hang: true},
		"is slow":                 {Delay: 4 * time.Minute},
		"takes it and hangs up":   {Close: true, Late: true},
		"takes it and hangs":      {Hang: true, Late: true},
		"takes it and says later": {Code: 451, Text: "later", Late: true},
	}
	const n, harm = 12, 3
	for name, fault := range faults {
		for _, verb := range steps {
			if fault.Late && verb != mailertest.VerbDot {
				continue
			}
			t.Run(name+" at "+string(verb), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := open(t, mailertest.At(verb, fault).Times(harm), letters(n)...)
					stop := o.start(t, CourierConfig{Workers: 3})
					time.Sleep(3 * time.Hour)
					stop()
					o.checkOutbox(t, [5]int{0, 0, 0, 0, n})
					extra := 0
					for _, l := range letters(n) {
						got := o.received()[l.Subscriber]
						if got == 0 {
							t.Errorf("%s got nothing", l.Subscriber)
						}
						extra += got - 1
					}
					if want := map[bool]int{true: harm}[fault.Late]; extra != want {
						t.Errorf("%d mails came twice, want %d", extra, want)
					}
				})
			})
		}
	}
}

func TestWhatBecomesOfALetter(t *testing.T) {
	dead := mailertest.At(mailertest.VerbRcpt, mailertest.Fault{Code: 550, Enhanced: "5.1.1", Text: "nobody"})
	refused := mailertest.At(mailertest.VerbDot, mailertest.Fault{Code: 554, Enhanced: "5.6.0", Text: "no"})
	later := mailertest.At(mailertest.VerbRcpt, mailertest.Fault{Code: 450, Enhanced: "4.2.0", Text: "later"})
	lost := mailertest.At(mailertest.VerbDot, mailertest.Fault{Close: true, Late: true})
	tests := []struct {
		name    string
		script  mailertest.Script
		compose func(mailer.Letter) error
		policy  DoubtPolicy
		within  time.Duration
		result  string
		outbox  [5]int // ready, in hand, waiting, dead, done
		mails   int
		bounced int
	}{
		{name: "sent", within: time.Second, result: "sent", outbox: [5]int{4: 1}, mails: 1},
		{name: "the address is dead", script: dead, within: time.Second, result: "dead", outbox: [5]int{3: 1}, bounced: 1},
		{name: "refused for good", script: refused, within: time.Second, result: "dead", outbox: [5]int{3: 1}},
		{name: "put off", script: later, within: time.Second, result: "deferred", outbox: [5]int{2: 1}},
		{name: "put off and then sent", script: later.Times(3), within: 24 * time.Hour, result: "sent", outbox: [5]int{4: 1}, mails: 1},
		{name: "put off until it is too old", script: later, within: 49 * time.Hour, result: "expired", outbox: [5]int{3: 1}},
		{name: "its mailbox is full to the end", script: mailertest.At(mailertest.VerbRcpt, mailertest.Fault{Code: 452, Enhanced: "4.2.2", Text: "mailbox full"}),
			within: 49 * time.Hour, result: "expired", outbox: [5]int{3: 1}, bounced: 1},
		{name: "in doubt once", script: lost.Times(1), within: time.Hour, result: "sent", outbox: [5]int{4: 1}, mails: 2},
		{name: "in doubt again", script: lost, within: time.Hour, result: "in_doubt", outbox: [5]int{3: 1}, mails: 2},
		{name: "in doubt and not sent again", script: lost, policy: DoubtDrop, within: time.Hour, result: "in_doubt", outbox: [5]int{3: 1}, mails: 1},
		{name: "unsubscribed meanwhile", compose: func(mailer.Letter) error { return &mailer.Drop{Reason: "unsubscribed"} },
			within: time.Second, result: "dropped", outbox: [5]int{4: 1}},
		{name: "cannot be composed", compose: func(mailer.Letter) error { return errors.New("no template") },
			within: time.Second, result: "deferred", outbox: [5]int{2: 1}},
		{name: "cannot be composed for two days", compose: func(mailer.Letter) error { return errors.New("no template") },
			within: 49 * time.Hour, result: "expired", outbox: [5]int{3: 1}},
		{name: "composed at the second try", compose: func(l mailer.Letter) error {
			if l.Attempt == 0 {
				return errors.New("redis is away")
			}
			return nil
		}, within: time.Minute, result: "sent", outbox: [5]int{4: 1}, mails: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				owed := letters(1)
				// Subscribers are named by ids, which the log may show.
				owed[0].Subscriber, owed[0].Proposal = "abcdefghijklm", owed[0].Subscriber
				o := open(t, test.script, owed...)
				o.composer.fail = test.compose
				stop := o.startWith(t, CourierConfig{InDoubt: test.policy}, o.deps())
				time.Sleep(test.within)
				stop()
				o.checkOutbox(t, test.outbox)
				if got := len(o.relay.Mails()); got != test.mails {
					t.Errorf("%d mails, want %d", got, test.mails)
				}
				if got := len(o.listener.bounced); got != test.bounced {
					t.Errorf("%d bounces told, want %d", got, test.bounced)
				}
				if got := o.metric(t, fmt.Sprintf("jobalert_letters_total{kind=%q,result=%q}", "alert", test.result)); got != 1 && test.result != "deferred" {
					t.Errorf("counted %g times as %s", got, test.result)
				}
				if strings.Contains(o.log.String(), "0@example.com") {
					t.Errorf("the log shows an address:\n%s", o.log)
				}
			})
		})
	}
}

func TestOnlyInstantAlertsAreTimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mixed := letters(3)
		mixed[1].Kind = mailer.KindDigest
		mixed[2].News = time.Time{}
		o := open(t, nil, mixed...)
		stop := o.startWith(t, CourierConfig{}, o.deps())
		time.Sleep(time.Second)
		stop()
		if got := o.metric(t, "jobalert_posting_to_mail_seconds"); got != 1 {
			t.Errorf("%g letters timed", got)
		}
	})
}

// The outbox goes away in the middle of everything: nothing is lost, and although the claims go
// stale, nothing is sent twice.
func TestAnOutboxThatIsAwayIsWaitedFor(t *testing.T) {
	for _, op := range []string{"claim", "done", "retry", "bury", "renew", "everything"} {
		t.Run(op, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				script := func(s mailertest.Step) mailertest.Fault {
					switch {
					case s.Verb == mailertest.VerbDot:
						return mailertest.Fault{Delay: time.Second}
					case s.Verb == mailertest.VerbRcpt && s.To == "3@example.com":
						return mailertest.Fault{Code: 550, Enhanced: "5.1.1"}
					}
					return mailertest.Fault{}
				}
				o := open(t, script, letters(20)...)
				greylist := mailertest.At(mailertest.VerbRcpt, mailertest.Fault{Code: 450, Enhanced: "4.2.0"}).To("5@example.com").Times(1)
				o.relay.SetScript(func(s mailertest.Step) mailertest.Fault {
					if f := greylist(s); f != (mailertest.Fault{}) {
						return f
					}
					return script(s)
				})
				stop := o.start(t, CourierConfig{Workers: 3})
				time.Sleep(1500 * time.Millisecond)
				o.outbox.setAway(func(asked string) error {
					if op == asked || op == "everything" {
						return errors.New("connection refused")
					}
					return nil
				})
				time.Sleep(5 * time.Minute)
				o.outbox.setAway(nil)
				time.Sleep(12 * time.Hour)
				stop()
				o.checkOutbox(t, [5]int{3: 1, 4: 19})
				for _, l := range letters(20) {
					want := 1
					if l.Subscriber == "3@example.com" {
						want = 0
					}
					if got := o.received()[l.Subscriber]; got != want {
						t.Errorf("%s got %d mails, want %d", l.Subscriber, got, want)
					}
				}
			})
		})
	}
}

func TestABounceIsToldUntilItIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, mailertest.At(mailertest.VerbRcpt, mailertest.Fault{Code: 550, Enhanced: "5.1.1"}), letters(1)...)
		tries := 0
		o.listener.fail = func() error {
			if tries++; tries < 4 {
				return errors.New("not now")
			}
			return nil
		}
		stop := o.start(t, CourierConfig{})
		time.Sleep(time.Minute)
		stop()
		o.checkOutbox(t, [5]int{3: 1})
		if diff := cmp.Diff([]string{"0@example.com"}, o.listener.bounced); diff != "" {
			t.Errorf("bounced (-want +got):\n%s", diff)
		}
	})
}

func TestAStopFinishesWhatIsUnderWayAndGivesTheRestBack(t *testing.T) {
	tests := []struct {
		name  string
		fault mailertest.Fault
		took  time.Duration
		want  [5]int
	}{
		{"the relay answers in time", mailertest.Fault{Delay: 3 * time.Second}, 2 * time.Second, [5]int{0: 16, 4: 4}},
		{"the relay does not answer", mailertest.Fault{Hang: true, Late: true}, 6 * time.Second, [5]int{0: 16, 2: 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := open(t, mailertest.At(mailertest.VerbDot, test.fault), letters(20)...)
				stop := o.start(t, CourierConfig{Workers: 4})
				time.Sleep(time.Second)
				start := time.Now()
				stop()
				if took := time.Since(start); took != test.took {
					t.Errorf("stopping took %s, want %s", took, test.took)
				}
				o.checkOutbox(t, test.want)
				if test.want[0] > 0 && o.outbox.ready[0].Attempt != 0 {
					t.Error("an attempt was counted for a letter that was not begun")
				}
			})
		})
	}
}

func TestAStopLosesNoClaimThatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, nil, letters(20)...)
		o.outbox.slow = 2 * time.Second
		stop := o.start(t, CourierConfig{Workers: 4})
		time.Sleep(time.Second)
		stop()
		o.checkOutbox(t, [5]int{0: 20})
	})
}

func TestAStopDoesNotWaitForAPausedRelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, mailertest.At(mailertest.VerbConnect, mailertest.Fault{Code: 554, Close: true}), letters(20)...)
		stop := o.start(t, CourierConfig{Workers: 4})
		time.Sleep(time.Hour)
		start := time.Now()
		stop()
		if took := time.Since(start); took != 0 {
			t.Errorf("stopping took %s", took)
		}
		o.checkOutbox(t, [5]int{0: 20})
		if got := o.outbox.attempts(); got != 0 {
			t.Errorf("%d attempts were counted while the relay could not be reached", got)
		}
	})
}

func TestAStopDoesNotWaitForeverForTheOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, nil, letters(20)...)
		o.outbox.setAway(func(op string) error {
			if op == "claim" {
				return nil
			}
			return errors.New("connection refused")
		})
		stop := o.start(t, CourierConfig{Workers: 4})
		time.Sleep(time.Second)
		start := time.Now()
		stop()
		if took := time.Since(start); took != lastCall {
			t.Errorf("stopping took %s", took)
		}
		if !strings.Contains(o.log.String(), "could not be settled and will be met again") {
			t.Errorf("the log does not say so:\n%s", o.log)
		}
		// Another courier meets the letters again: those four were sent, and are sent twice.
		o.outbox.setAway(nil)
		stop = o.start(t, CourierConfig{Workers: 4})
		time.Sleep(time.Minute)
		stop()
		o.checkOutbox(t, [5]int{4: 20})
		if got := len(o.relay.Mails()); got != 24 {
			t.Errorf("%d mails, want 24", got)
		}
	})
}

// A courier that dies at any moment leaves at most one mail for each worker that is sent twice.
func TestACrashRepeatsAtMostOneMailForEachWorker(t *testing.T) {
	for _, at := range []time.Duration{0, 500 * time.Millisecond, time.Second, 1500 * time.Millisecond, 3 * time.Second} {
		t.Run(at.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := open(t, mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Second, Late: true}), letters(30)...)
				died := o.outbox
				dying := &office{bundle: o.bundle, relay: o.relay, outbox: died, composer: o.composer, listener: o.listener}
				courier := NewCourier(CourierConfig{Workers: 3}, mortal{died, time.Now().Add(at)}, o.composer, o.listener, o.Pool, Deps{})
				ctx, kill := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- courier.Run(ctx) }()
				time.Sleep(at)
				kill()
				<-ended

				stop := dying.start(t, CourierConfig{Workers: 3})
				time.Sleep(10 * time.Minute)
				stop()
				o.checkOutbox(t, [5]int{4: 30})
				if extra := len(o.relay.Mails()) - 30; extra < 0 || extra > 3 || len(o.received()) != 30 {
					t.Errorf("%d mails to %d of 30 recipients", len(o.relay.Mails()), len(o.received()))
				}
			})
		})
	}
}

// mortal is an outbox that hears nothing more from a courier once it is dead.
type mortal struct {
	*fakeOutbox
	until time.Time
}

func (m mortal) dead() error {
	if time.Now().Before(m.until) {
		return nil
	}
	return errors.New("nobody is there to say so")
}

func (m mortal) Done(ctx context.Context, c mailer.Claim, result string) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.fakeOutbox.Done(ctx, c, result)
}

func (m mortal) Release(ctx context.Context, c mailer.Claim) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.fakeOutbox.Release(ctx, c)
}

func (m mortal) Claim(ctx context.Context, limit int) ([]mailer.Claim, error) {
	if err := m.dead(); err != nil {
		return nil, err
	}
	return m.fakeOutbox.Claim(ctx, limit)
}

// While a relay is away a courier holds its letters for long. Another must not take them over.
func TestLettersInHandAreNotTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: 9 * time.Minute}), letters(6)...)
		var stops []func()
		for range 3 {
			stops = append(stops, o.start(t, CourierConfig{Workers: 2}))
		}
		time.Sleep(time.Hour)
		for _, stop := range stops {
			stop()
		}
		o.checkOutbox(t, [5]int{4: 6})
		if got := len(o.relay.Mails()); got != 6 {
			t.Errorf("%d mails for 6 letters", got)
		}
	})
}
