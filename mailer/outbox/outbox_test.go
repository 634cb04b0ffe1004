package outbox

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
)

// patient never sweeps by itself once it has swept, and finds no claim stale.
func patient() Config { return Config{Shards: 4, Stale: time.Hour, Sweep: time.Hour} }

// eager is an outbox that sweeps at every claim and finds every claim stale at once.
func eager(client redis.UniversalClient) *Outbox {
	o := New(patient(), client)
	o.cfg.Stale, o.cfg.Sweep = 0, 0
	return o
}

func letter(n int) mailer.Letter {
	return mailer.Letter{ID: "letter" + strconv.Itoa(n), Kind: mailer.KindAlert, Subscriber: "somebody", Owed: time.Unix(1_800_000_000, 0).UTC()}
}

func owe(t *testing.T, o *Outbox, shard, n int) {
	t.Helper()
	if err := o.Put(t.Context(), shard, letter(n)); err != nil {
		t.Fatal(err)
	}
	o.Ring(shard)
}

func claim(t *testing.T, o *Outbox, limit int) []mailer.Claim {
	t.Helper()
	claims, err := o.Claim(t.Context(), limit)
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func stats(t *testing.T, o *Outbox) Stats {
	t.Helper()
	s, err := o.Stats(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.Oldest = 0
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestALetterIsClaimedOnceAndForgottenWhenDone(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		one, other := New(patient(), client), New(patient(), client)
		owe(t, one, 2, 1)
		claims := claim(t, one, 10)
		if len(claims) != 1 {
			t.Fatalf("claimed %d letters, want 1", len(claims))
		}
		if diff := cmp.Diff(letter(1), claims[0].Letter); diff != "" {
			t.Errorf("the letter has changed on its way (-want +got):\n%s", diff)
		}
		if more := claim(t, other, 10); len(more) != 0 {
			t.Errorf("another replica claimed it too: %v", more)
		}
		must(t, one.Done(t.Context(), claims[0], "sent"))
		must(t, one.Done(t.Context(), claims[0], "sent")) // said again after a lost reply
		if got := stats(t, one); got != (Stats{}) {
			t.Errorf("left behind: %+v", got)
		}
		recent, err := one.Recent(t.Context(), 10)
		must(t, err)
		if len(recent) != 1 || recent[0].Reason != "sent" {
			t.Errorf("recent letters = %+v, want the one that was sent, once", recent)
		}
	})
}

func TestALimitedClaimLeavesTheRestToBeClaimed(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		for n := range 23 {
			owe(t, o, n%4, n)
		}
		seen := map[string]bool{}
		for range 30 {
			claims := claim(t, o, 3)
			if len(claims) > 3 {
				t.Fatalf("claimed %d letters, asked for 3", len(claims))
			}
			for _, c := range claims {
				if seen[c.Letter.ID] {
					t.Errorf("letter %s was claimed twice", c.Letter.ID)
				}
				seen[c.Letter.ID] = true
			}
		}
		if len(seen) != 23 {
			t.Errorf("claimed %d of 23 letters", len(seen))
		}
	})
}

func TestAStaleClaimIsTakenOverAndARenewedOneIsNot(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		owe(t, New(patient(), client), 0, 1)
		crashed := New(patient(), client)
		claims := claim(t, crashed, 10)
		must(t, crashed.Renew(t.Context(), claims))
		if taken := claim(t, New(patient(), client), 10); len(taken) != 0 {
			t.Error("a fresh claim was taken over")
		}
		taken := claim(t, eager(client), 10)
		if len(taken) != 1 || taken[0].Letter.ID != "letter1" {
			t.Fatalf("the stale claim was not taken over: %v", taken)
		}
		must(t, New(patient(), client).Done(t.Context(), taken[0], "sent"))
		if got := stats(t, crashed); got != (Stats{}) {
			t.Errorf("left behind: %+v", got)
		}
	})
}

func TestALetterPutOffComesBackWhenItsTimeHasCome(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		owe(t, o, 3, 1)
		claims := claim(t, o, 1)
		must(t, o.Retry(t.Context(), claims[0], time.Now().Add(time.Hour), mailer.Outcome{}))
		if got := stats(t, o); got != (Stats{Waiting: 1}) {
			t.Errorf("stats = %+v, want one waiting", got)
		}
		if early := claim(t, eager(client), 10); len(early) != 0 {
			t.Fatal("it came back an hour early")
		}
		owe(t, o, 3, 2)
		claims = claim(t, o, 1)
		must(t, o.Retry(t.Context(), claims[0], time.Now().Add(-time.Second), mailer.Outcome{}))
		must(t, o.Retry(t.Context(), claims[0], time.Now().Add(-time.Second), mailer.Outcome{}))
		back := claim(t, eager(client), 10)
		if len(back) != 1 || back[0].Letter.ID != "letter2" || back[0].Letter.Attempt != 1 {
			t.Errorf("came back: %+v, want letter2 at its second attempt", back)
		}
	})
}

