package outbox

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
)

// A master of a Cluster dies, and nobody takes its place.
func TestLettersOfMastersThatLiveGoOn(t *testing.T) {
	const shards, masters = 16, 3
	cluster := redistest.StartCluster(t, masters, 0)
	client := cluster.Client(t)
	o := New(Config{Shards: shards, Stale: time.Hour, Sweep: time.Hour}, client)
	_ = claim(t, o, 1) // makes the groups
	for shard := range shards {
		owe(t, o, shard, shard)
	}
	held := claim(t, o, 2)
	cluster.Lose(t, 0)
	lives := map[int]bool{}
	for shard := range shards {
		lives[shard] = client.Exists(t.Context(), Key(shard, mailer.KindAlert)).Err() == nil
	}
	got, want, failures := map[string]bool{}, map[string]bool{}, 0
	for range 5 {
		claims, err := o.Claim(t.Context(), 100)
		if err != nil {
			failures++
		}
		for _, c := range append(claims, held...) {
			got[c.Letter.ID] = true
			s, _, err := o.parseReceipt(c.Receipt)
			if err != nil {
				t.Fatal(err)
			}
			if err := o.Done(t.Context(), c, "sent"); err != nil && lives[o.shard(s)] {
				t.Errorf("a letter of shard %d cannot be settled: %v", o.shard(s), err)
			}
		}
		held = nil
	}
	for shard := range shards {
		if lives[shard] {
			want[letter(shard).ID] = true
		}
	}
	if len(want) == 0 || len(want) == shards {
		t.Fatalf("%d of %d shards live: nothing was tried", len(want), shards)
	}
	for id := range want {
		if !got[id] {
			t.Errorf("%s was not claimed though its master lives", id)
		}
	}
	if failures != 1 {
		t.Errorf("%d of 5 claims told of the shards that do not answer, want it said once", failures)
	}
}

func TestAShardThatWasAwayIsAskedAgainSoonAndHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, away := redistest.Bubble(t), &redistest.Away{}
		client.AddHook(away)
		o := New(Config{Shards: 4}, client)
		for shard := range 4 {
			owe(t, o, shard, shard)
		}
		stats(t, o)
		away.Set("{s1}", "{s2}")
		begun, came := time.Now(), map[string]time.Duration{}
		take := func() {
			claims, _ := o.Claim(t.Context(), 10)
			for _, c := range claims {
				came[c.Letter.ID] = time.Since(begun)
			}
		}
		take()
		if len(came) != 2 {
			t.Errorf("%d letters came from the shards that answer, want 2", len(came))
		}
		for n := 4; n < 64; n++ { // for a minute, one a second
			owe(t, o, 3, n)
			for due := time.Now().Add(time.Second); time.Now().Before(due); {
				take()
				time.Sleep(50 * time.Millisecond)
			}
			if since, ok := came[letter(n).ID]; !ok || since > time.Duration(n-3)*time.Second {
				t.Fatalf("letter %d came after %s (0 is never), want it at once", n, since)
			}
		}
		if s := stats(t, o); s.InHand != 62 || s.Ready != 2 {
			t.Errorf("while two shards are away the outbox holds %+v, want 62 in hand and what it last knew of the others", s)
		}
		away.Set()
		begun = time.Now()
		for range 3 {
			take()
			time.Sleep(time.Second)
		}
		for _, n := range []int{1, 2} {
			if _, ok := came[letter(n).ID]; !ok {
				t.Errorf("letter %s did not come within %s after its shard was back", strconv.Itoa(n), 3*time.Second)
			}
		}
	})
}

func TestALetterWhoseShardIsAwayHoldsUpNoEndOfTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, away := redistest.Bubble(t), &redistest.Away{Delay: time.Second}
		client.AddHook(away)
		o := New(Config{Shards: 2}, client)
		owe(t, o, 0, 0)
		for n := 1; n < 30; n++ {
			owe(t, o, 1, n)
		}
		var stuck mailer.Claim
		var rest []mailer.Claim
		for _, c := range claim(t, o, 100) {
			if s, _, _ := o.parseReceipt(c.Receipt); o.shard(s) == 0 {
				stuck = c
			} else {
				rest = append(rest, c)
			}
		}
		away.Set("{s0}")
		if err := o.Renew(t.Context(), []mailer.Claim{stuck}); err == nil {
			t.Fatal("the shard is not away")
		}
		ctx, stop := context.WithCancel(t.Context())
		var insisting sync.WaitGroup
		insisting.Go(func() {
			for ctx.Err() == nil {
				_ = o.Done(ctx, stuck, "sent")
			}
		})
		for _, c := range rest {
			time.Sleep(10 * time.Millisecond)
			begun := time.Now()
			must(t, o.Done(t.Context(), c, "sent"))
			if took := time.Since(begun); took > 0 {
				t.Errorf("a letter of a shard that answers was ended after %s", took)
			}
		}
		stop()
		insisting.Wait()
	})
}

// Claims of shards that answer are taken over in time, whatever the others do.
func TestOneShardThatIsAwayDelaysNoTakeOverOfTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, away := redistest.Bubble(t), &redistest.Away{}
		client.AddHook(away)
		dead := New(Config{Shards: 2}, client)
		owe(t, dead, 0, 1)
		claim(t, dead, 1)
		other := New(Config{Shards: 2}, client)
		for second := range 60 {
			if away.Set(); second%9 > 1 {
				away.Set("{s1}")
			}
			if claims, _ := other.Claim(t.Context(), 1); len(claims) == 1 {
				if second > 28 {
					t.Errorf("taken over after %d s", second)
				}
				return
			}
			time.Sleep(time.Second)
		}
		t.Error("was not taken over in a minute")
	})
}
