package signup

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

const shards = 4

// start is a Monday morning.
func start() time.Time { return time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC) }

// offer is the postings there are: the newest has the number head.
type offer struct {
	head    alerts.Seq
	samples []string
	busy    bool // a posting comes in whenever somebody looks for samples, and is the best of them
}

func (o *offer) Head(context.Context) (alerts.Seq, error) { return o.head, nil }

func (o *offer) Samples(_ context.Context, filters []alerts.Filter, n int) ([]string, error) {
	if len(filters) == 0 {
		return nil, nil
	}
	if o.busy {
		o.head++
	}
	return o.samples[:min(n, len(o.samples))], nil
}

// tester is what the helpers need of a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// bench is a desk with what lies around it.
type bench struct {
	*Desk
	redis redis.UniversalClient
	offer *offer
}

func newBench(client redis.UniversalClient) *bench {
	o := &offer{head: 100, samples: []string{"job:a", "job:b", "job:c", "job:d"}}
	s := store.New(client, shards, mailer.NewHasher([]byte("a key for tests")), nil)
	return &bench{Desk: New(s, suppress.New(client, shards, nil), o), redis: client, offer: o}
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func address(t tester, text string) mailer.Address {
	t.Helper()
	a, err := mailer.ParseAddress(text)
	must(t, err)
	return a
}

// asks is an alert that asks for a word.
func asks(word string) subscribers.Alert {
	return subscribers.Alert{Name: "jobs with " + word, Cadence: alerts.Cadence{Every: alerts.EveryInstant}, Filter: alerts.Filter{Query: word}}
}

func janes(t tester, wanted ...subscribers.Alert) subscribers.Signup {
	return subscribers.Signup{
		Address: address(t, "jane@example.com"), Locale: "en", Zone: "Europe/Berlin", Alerts: wanted,
		Consent: subscribers.Consent{TextVersion: "2027-01", Source: "jobs.example.com", IPHash: "h"},
	}
}

func enrol(t tester, b *bench, s subscribers.Signup, now time.Time) Enrolled {
	t.Helper()
	done, err := b.Enrol(t.Context(), s, now)
	must(t, err)
	return done
}

func confirm(t tester, b *bench, e Enrolled, now time.Time) *subscribers.Subscriber {
	t.Helper()
	sub, err := b.Confirm(t.Context(), e.ID, e.Proposal, subscribers.ViaButton, now)
	must(t, err)
	return sub
}

// active is Jane, with a confirmed alert for each word. Her letters are forgotten.
func active(t tester, b *bench, words ...string) *subscribers.Subscriber {
	t.Helper()
	var wanted []subscribers.Alert
	for _, word := range words {
		wanted = append(wanted, asks(word))
	}
	sub := confirm(t, b, enrol(t, b, janes(t, wanted...), start()), start())
	must(t, b.redis.Del(t.Context(), outbox.Key(sub.ID.Shard(shards), mailer.KindWelcome)).Err())
	return sub
}

// letters is what the outboxes owe to those who have just done something.
func letters(t tester, b *bench) []mailer.Letter {
	t.Helper()
	return inLane(t, b, mailer.KindConfirm)
}

// inLane is what the outboxes owe where letters of the kind stand.
func inLane(t tester, b *bench, kind mailer.Kind) []mailer.Letter {
	t.Helper()
	pipe := b.redis.Pipeline()
	var streams []*redis.XMessageSliceCmd
	for shard := range shards {
		streams = append(streams, pipe.XRange(t.Context(), outbox.Key(shard, kind), "-", "+"))
	}
	_, err := pipe.Exec(t.Context())
	must(t, err)
	var all []mailer.Letter
	for _, stream := range streams {
		for _, entry := range stream.Val() {
			l, err := outbox.Decode(entry.Values["letter"].(string))
			must(t, err)
			all = append(all, l)
		}
	}
	return all
}

// owes checks which kinds of letters are owed, in order.
func owes(t tester, b *bench, want ...mailer.Kind) {
	t.Helper()
	var kinds []mailer.Kind
	for _, l := range letters(t, b) {
		kinds = append(kinds, l.Kind)
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("owed letters: %v, want %v", kinds, want)
	}
}

func stored(t tester, b *bench, id subscribers.ID) store.Stored {
	t.Helper()
	s, err := b.store.GetStored(t.Context(), id)
	must(t, err)
	return s
}

// stands checks a subscriber's state, and the queries of the alerts with their cursors by id.
func stands(t tester, b *bench, id subscribers.ID, state subscribers.State, want map[string]string) {
	t.Helper()
	s := stored(t, b, id)
	if s.State != state {
		t.Errorf("state = %s, want %s", s.State, state)
	}
	got := map[string]string{}
	for _, a := range s.Alerts {
		got[a.ID] = a.Filter.Query + " from " + strconv.FormatUint(uint64(s.Cursor(a.ID)), 10)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	if len(s.Cursors()) != len(s.Alerts) {
		t.Errorf("%d cursors for %d alerts: %v", len(s.Cursors()), len(s.Alerts), s.Cursors())
	}
}

func TestASignupWaitsForConfirmation(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		done := enrol(t, b, janes(t, asks("go")), start())
		stands(t, b, done.ID, subscribers.StatePending, map[string]string{})
		want := mailer.Letter{
			ID:   mailer.LetterID("confirm", string(done.ID), done.Proposal),
			Kind: mailer.KindConfirm, Subscriber: string(done.ID), Proposal: done.Proposal, Owed: start(),
		}
		if diff := cmp.Diff([]mailer.Letter{want}, letters(t, b)); diff != "" {
			t.Errorf("letters (-want +got):\n%s", diff)
		}
		b.offer.head = 200
		sub := confirm(t, b, done, start().Add(time.Hour))
		stands(t, b, done.ID, subscribers.StateActive, map[string]string{"1": "go from 200"})
		consent := subscribers.Consent{
			TextVersion: "2027-01", Source: "jobs.example.com", IPHash: "h", At: start(),
			ConfirmedAt: start().Add(time.Hour), Via: subscribers.ViaButton,
		}
		if diff := cmp.Diff(consent, sub.Consent); diff != "" {
			t.Errorf("proof of consent (-want +got):\n%s", diff)
		}
		owed := letters(t, b)
		owes(t, b, mailer.KindConfirm, mailer.KindWelcome)
		if diff := cmp.Diff([]string{"job:a", "job:b", "job:c"}, owed[len(owed)-1].Postings); diff != "" {
			t.Errorf("samples in the welcome mail (-want +got):\n%s", diff)
		}
	})
}

