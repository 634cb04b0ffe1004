package signup

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

// addressIn is an address in another shard than Jane's, or in hers.
func addressIn(t tester, b *bench, same bool) mailer.Address {
	t.Helper()
	jane := b.store.Hash(address(t, "jane@example.com")).Shard(shards)
	for n := 0; ; n++ {
		a := address(t, fmt.Sprintf("jane%d@example.org", n))
		if (b.store.Hash(a).Shard(shards) == jane) == same {
			return a
		}
	}
}

// afar is an address in another shard than Jane's.
func afar(t tester, b *bench) mailer.Address { return addressIn(t, b, false) }

// wishToMove asks for a move and returns its id; the letter is forgotten.
func wishToMove(t tester, b *bench, id subscribers.ID, to mailer.Address, now time.Time) string {
	t.Helper()
	must(t, b.Move(t.Context(), id, to, now))
	forget(t, b)
	return stored(t, b, id).Moving.ID
}

// forget drops every letter that is owed.
func forget(t tester, b *bench) {
	t.Helper()
	for shard := range shards {
		for _, kind := range []mailer.Kind{mailer.KindConfirm, mailer.KindAlert} {
			must(t, b.redis.Del(t.Context(), outbox.Key(shard, kind)).Err())
		}
	}
}

// moveHome is somebody from another shard who has moved to Jane's address.
func moveHome(t tester, b *bench) {
	t.Helper()
	s := janes(t, asks("rust"))
	s.Address = afar(t, b)
	sub := confirm(t, b, enrol(t, b, s, start()), start())
	move := wishToMove(t, b, sub.ID, address(t, "jane@example.com"), start())
	confirm(t, b, Enrolled{ID: sub.ID, Proposal: move}, start())
}

// livesAt fails unless exactly this address leads to the subscriber.
func livesAt(t tester, b *bench, id subscribers.ID, at mailer.Address, not ...mailer.Address) {
	t.Helper()
	sub, err := b.find(t.Context(), b.store.Hash(at), start())
	if err != nil || sub.ID != id || sub.Address != at {
		t.Errorf("%s is found as %+v, %v", at, sub, err)
	}
	for _, a := range not {
		if found, err := b.store.Find(t.Context(), b.store.Hash(a)); !errors.Is(err, subscribers.ErrNotFound) {
			t.Errorf("%s still leads to %s, %v", a, found, err)
		}
	}
}

func TestAMoveTakesEverythingAlong(t *testing.T) {
	for name, same := range map[string]bool{"to another shard": false, "within a shard": true} {
		t.Run(name, func(t *testing.T) {
			redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
				b := newBench(client)
				before := active(t, b, "go", "rust")
				forget(t, b)
				old, to, later := before.Address, addressIn(t, b, same), start().Add(time.Hour)
				must(t, b.Move(t.Context(), before.ID, to, start()))
				owes(t, b, mailer.KindMove)
				livesAt(t, b, before.ID, old, to)
				move := wishToMove(t, b, before.ID, to, start().Add(2*time.Minute))
				for range 2 { // the second time changes nothing
					sub := confirm(t, b, Enrolled{ID: before.ID, Proposal: move}, later)
					if sub.Address != to || sub.Recipient(mailer.KindMoved) != old || sub.Moving != nil {
						t.Errorf("now at %s, before at %s, waiting %v", sub.Address, sub.Recipient(mailer.KindMoved), sub.Moving)
					}
				}
				owes(t, b, mailer.KindMoved)
				livesAt(t, b, before.ID, to, old)
				stands(t, b, before.ID, subscribers.StateActive, map[string]string{"1": "go from 100", "2": "rust from 100"})
				want := before.Consent
				want.RenewedAt = later
				if diff := cmp.Diff(want, stored(t, b, before.ID).Consent); diff != "" {
					t.Errorf("the consent changed (-want +got):\n%s", diff)
				}
				// The former address can be somebody's anew, and the new one signs up again as the same person.
				if e := enrol(t, b, janes(t, asks("c")), later); e.ID == before.ID || e.ID == "" {
					t.Errorf("a signup at the former address went to %q", e.ID)
				}
				again := janes(t, asks("java"))
				again.Address = to
				if e := enrol(t, b, again, later); e.ID != before.ID {
					t.Errorf("a signup at the new address went to %q", e.ID)
				}
				if gone, err := b.store.Erase(t.Context(), stored(t, b, before.ID).Subscriber); !gone || err != nil {
					t.Errorf("erased: %v, %v", gone, err)
				}
				if found, err := b.store.Find(t.Context(), b.store.Hash(to)); !errors.Is(err, subscribers.ErrNotFound) {
					t.Errorf("after erasing, the new address leads to %s, %v", found, err)
				}
			})
		})
	}
}