func TestAReleasedLetterIsOwedAsBefore(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		owe(t, o, 1, 1)
		claims := claim(t, o, 1)
		must(t, o.Release(t.Context(), claims[0]))
		must(t, o.Release(t.Context(), claims[0]))
		o.Ring(1)
		again := claim(t, o, 10)
		if len(again) != 1 || again[0].Letter.Attempt != 0 {
			t.Errorf("claimed %+v, want the letter once, no attempt counted", again)
		}
	})
}

func TestADeadLetterCanBeRevived(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		owe(t, o, 1, 1)
		claims := claim(t, o, 1)
		must(t, o.Bury(t.Context(), claims[0], mailer.Outcome{Class: mailer.ClassDead, Code: 550, Enhanced: "5.1.1"}))
		dead, err := o.Dead(t.Context(), 10)
		must(t, err)
		if len(dead) != 1 || dead[0].Reason != "dead 550 5.1.1" {
			t.Fatalf("dead letters = %+v", dead)
		}
		now := time.Unix(1_900_000_000, 0).UTC()
		for _, want := range []bool{true, false} {
			if got, err := o.Revive(t.Context(), dead[0], now); err != nil || got != want {
				t.Errorf("Revive = %v, %v; want %v", got, err, want)
			}
		}
		o.Ring(1)
		if again := claim(t, o, 10); len(again) != 1 || !again[0].Letter.Owed.Equal(now) {
			t.Errorf("claimed %+v, want the letter, owed anew", again)
		}
	})
}

func TestWhatWasDoneLastIsListedFirstAndOldRecordsAreForgotten(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		for shard, key := range []string{doneKey(0), doneKey(1), deadKey(2)} {
			text := Encode(letter(shard))
			at := fmt.Sprintf("%d-0", time.Date(2020, 1, 1, shard, 0, 0, 0, time.UTC).UnixMilli())
			must(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: key, ID: at, Values: []string{"letter", text}}).Err())
		}
		owe(t, o, 3, 3)
		must(t, o.Done(t.Context(), claim(t, o, 1)[0], "sent"))
		recent := func(limit int) (ids []string) {
			records, err := o.Recent(t.Context(), limit)
			must(t, err)
			for _, r := range records {
				ids = append(ids, r.Letter.ID)
			}
			return ids
		}
		if got, want := recent(2), []string{letter(3).ID, letter(1).ID}; !slices.Equal(got, want) {
			t.Errorf("done last: %v, want %v", got, want)
		}
		n, err := o.Forget(t.Context(), time.Date(2020, 1, 1, 1, 0, 0, 0, time.UTC))
		if must(t, err); n != 1 || len(recent(9)) != 2 {
			t.Errorf("forgot %d, left %v; want one forgotten", n, recent(9))
		}
		n, err = o.Forget(t.Context(), time.Now().Add(-30*24*time.Hour))
		if must(t, err); n != 2 || !slices.Equal(recent(9), []string{letter(3).ID}) {
			t.Errorf("forgot %d, left %v; want all but today's", n, recent(9))
		}
	})
}

func TestWhatIsNoLetterIsBuried(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		must(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: Key(0, mailer.KindDigest), Values: []string{"letter", "{nonsense"}}).Err())
		o := New(patient(), client)
		if claims := claim(t, o, 10); len(claims) != 0 {
			t.Errorf("claimed nonsense: %v", claims)
		}
		if got := stats(t, o); got != (Stats{Dead: 1}) {
			t.Errorf("stats = %+v, want one dead", got)
		}
	})
}

func TestTheOutboxSurvivesRedisLosingEverything(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := eager(client)
		claim(t, o, 1)
		must(t, client.FlushAll(t.Context()).Err())
		owe(t, o, 0, 1)
		if _, err := o.Claim(t.Context(), 1); err == nil {
			t.Error("claiming from a lost group gave no error")
		}
		if claims := claim(t, o, 1); len(claims) != 1 {
			t.Errorf("claimed %d letters after the loss, want 1", len(claims))
		}
	})
}

func TestWaitEndsAtABellOrWhenASweepIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := New(Config{Shards: 1, Stale: time.Minute, Sweep: time.Minute}, nil)
		o.next(time.Now()) // as if it had just swept
		start := time.Now()
		go func() {
			time.Sleep(10 * time.Second)
			o.Ring(0)
		}()
		must(t, o.Wait(t.Context()))
		if waited := time.Since(start); waited != 10*time.Second {
			t.Errorf("waited %s for the bell, want 10s", waited)
		}
		o.next(time.Now())
		must(t, o.Wait(t.Context()))
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("the sweep was due after %s, want 1m", waited)
		}
		o.next(time.Now())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := o.Wait(ctx); err == nil {
			t.Error("Wait ignored that its context had ended")
		}
	})
}