func TestASampleOfTheWelcomeMailIsNotToldAgain(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	b.offer.busy = true
	sub := confirm(t, b, enrol(t, b, janes(t, asks("go")), start()), start())
	stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 101"})
}

func TestAFaultySignupIsRefusedWithEveryFault(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	_, err := b.Enrol(t.Context(), subscribers.Signup{Address: address(t, "jane@example.com"), Zone: "Mars"}, start())
	if faults, ok := errors.AsType[alerts.FieldErrors](err); !ok || len(faults) != 2 {
		t.Errorf("error = %v, want two field errors", err)
	}
	owes(t, b)
}

func TestWhoSignsUpAgainGetsAMailForEachNewWish(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		first := enrol(t, b, janes(t, asks("go")), start())
		if again := enrol(t, b, janes(t, asks("go")), start().Add(59*time.Second)); again != first {
			t.Errorf("the form sent twice: %v, want %v", again, first)
		}
		owes(t, b, mailer.KindConfirm)
		elsewhere := janes(t, asks("go"))
		elsewhere.Zone = "Asia/Tokyo"
		second := enrol(t, b, elsewhere, start().Add(59*time.Second))
		if second.ID != first.ID || second.Proposal == first.Proposal {
			t.Errorf("the same with another zone: %v after %v, want another proposal of the same person", second, first)
		}
		third := enrol(t, b, janes(t, asks("rust")), start().Add(59*time.Second))
		owes(t, b, mailer.KindConfirm, mailer.KindConfirm, mailer.KindConfirm)
		for _, replaced := range []Enrolled{first, second} {
			if _, err := b.Confirm(t.Context(), replaced.ID, replaced.Proposal, subscribers.ViaButton, start().Add(time.Hour)); !errors.Is(err, subscribers.ErrExpired) {
				t.Errorf("confirming a proposal that was replaced: %v, want ErrExpired", err)
			}
		}
		confirm(t, b, third, start().Add(time.Hour))
		stands(t, b, third.ID, subscribers.StateActive, map[string]string{"1": "rust from 100"})
	})
}