// TestAMoveThatIsCutAnywhere goes on in each of the ways that people could take from there.
func TestAMoveThatIsCutAnywhere(t *testing.T) {
	client := redistest.Embedded(t)
	cutter := &redistest.Cutter{}
	client.AddHook(cutter)
	both := map[string]string{"1": "go from 100", "2": "rust from 100"}
	for name, next := range map[string]func(*testing.T, *bench, Enrolled, mailer.Address){
		"the button is pressed again": func(t *testing.T, b *bench, e Enrolled, to mailer.Address) {
			confirm(t, b, e, start())
			livesAt(t, b, e.ID, to, address(t, "jane@example.com"))
			stands(t, b, e.ID, subscribers.StateActive, both)
			owes(t, b, mailer.KindMoved)
		},
		"somebody signs up at both addresses": func(t *testing.T, b *bench, e Enrolled, to mailer.Address) {
			s := janes(t, asks("java"))
			s.Address = to
			second := enrol(t, b, s, start())
			first := enrol(t, b, janes(t, asks("java")), start())
			sub := stored(t, b, e.ID)
			if sub.Address == to && second.ID != e.ID || sub.Address != to && first.ID != e.ID || first.ID == second.ID {
				t.Errorf("%s is at %s; the former address led to %s, the new one to %s", e.ID, sub.Address, first.ID, second.ID)
			}
			stands(t, b, e.ID, subscribers.StateActive, both)
		},
		"they erase everything": func(t *testing.T, b *bench, e Enrolled, to mailer.Address) {
			_, err := b.store.Erase(t.Context(), stored(t, b, e.ID).Subscriber)
			must(t, err)
			for _, a := range []mailer.Address{to, address(t, "jane@example.com")} {
				s := janes(t, asks("java"))
				s.Address = a
				if done := enrol(t, b, s, start()); done.ID == e.ID {
					t.Errorf("%s still leads to who was erased", a)
				}
			}
		},
		"they leave": func(t *testing.T, b *bench, e Enrolled, _ mailer.Address) {
			must(t, b.Leave(t.Context(), e.ID, "", subscribers.ViaOneClick, start()))
			if sub := stored(t, b, e.ID); sub.State != subscribers.StateLeft || sub.Moving != nil {
				t.Errorf("%s, moving %v", sub.State, sub.Moving)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			redistest.EveryCut(t, func(k int, after bool) bool {
				must(t, client.FlushAll(t.Context()).Err())
				b := newBench(client)
				sub, to := active(t, b, "go", "rust"), afar(t, b)
				e := Enrolled{ID: sub.ID, Proposal: wishToMove(t, b, sub.ID, to, start())}
				cutter.Arm(k, after)
				_, err := b.Confirm(t.Context(), e.ID, e.Proposal, subscribers.ViaButton, start())
				cut := cutter.Disarm()
				if cut && err == nil {
					t.Errorf("cut at command %d (after: %v): success was told", k, after)
				}
				next(t, b, e, to)
				if t.Failed() {
					t.Fatalf("cut at command %d (after: %v)", k, after)
				}
				return cut
			})
		})
	}
}