func TestMetricsTellWhatTheOutboxHolds(t *testing.T) {
	o := New(patient(), redistest.Embedded(t))
	reg := prometheus.NewRegistry()
	must(t, o.Register(reg))
	owe(t, o, 0, 1)
	owe(t, o, 0, 2)
	claim(t, o, 1)
	problems, err := testutil.GatherAndLint(reg)
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
	if n, err := testutil.GatherAndCount(reg, "jobalert_outbox_letters"); err != nil || n != 4 {
		t.Errorf("%d series of outbox_letters, want 4 (%v)", n, err)
	}
}

func TestWhoWaitsForALetterDoesNotWaitBehindAMorningsDigests(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		put := func(shard, n int, kind mailer.Kind) {
			for i := range n {
				must(t, o.Put(t.Context(), shard, mailer.Letter{ID: fmt.Sprint(kind, shard, i), Kind: kind}))
			}
			o.Ring(shard)
		}
		for shard := range patient().Shards {
			put(shard, 20, mailer.KindDigest)
		}
		claimed := func(limit int) map[mailer.Kind]int {
			kinds := map[mailer.Kind]int{}
			for _, c := range claim(t, o, limit) {
				kinds[c.Letter.Kind]++
			}
			return kinds
		}
		claimed(8) // the run is under way
		put(1, 1, mailer.KindAlert)
		put(3, 1, mailer.KindConfirm)
		if got := claimed(1); got[mailer.KindConfirm] != 1 {
			t.Errorf("first came %v, want the confirm letter", got)
		}
		if got := claimed(1); got[mailer.KindAlert] != 1 {
			t.Errorf("then came %v, want the instant alert", got)
		}
		if got := claimed(4); got[mailer.KindDigest] != 4 {
			t.Errorf("then came %v, want digests", got)
		}
	})
}

func TestALetterThatIsPutOffKeepsItsLane(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		must(t, o.Put(t.Context(), 0, mailer.Letter{ID: "c", Kind: mailer.KindConfirm}))
		first := claim(t, o, 1)
		must(t, o.Retry(t.Context(), first[0], time.Now().Add(-time.Second), mailer.Outcome{}))
		must(t, o.Put(t.Context(), 0, mailer.Letter{ID: "d", Kind: mailer.KindDigest}))
		again := claim(t, New(patient(), client), 1)
		if len(again) != 1 || again[0].Letter.ID != "c" || again[0].Letter.Attempt != 1 {
			t.Errorf("claimed %+v, want the letter that was put off", again)
		}
	})
}

func TestLettersOfAProgramWithoutLanesAreSent(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		const text = `{"id":"old","kind":"confirm"}` // which wrote JSON, too
		must(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: mailer.ShardKey(2, "outbox"), Values: []string{"letter", text}}).Err())
		must(t, client.ZAdd(t.Context(), mailer.ShardKey(2, "retry"), redis.Z{Score: 1, Member: text}).Err())
		if got := claim(t, New(patient(), client), 10); len(got) != 2 {
			t.Errorf("claimed %d of the two letters", len(got))
		}
	})
}

func TestShardsTakeTurnsInARunOfManyLetters(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		for shard := range patient().Shards {
			for n := range 100 {
				must(t, o.Put(t.Context(), shard, mailer.Letter{ID: fmt.Sprint(shard, "-", n), Kind: mailer.KindDigest}))
			}
			o.Ring(shard)
		}
		claim(t, o, 40) // nothing is known of the streams yet
		served := map[byte]bool{}
		for range patient().Shards {
			shards := map[byte]bool{}
			for _, c := range claim(t, o, 16) {
				shards[c.Letter.ID[0]] = true
			}
			if len(shards) != 1 {
				t.Errorf("a claim of 16 letters took them from %d streams, want one", len(shards))
			}
			maps.Copy(served, shards)
		}
		if len(served) != patient().Shards {
			t.Errorf("of %d shards %d had their turn", patient().Shards, len(served))
		}
	})
}

func TestLettersOfOneStreamThatEndTogetherEndEachInItsOwnWay(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		o := New(patient(), client)
		for n := range 5 {
			owe(t, o, 1, n)
		}
		claims := claim(t, o, 100)
		must(t, o.Done(t.Context(), claims[4], "sent"))
		ends := []ending{}
		for i, how := range []string{"done", "retry", "dead", "back", "dead"} {
			s, entry, err := o.parseReceipt(claims[i].Receipt)
			must(t, err)
			ends = append(ends, ending{s, entry, how, claims[i].Text, how, time.Now().Add(time.Hour)})
		}
		failed, err := o.settleAll(t.Context(), ends)
		must(t, err)
		for _, err := range failed {
			must(t, err)
		}
		got, want := stats(t, o), Stats{Ready: 1, Waiting: 1, Dead: 1}
		if got.Oldest = 0; got != want {
			t.Errorf("the outbox holds %+v, want %+v: the last had been ended before", got, want)
		}
	})
}
