package deliver

import (
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
)

// What several couriers had in hand when they died is more than one courier takes in hand at a time.
func TestACourierTakesOverWhatManyHadInHandAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const shards, workers, dead, each = 16, 2, 5, 4
		o, client := open(t, mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: 100 * time.Millisecond})), redistest.Bubble(t)
		owe := func(from, n int) {
			t.Helper()
			box := outbox.New(outbox.Config{Shards: shards}, client)
			for i := from; i < from+n; i++ {
				name := strconv.Itoa(i)
				err := box.Put(t.Context(), i%shards, mailer.Letter{ID: mailer.LetterID(name), Kind: mailer.KindAlert, Subscriber: name + "@example.com", Owed: time.Now()})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		owe(0, dead*each)
		for range dead {
			claims, err := outbox.New(outbox.Config{Shards: shards}, client).Claim(t.Context(), each)
			if err != nil || len(claims) != each {
				t.Fatalf("claimed %d letters, want %d: %v", len(claims), each, err)
			}
		}
		stop := run(t, NewCourier(CourierConfig{Workers: workers}, outbox.New(outbox.Config{Shards: shards}, client), o.composer, o.listener, o.Pool, Deps{}))
		defer stop()
		time.Sleep(30 * time.Second)
		if got := len(o.received()); got != dead*each {
			t.Errorf("30 s after couriers died %d of the %d letters that they held are sent", got, dead*each)
		}
		owe(dead*each, 3*each)
		time.Sleep(30 * time.Second)
		if got := len(o.received()); got != (dead+3)*each {
			t.Errorf("and of those that came later %d letters are sent, want %d", got, (dead+3)*each)
		}
		if got := len(o.relay.Mails()); got != (dead+3)*each {
			t.Errorf("%d mails for %d letters", got, (dead+3)*each)
		}
	})
}

// A relay that takes its time and a Redis that is away for a moment must not cost a courier its claims.
func TestClaimsThatCouldNotBeRenewedAreRenewedSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, mailertest.At(mailertest.VerbDot, mailertest.Fault{Delay: 5 * time.Minute}), letters(2)...)
		begun := time.Now()
		o.outbox.setAway(func(op string) error {
			if since := time.Since(begun) % fakeStale; op == "renew" && since > 4*time.Second && since < 18*time.Second {
				return errors.New("away")
			}
			return nil
		})
		for range 2 {
			defer o.start(t, CourierConfig{Workers: 1})()
		}
		time.Sleep(20 * time.Minute)
		if got := len(o.relay.Mails()); got != 2 {
			t.Errorf("%d mails for 2 letters", got)
		}
	})
}

// The outbox and the people of one shard are away, as while a master of a Cluster is being replaced. Letters of it
// that are in hand fill every place there is.
func TestLettersOfOneShardThatIsAwayKeepNoWorkerFromTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const shards, workers = 2, 3
		o, client, away := open(t, nil), redistest.Bubble(t), &redistest.Away{}
		client.AddHook(away)
		var gone atomic.Bool
		o.composer.fail = func(l mailer.Letter) error {
			if gone.Load() && strings.HasPrefix(l.Subscriber, "one") {
				return errors.New("connection refused")
			}
			return nil
		}
		box := outbox.New(outbox.Config{Shards: shards}, client)
		owe := func(shard int, who string) {
			t.Helper()
			if err := box.Put(t.Context(), shard, mailer.Letter{ID: mailer.LetterID(who), Kind: mailer.KindAlert, Subscriber: who + "@example.com", Owed: time.Now()}); err != nil {
				t.Fatal(err)
			}
			box.Ring(shard)
		}
		for i := range 2 * workers {
			owe(1, "one"+strconv.Itoa(i))
		}
		o.relay.SetScript(mailertest.At(mailertest.VerbConnect, mailertest.Fault{Delay: time.Second})) // they are in hand and not composed
		defer run(t, NewCourier(CourierConfig{Workers: workers}, box, o.composer, o.listener, o.Pool, Deps{}))()
		time.Sleep(100 * time.Millisecond)
		gone.Store(true)
		away.Set("{s1}")
		time.Sleep(time.Minute)
		sent := func(prefix string) (n int) {
			for to := range o.received() {
				if strings.HasPrefix(to, prefix) {
					n++
				}
			}
			return n
		}
		before := sent("one")
		if before > 0 {
			t.Fatalf("%d of the letters in hand were sent: nothing was tried", before)
		}
		for i := range 4 * workers {
			owe(0, "zero"+strconv.Itoa(i))
		}
		time.Sleep(30 * time.Second)
		if got := sent("zero"); got != 4*workers {
			t.Errorf("while a shard was away %d letters of the other were sent, want %d", got, 4*workers)
		}
		gone.Store(false)
		away.Set()
		time.Sleep(2 * time.Minute)
		if got := sent("one"); got != 2*workers {
			t.Errorf("after it was back %d letters of it are sent, want %d", got, 2*workers)
		}
		if got := len(o.relay.Mails()); got != 6*workers {
			t.Errorf("%d mails for %d letters", got, 6*workers)
		}
		if s, err := box.Stats(t.Context(), time.Now()); err != nil || s.InHand+s.Ready+s.Waiting+s.Dead != 0 {
			t.Errorf("the outbox holds %+v, %v", s, err)
		}
	})
}