func TestAnAddressThatHasAlertsTakesInNoOthers(t *testing.T) {
	for name, when := range map[string]string{"known before the wish": "before", "subscribed in between": "between"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			jane, to := active(t, b, "go"), afar(t, b)
			s := janes(t, asks("rust"))
			s.Address = to
			var other *subscribers.Subscriber
			if when == "before" {
				other = confirm(t, b, enrol(t, b, s, start()), start())
			}
			move := wishToMove(t, b, jane.ID, to, start())
			if when == "between" {
				other = confirm(t, b, enrol(t, b, s, start()), start())
			}
			forget(t, b)
			if _, err := b.Confirm(t.Context(), jane.ID, move, subscribers.ViaButton, start()); !errors.Is(err, subscribers.ErrTaken) {
				t.Errorf("confirmed: %v", err)
			}
			owes(t, b, mailer.KindManage)
			livesAt(t, b, jane.ID, jane.Address)
			livesAt(t, b, other.ID, to)
		})
	}
}

func TestAWishToMoveThatMayNotBeMailedIsPassedOverInSilence(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *bench, subscribers.ID){
		"the new address is suppressed": func(t *testing.T, b *bench, _ subscribers.ID) {
			must(t, b.suppress.Add(t.Context(), b.store.Hash(afar(t, b)), suppress.ReasonComplaint, start()))
		},
		"the form was sent twice": func(t *testing.T, b *bench, id subscribers.ID) { wishToMove(t, b, id, afar(t, b), start()) },
		"three were mailed today": func(t *testing.T, b *bench, id subscribers.ID) {
			for n := range 3 {
				wishToMove(t, b, id, afar(t, b), start().Add(time.Duration(n-10)*time.Hour))
			}
		},
		"they moved an hour ago": func(t *testing.T, b *bench, id subscribers.ID) {
			move := wishToMove(t, b, id, addressIn(t, b, true), start().Add(-time.Hour))
			confirm(t, b, Enrolled{ID: id, Proposal: move}, start().Add(-time.Hour))
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			jane := active(t, b, "go")
			prepare(t, b, jane.ID)
			forget(t, b)
			must(t, b.Move(t.Context(), jane.ID, afar(t, b), start()))
			owes(t, b)
		})
	}
}

// TestAWishToMoveAsksRedisTheSameWhoeverHasTheAddress holds the time of answers to one shape.
func TestAWishToMoveAsksRedisTheSameWhoeverHasTheAddress(t *testing.T) {
	client, seen := redistest.Server(t), &recorder{}
	client.AddHook(seen)
	shape := func(know func(*bench, mailer.Address)) []string {
		must(t, client.FlushAll(t.Context()).Err())
		b := newBench(client)
		jane := active(t, b, "go")
		know(b, afar(t, b))
		seen.trips = nil
		must(t, b.Move(t.Context(), jane.ID, afar(t, b), start()))
		return seen.trips
	}
	nobody := func(*bench, mailer.Address) {}
	shape(nobody) // loads the scripts
	want := shape(nobody)
	for name, know := range map[string]func(*bench, mailer.Address){
		"pending or active": func(b *bench, to mailer.Address) {
			s := janes(t, asks("rust"))
			s.Address = to
			confirm(t, b, enrol(t, b, s, start()), start())
		},
		"suppressed": func(b *bench, to mailer.Address) {
			must(t, b.suppress.Add(t.Context(), b.store.Hash(to), suppress.ReasonComplaint, start()))
		},
	} {
		if got := shape(know); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestABounceOfAnotherAddressCostsNobodyTheirAlerts(t *testing.T) {
	hard := func(recipient string, days int) intake.Event {
		return intake.Event{Report: bounce.Report{Verdict: bounce.Hard, Reason: bounce.UserUnknown, Recipient: recipient}, At: start().AddDate(0, 0, days)}
	}
	for _, test := range []struct {
		name  string
		moved bool
		to    func(old, to string) string
		days  int
		state subscribers.State
	}{
		{"the new address was mistyped", false, func(_, to string) string { return to }, 0, subscribers.StateActive},
		{"the address they have dies while they wait", false, func(old, _ string) string { return old }, 0, subscribers.StateLeft},
		{"the former address bounces after the move", true, func(old, _ string) string { return old }, 30, subscribers.StateActive},
		{"the new one bounces after the move", true, func(_, to string) string { return to }, 0, subscribers.StateLeft},
		{"a report that names nobody, soon", true, func(string, string) string { return "" }, 6, subscribers.StateActive},
		{"a report that names nobody, later", true, func(string, string) string { return "" }, 8, subscribers.StateLeft},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			jane, to := active(t, b, "go"), afar(t, b)
			move := wishToMove(t, b, jane.ID, to, start())
			if test.moved {
				confirm(t, b, Enrolled{ID: jane.ID, Proposal: move}, start())
			}
			e := hard(test.to(jane.Address.String(), to.String()), test.days)
			must(t, b.Returned(t.Context(), string(jane.ID), e, e.At))
			if got := stored(t, b, jane.ID).State; got != test.state {
				t.Errorf("state %s, want %s", got, test.state)
			}
		})
	}
}