func TestAMailboxIsNotFloodedWithConfirmationMails(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	var last Enrolled
	for n := range 12 {
		last = enrol(t, b, janes(t, asks("word"+strconv.Itoa(n))), start().Add(time.Duration(n)*time.Hour))
	}
	if n := len(letters(t, b)); n != 5 {
		t.Errorf("%d mails in a day, want 5", n)
	}
	// What the last of the five mails says can be confirmed.
	confirm(t, b, last, start().Add(13*time.Hour))
	stands(t, b, last.ID, subscribers.StateActive, map[string]string{"1": "word4 from 100"})

	b = newBench(redistest.Embedded(t))
	for n := range 12 {
		enrol(t, b, janes(t, asks("word"+strconv.Itoa(n))), start().Add(time.Duration(n)*8*time.Hour))
	}
	if n := len(letters(t, b)); n != 12 {
		t.Errorf("%d mails for 12 signups at three a day, want 12", n)
	}
}

func TestASignupForSomebodyKnownChangesNothingUntilItIsConfirmed(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		sub := active(t, b, "go")
		b.offer.head = 200
		s := janes(t, asks("rust"), asks("go"))
		s.Zone, s.Locale = "Asia/Tokyo", "de"
		done := enrol(t, b, s, start().Add(time.Hour))
		if done.ID != sub.ID {
			t.Errorf("a second record %s was made beside %s", done.ID, sub.ID)
		}
		stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 100"})
		if now := stored(t, b, sub.ID); now.Zone != "Europe/Berlin" || now.Locale != "en" || now.Consent.Via != subscribers.ViaButton {
			t.Errorf("an unconfirmed signup changed zone, locale or consent: %+v", now.Subscriber)
		}
		owes(t, b, mailer.KindConfirm)
		confirm(t, b, done, start().Add(2*time.Hour))
		// The alert that was there keeps its place; the one asked for again is not doubled.
		stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 100", "2": "rust from 200"})
		owes(t, b, mailer.KindConfirm, mailer.KindWelcome)
		if samples := letters(t, b)[1].Postings; len(samples) != 0 {
			t.Errorf("the welcome mail shows %v, which the other alert may tell of too", samples)
		}
	})
}

func TestASuppressedAddressIsAnsweredAlikeAndGetsNothing(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		must(t, b.suppress.Add(t.Context(), b.store.Hash(address(t, "jane@example.com")), suppress.ReasonComplaint, start()))
		if done := enrol(t, b, janes(t, asks("go")), start()); done != (Enrolled{}) {
			t.Errorf("Enrol = %v, want nothing done", done)
		}
		owes(t, b)
		if _, err := b.store.Find(t.Context(), b.store.Hash(address(t, "jane@example.com"))); !errors.Is(err, subscribers.ErrNotFound) {
			t.Errorf("a record was made: %v", err)
		}
	})
}

func TestConfirmingAgainChangesNothing(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		done := enrol(t, b, janes(t, asks("go")), start())
		first := confirm(t, b, done, start().Add(time.Hour))
		b.offer.head = 200
		second := confirm(t, b, done, start().Add(30*24*time.Hour))
		if diff := cmp.Diff(first, second, cmp.AllowUnexported(mailer.Address{})); diff != "" {
			t.Errorf("the second time (-first +second):\n%s", diff)
		}
		stands(t, b, done.ID, subscribers.StateActive, map[string]string{"1": "go from 100"})
		owes(t, b, mailer.KindConfirm, mailer.KindWelcome)
	})
}

