package roster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/alerts/postings"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// While a master of a Cluster is dead, those whose shards live hear of a job at once, and the others when it is
// back. Nobody hears twice.
func TestOneShardThatIsAwayKeepsNobodyElseFromBeingServed(t *testing.T) {
	tests := []struct{ name, away string }{
		{"before the run", "{s2}:"},
		{"in the middle of it", "{s2}:people"}, // its changes can still be read
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const people = 100
			client, away := redistest.Embedded(t), &redistest.Away{}
			client.AddHook(away)
			s, log := newStore(client), postings.New(client, nil)
			r := New(s, emptyIndex, quiet(), nil)
			r.Watch(subscribers.Terms{Reconfirm: time.Hour})
			here, there := 0, 0
			for n := range people {
				sub := save(t, s, fmt.Sprintf("person%d", n), subscribers.StateActive, []string{"1", "2"}[:1+n%2]...)
				for i := range sub.Alerts {
					sub.Alerts[i].Filter.Query = "go"
				}
				must(t, s.Save(t.Context(), store.Save{Subscriber: sub}))
				if sub.ID.Shard(shards) == 2 {
					there++
				} else {
					here++
				}
			}
			runner := digest.New(digest.Config{}, postings.NewWindow(log), r, nil)
			must(t, runner.Refresh(t.Context()))
			_, err := log.Commit(t.Context(), []alerts.Posting{{ID: "test:acme:1", Source: "test", URL: "https://example.com/job",
				Title: "Engineer", Company: "Acme", Class: alerts.ClassCore, Description: "We write Go."}})
			must(t, err)

			away.Set(test.away)
			owed, err := runner.Run(t.Context(), time.Now())
			if owed != here {
				t.Errorf("%d letters are owed, want one to each of the %d whose shards answer", owed, here)
			}
			if err == nil || strings.Count(err.Error(), "the master has died") != 1 {
				t.Errorf("Run = %v; want one error that tells of the shard", err)
			}
			if slices.ContainsFunc(r.Due(time.Now().Add(48*time.Hour)), func(id subscribers.ID) bool { return id.Shard(shards) == 2 }) {
				t.Error("somebody is due who cannot be reached")
			}
			if test.away == "{s2}:" {
				if err := r.Sync(t.Context()); !errors.Is(err, digest.ErrAway) {
					t.Errorf("Sync = %v, want ErrAway", err)
				}
			}
			away.Set()
			for _, want := range []int{there, 0} {
				if owed, err := runner.Run(t.Context(), time.Now()); owed != want || err != nil {
					t.Errorf("after it was back %d letters are owed, %v; want %d", owed, err, want)
				}
			}
			for shard := range shards {
				if n := client.XLen(t.Context(), outbox.Key(shard, mailer.KindAlert)).Val(); n == 0 {
					t.Errorf("nobody of shard %d was told", shard)
				}
			}
		})
	}
}
