package session

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

// told is what the sender of one mail was told.
type told struct {
	outcome mailer.Outcome
	stale   bool
}

// sendAll sends a mail to each of n people over one session at the same time, and says what each was
// told, in the order of their numbers.
func sendAll(t *testing.T, s *Session, n int) []told {
	t.Helper()
	all := make([]told, n)
	var sending sync.WaitGroup
	for i := range all {
		sending.Go(func() {
			outcome, err := s.Send(t.Context(), mailTo(t, person(i)))
			all[i] = told{outcome, errors.Is(err, ErrStale)}
		})
		synctest.Wait() // so that they go in order
	}
	sending.Wait()
	return all
}

func person(i int) string { return fmt.Sprintf("p%d@example.com", i) }

// takenFrom is how often the relay took a mail to each person.
func takenFrom(relay *mailertest.Catcher) map[string]int {
	taken := map[string]int{}
	for _, m := range relay.Mails() {
		taken[m.To[0]]++
	}
	return taken
}

// Whatever goes wrong with one of many mails on a session, nobody is told a lie: who was told that it
// was sent finds it taken, who was told that it was not finds it not taken, and only what broke
// the session touches the others.
func TestAFaultInTheMidstOfManyMails(t *testing.T) {
	const people, victim = 6, 2
	faults := map[string]mailertest.Fault{
		"refused": {Code: 554, Enhanced: "5.6.0"}, "refused for now": {Code: 451}, "closing": {Code: 421, Close: true},
		"closing and staying": {Code: 421}, "hung up on": {Close: true}, "hanging": {Hang: true}, "late": {Delay: 4 * time.Second},
		"out of order": {Code: 503}, "taken and hung up on": {Close: true, Late: true},
	}
	verbs := []mailertest.Verb{mailertest.VerbRcpt, mailertest.VerbData, mailertest.VerbBdat, mailertest.VerbDot}
	for offer, cfg := range offers() {
		for _, verb := range verbs {
			for _, name := range slices.Sorted(maps.Keys(faults)) {
				fault := faults[name]
				t.Run(fmt.Sprintf("%s %s, %s", verb, name, offer), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						n := network(t)
						script := mailertest.At(verb, fault).To(person(victim))
						slow := mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Second}).To(person(0))
						cfg.Script = func(s mailertest.Step) mailertest.Fault {
							if f := script(s); f != (mailertest.Fault{}) {
								return f
							}
							return slow(s) // so that the others are on their way behind it
						}
						relay := catch(t, n, cfg)
						s := dial(t, n.Dial)
						all := sendAll(t, s, people)
						if all[0].outcome.Class != mailer.ClassSent || all[1].outcome.Class != mailer.ClassSent {
							t.Errorf("the mails before it: %+v, %+v", all[0], all[1])
						}
						taken := takenFrom(relay)
						for i, got := range all {
							checkTold(t, i, got, taken[person(i)])
							if !s.Broken() && i != victim && got.outcome.Class != mailer.ClassSent {
								t.Errorf("mail %d met the fault of another: %+v", i, got)
							}
						}
						if strings.HasPrefix(name, "refused") && s.Broken() {
							t.Errorf("a refusal breaks the session: %+v", all[victim])
						}
					})
				})
			}
		}
	}
}

// checkTold compares what a sender was told with what the relay did.
func checkTold(t *testing.T, i int, got told, taken int) {
	t.Helper()
	sent, doubt := got.outcome.Class == mailer.ClassSent, got.outcome.Class == mailer.ClassInDoubt
	switch {
	case taken > 1:
		t.Errorf("mail %d was taken %d times", i, taken)
	case sent && (taken != 1 || got.stale), !sent && !doubt && taken != 0:
		t.Errorf("mail %d was taken %d times, told %+v", i, taken, got)
	}
}

// What has no answer when the connection dies is in doubt as far as it was sent, and no further.
func TestHowManyMailsAreInDoubt(t *testing.T) {
	for offer, test := range map[string]struct {
		cfg    mailertest.Config
		doubts int
	}{
		"in chunks":    {mailertest.Config{Chunking: true}, 6},
		"pipelined":    {mailertest.Config{}, 1},
		"step by step": {mailertest.Config{Hide: []string{"PIPELINING"}}, 1},
	} {
		t.Run(offer, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				test.cfg.Script = mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: time.Second, Close: true})
				catch(t, n, test.cfg)
				doubts, stale := 0, 0
				for _, got := range sendAll(t, dial(t, n.Dial), 6) {
					switch {
					case got.stale:
						stale++
					case got.outcome.Class == mailer.ClassInDoubt:
						doubts++
					}
				}
				if doubts != test.doubts || stale != 6-test.doubts {
					t.Errorf("%d in doubt and %d stale of 6, want %d in doubt", doubts, stale, test.doubts)
				}
			})
		})
	}
}

// A mail that was looked up long ago must be looked up again.
func TestAMailDoesNotWaitLongForThoseBeforeIt(t *testing.T) {
	for offer, cfg := range offers() {
		t.Run(offer, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				cfg.Script = mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: 2 * patience}).To(person(0))
				relay := catch(t, n, cfg)
				all := sendAll(t, dial(t, n.Dial), 3)
				for i := 1; i < len(all); i++ {
					// What was sent at once was sent in time, whenever it is answered.
					if all[i].stale == (cfg.Chunking && cfg.Hide == nil) {
						t.Errorf("mail %d: %+v", i, all[i])
					}
				}
				if got := takenFrom(relay)[person(0)]; got != 1 {
					t.Errorf("the slow mail was taken %d times", got)
				}
			})
		})
	}
}

func TestRoundTripsOfManyMails(t *testing.T) {
	const trip, people = time.Second, 3
	for name, test := range map[string]struct {
		cfg  mailertest.Config
		want time.Duration
	}{
		"step by step": {mailertest.Config{Hide: []string{"PIPELINING"}}, 4 * people * trip},
		"pipelined":    {mailertest.Config{}, (people + 1) * trip},
		"in chunks":    {mailertest.Config{Chunking: true}, trip},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network(t)
				relay := catch(t, n, test.cfg)
				s, err := Dial(t.Context(), plain(), mailertest.Distant(n.Dial, trip))
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				var sending sync.WaitGroup
				for i := range people {
					sending.Go(func() { send(t, s, person(i)) })
				}
				sending.Wait()
				if took := time.Since(start); took != test.want || len(relay.Mails()) != people {
					t.Errorf("%d mails take %s at a round trip of %s, want %s", len(relay.Mails()), took, trip, test.want)
				}
				s.Quit()
				time.Sleep(2 * trip) // until the other side has heard of it
			})
		})
	}
}