func TestASignupExpiresAfterAWeek(t *testing.T) {
	const week = 7 * 24 * time.Hour
	for _, test := range []struct {
		name  string
		after time.Duration
		want  error
	}{
		{"at its last moment", week, nil},
		{"a second later", week + time.Second, subscribers.ErrExpired},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			done := enrol(t, b, janes(t, asks("go")), start())
			if _, err := b.Confirm(t.Context(), done.ID, done.Proposal, subscribers.ViaButton, start().Add(test.after)); !errors.Is(err, test.want) {
				t.Errorf("error = %v, want %v", err, test.want)
			}
		})
	}
	b := newBench(redistest.Embedded(t))
	nobody := subscribers.NewID(mailer.AddressHash{})
	if _, err := b.Confirm(t.Context(), nobody, "p", subscribers.ViaButton, start()); !errors.Is(err, subscribers.ErrNotFound) {
		t.Errorf("nobody's signup: %v, want ErrNotFound", err)
	}
}

func TestWhoComesBackBeginsAnew(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		sub := active(t, b, "go", "rust")
		confirmed := sub.Confirmed
		must(t, b.Leave(t.Context(), sub.ID, "", subscribers.ViaOneClick, start()))
		b.offer.head = 300
		done := enrol(t, b, janes(t, asks("java")), start().Add(time.Hour))
		if got := stored(t, b, sub.ID).State; got != subscribers.StateLeft {
			t.Errorf("the signup alone made the person %s", got)
		}
		if _, err := b.Confirm(t.Context(), sub.ID, confirmed, subscribers.ViaButton, start().Add(time.Hour)); !errors.Is(err, subscribers.ErrExpired) {
			t.Errorf("the link of the first signup after leaving: %v, want ErrExpired", err)
		}
		confirm(t, b, done, start().Add(2*time.Hour))
		stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"3": "java from 300"})
	})
}

func TestASignupWhilePausedEndsThePauseWithoutTheBacklog(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go")
	pause(t, b, sub.ID, true, start().Add(24*time.Hour))
	b.offer.head = 300
	confirm(t, b, enrol(t, b, janes(t, asks("rust")), start().Add(time.Hour)), start().Add(time.Hour))
	stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 300", "2": "rust from 300"})
	if until := stored(t, b, sub.ID).PausedUntil; !until.IsZero() {
		t.Errorf("the pause that is over still ends at %s", until)
	}
}

func TestNobodyGetsMoreAlertsThanOneMayHave(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	var words []string
	for n := range subscribers.MaxAlerts - 1 {
		words = append(words, "word"+strconv.Itoa(n))
	}
	sub := active(t, b, words...)
	before := stored(t, b, sub.ID)
	done := enrol(t, b, janes(t, asks("go"), asks("rust")), start().Add(time.Hour))
	_, err := b.Confirm(t.Context(), sub.ID, done.Proposal, subscribers.ViaButton, start().Add(time.Hour))
	if faults, ok := errors.AsType[alerts.FieldErrors](err); !ok || faults[0].Field != "alerts" {
		t.Errorf("error = %v, want a fault of alerts", err)
	}
	if after := stored(t, b, sub.ID); len(after.Alerts) != len(before.Alerts) {
		t.Errorf("%d alerts became %d", len(before.Alerts), len(after.Alerts))
	}
	// Once there is room, the same link works.
	must(t, b.Leave(t.Context(), sub.ID, "1", subscribers.ViaManage, start().Add(2*time.Hour)))
	if sub := confirm(t, b, done, start().Add(3*time.Hour)); len(sub.Alerts) != subscribers.MaxAlerts {
		t.Errorf("%d alerts, want %d", len(sub.Alerts), subscribers.MaxAlerts)
	}
}