func TestABounceAfterLeavingIsOfNoHarmUnlessItNamesTheAddress(t *testing.T) {
	for _, test := range []struct {
		name     string
		verdict  bounce.Verdict
		names    bool // the address that they left with
		rejoins  bool
		days     int
		silenced suppress.Reason
	}{
		{"that of a mistyped new address, perhaps", bounce.Hard, false, false, 6, ""},
		{"later than any report about it", bounce.Hard, false, false, 8, suppress.ReasonBounce},
		{"their own", bounce.Hard, true, false, 0, suppress.ReasonBounce},
		{"after signing up anew", bounce.Hard, false, true, 0, suppress.ReasonBounce},
		{"a complaint, perhaps their own", bounce.Complaint, false, false, 0, suppress.ReasonComplaint},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			jane := active(t, b, "go")
			wishToMove(t, b, jane.ID, afar(t, b), start())
			must(t, b.Leave(t.Context(), jane.ID, "", subscribers.ViaManage, start()))
			if test.rejoins {
				enrol(t, b, janes(t, asks("rust")), start())
			}
			e := came(test.verdict, bounce.UserUnknown)
			if e.At = start().AddDate(0, 0, test.days); test.names {
				e.Recipient = jane.Address.String()
			}
			must(t, b.Returned(t.Context(), string(jane.ID), e, e.At))
			if got := suppressedFor(t, b, jane.Address); got != test.silenced {
				t.Errorf("suppressed for %q, want %q", got, test.silenced)
			}
		})
	}
}

func TestAComplaintAboutAMoveIsHeeded(t *testing.T) {
	complaint := func(recipient mailer.Address) intake.Event {
		return intake.Event{Report: bounce.Report{Verdict: bounce.Complaint, Reason: bounce.Abuse, Recipient: recipient.String()}, At: start()}
	}
	b := newBench(redistest.Embedded(t))
	jane, to := active(t, b, "go"), afar(t, b)
	move := wishToMove(t, b, jane.ID, to, start())
	must(t, b.Returned(t.Context(), string(jane.ID), complaint(to), start()))
	if stored(t, b, jane.ID).State != subscribers.StateActive || suppressedFor(t, b, to) != suppress.ReasonComplaint {
		t.Error("a stranger's complaint ended the alerts, or they may be written to again")
	}
	if _, err := b.Confirm(t.Context(), jane.ID, move, subscribers.ViaButton, start()); !errors.Is(err, subscribers.ErrSuppressed) {
		t.Errorf("moved to a suppressed address: %v", err)
	}

	b = newBench(redistest.Embedded(t))
	jane = active(t, b, "go")
	move = wishToMove(t, b, jane.ID, to, start())
	confirm(t, b, Enrolled{ID: jane.ID, Proposal: move}, start())
	must(t, b.Returned(t.Context(), string(jane.ID), complaint(jane.Address), start()))
	if stored(t, b, jane.ID).State != subscribers.StateLeft || suppressedFor(t, b, to) != "" {
		t.Error("a complaint at the former address did not end the alerts, or silenced the new one")
	}
}

func TestWhoseAddressIsSuppressedCanMoveAwayFromIt(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	jane, to := active(t, b, "go"), afar(t, b)
	must(t, b.suppress.Add(t.Context(), b.store.Hash(jane.Address), suppress.ReasonOperator, start()))
	move := wishToMove(t, b, jane.ID, to, start())
	confirm(t, b, Enrolled{ID: jane.ID, Proposal: move}, start())
	livesAt(t, b, jane.ID, to, jane.Address)
}
