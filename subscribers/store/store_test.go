package store

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

const shards = 4

func newStore(client redis.UniversalClient) *Store {
	return New(client, shards, mailer.NewHasher([]byte("a key for tests")), nil)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person is an active subscriber with the given alerts, not stored yet.
func person(t *testing.T, s *Store, address string, alertIDs ...string) *subscribers.Subscriber {
	t.Helper()
	a, err := mailer.ParseAddress(address)
	must(t, err)
	sub := &subscribers.Subscriber{
		ID: subscribers.NewID(s.Hash(a)), Address: a, State: subscribers.StateActive, Locale: "en", Zone: "Europe/Berlin",
		CreatedAt: time.Unix(1_800_000_000, 0).UTC(),
	}
	for _, id := range alertIDs {
		sub.Alerts = append(sub.Alerts, subscribers.Alert{ID: id, Name: "alert " + id, Cadence: alerts.Cadence{Every: alerts.EveryInstant}})
	}
	return sub
}

func cursors(sub *subscribers.Subscriber, at alerts.Seq) map[string]alerts.Seq {
	all := map[string]alerts.Seq{}
	for _, a := range sub.Alerts {
		all[a.ID] = at
	}
	return all
}

// owed is the letters in the outbox of a subscriber's shard.
func owed(t *testing.T, s *Store, id subscribers.ID) int {
	t.Helper()
	n, err := s.redis.XLen(t.Context(), outbox.Key(id.Shard(shards), "")).Result()
	must(t, err)
	return int(n)
}

func TestWhatIsSavedIsReadBack(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1", "2")
		sub.Proposal = &subscribers.Proposal{ID: subscribers.NewProposalID(), Zone: "UTC", At: sub.CreatedAt, Since: sub.CreatedAt, Mails: 1, Browser: "b"}
		sub.FeedSerial = 3
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Cursors: cursors(sub, 7)}))
		got, err := s.GetStored(t.Context(), sub.ID)
		must(t, err)
		if diff := cmp.Diff(sub, got.Subscriber, cmp.AllowUnexported(mailer.Address{})); diff != "" {
			t.Errorf("read back (-saved +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]alerts.Seq{"1": 7, "2": 7}, got.Cursors()); diff != "" {
			t.Errorf("cursors (-want +got):\n%s", diff)
		}
		id, err := s.Find(t.Context(), s.Hash(sub.Address))
		if err != nil || id != sub.ID {
			t.Errorf("Find = %v, %v", id, err)
		}
		if _, err := s.Get(t.Context(), subscribers.NewID(s.Hash(sub.Address))); !errors.Is(err, subscribers.ErrNotFound) {
			t.Errorf("a stranger: error = %v, want ErrNotFound", err)
		}
	})
}

func TestOfTwoChangesMadeAtOnceOneIsKept(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1")
		must(t, s.Save(t.Context(), Save{Subscriber: sub}))
		one, err := s.Get(t.Context(), sub.ID)
		must(t, err)
		other, err := s.Get(t.Context(), sub.ID)
		must(t, err)
		one.Locale, other.Locale = "de", "fr"
		must(t, s.Save(t.Context(), Save{Subscriber: one}))
		err = s.Save(t.Context(), Save{Subscriber: other, Letter: &mailer.Letter{ID: "x"}})
		if !errors.Is(err, subscribers.ErrConflict) {
			t.Errorf("error = %v, want ErrConflict", err)
		}
		got, err := s.Get(t.Context(), sub.ID)
		must(t, err)
		if got.Locale != "de" || owed(t, s, sub.ID) != 0 {
			t.Errorf("locale %s and %d letters, want the first change and no letter", got.Locale, owed(t, s, sub.ID))
		}
		twin := person(t, s, "Jane@Example.com")
		if err := s.Save(t.Context(), Save{Subscriber: twin}); !errors.Is(err, subscribers.ErrConflict) {
			t.Errorf("a second subscriber with the same address: error = %v, want ErrConflict", err)
		}
	})
}

func TestALetterIsNotOwedToASuppressedAddress(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1")
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Cursors: cursors(sub, 1)}))
		must(t, suppress.New(client, shards, nil).Add(t.Context(), s.Hash(sub.Address), suppress.ReasonComplaint, time.Now()))
		err := s.Save(t.Context(), Save{Subscriber: sub, Letter: &mailer.Letter{ID: "x"}})
		if !errors.Is(err, subscribers.ErrSuppressed) {
			t.Errorf("error = %v, want ErrSuppressed", err)
		}
		got, err := s.Serve(t.Context(), s.Hash(sub.Address), serving(sub, 1, 2))
		if err != nil || got.Result != digest.ResultSilent {
			t.Errorf("Serve = %v, %v; want silent", got, err)
		}
		if n := owed(t, s, sub.ID); n != 0 {
			t.Errorf("%d letters owed", n)
		}
	})
}

func serving(sub *subscribers.Subscriber, from, to alerts.Seq) digest.Serving {
	return digest.Serving{Subscriber: string(sub.ID), Alert: sub.Alerts[0].ID, From: from, To: to, Letter: &mailer.Letter{ID: "letter", Subscriber: string(sub.ID)}}
}

func TestHoweverManyServeTheSameAtOnceOneLetterIsOwed(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1")
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Cursors: cursors(sub, 1_700_000_000_000_000)}))
		var mu sync.Mutex
		results := map[digest.Result]int{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				got, err := s.Serve(t.Context(), s.Hash(sub.Address), serving(sub, 1_700_000_000_000_000, 1_700_000_000_000_001))
				if err != nil || got.Cursor != 1_700_000_000_000_001 {
					t.Errorf("Serve = %v, %v", got, err)
				}
				mu.Lock()
				results[got.Result]++
				mu.Unlock()
			})
		}
		wg.Wait()
		if results[digest.ResultServed] != 1 || results[digest.ResultMoved] != 7 || owed(t, s, sub.ID) != 1 {
			t.Errorf("results %v, %d letters; want one served, one letter", results, owed(t, s, sub.ID))
		}
	})
}

func TestOnlyActiveSubscribersAndLivingAlertsAreServed(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1")
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Cursors: cursors(sub, 1)}))
		for _, state := range []subscribers.State{subscribers.StatePending, subscribers.StatePaused, subscribers.StateLeft} {
			sub.State = state
			must(t, s.Save(t.Context(), Save{Subscriber: sub}))
			if got, err := s.Serve(t.Context(), s.Hash(sub.Address), serving(sub, 1, 2)); err != nil || got.Result != digest.ResultSilent {
				t.Errorf("%s: %v, %v; want silent", state, got, err)
			}
		}
		sub.State = subscribers.StateActive
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Forget: []string{"1"}}))
		if got, err := s.Serve(t.Context(), s.Hash(sub.Address), serving(sub, 1, 2)); err != nil || got.Result != digest.ResultSilent {
			t.Errorf("alert removed: %v, %v; want silent", got, err)
		}
		if n := owed(t, s, sub.ID); n != 0 {
			t.Errorf("%d letters owed", n)
		}
	})
}

func TestTwoAlertsOfOnePersonTellOfAJobOnce(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1", "2")
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Cursors: cursors(sub, 10)}))
		hash := s.Hash(sub.Address)
		v := serving(sub, 10, 20)
		v.Shared, v.Floor = true, 10
		v.Announced = []digest.Announced{{Seq: 15, Posting: "job:a"}, {Seq: 18, Posting: "job:b"}}
		if got, err := s.Serve(t.Context(), hash, v); err != nil || got.Result != digest.ResultServed {
			t.Fatalf("first alert: %v, %v", got, err)
		}
		v.Alert = "2"
		if got, err := s.Serve(t.Context(), hash, v); err != nil || got.Result != digest.ResultHeard {
			t.Errorf("second alert with the same jobs: %v, %v; want heard", got, err)
		}
		heard, err := s.Heard(t.Context(), sub.ID)
		must(t, err)
		if diff := cmp.Diff(map[string]bool{"job:a": true, "job:b": true}, heard); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
		v.Announced = []digest.Announced{{Seq: 19, Posting: "job:c"}}
		v.Floor = 16
		if got, err := s.Serve(t.Context(), hash, v); err != nil || got.Result != digest.ResultServed {
			t.Errorf("second alert with another job: %v, %v", got, err)
		}
		heard, err = s.Heard(t.Context(), sub.ID)
		must(t, err)
		if diff := cmp.Diff(map[string]bool{"job:b": true, "job:c": true}, heard); diff != "" {
			t.Errorf("what all alerts have passed was not forgotten (-want +got):\n%s", diff)
		}
	})
}

func TestAChangeThatWasWorkedOutBeforeAServingTellsOfNothingTwice(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1")
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Cursors: cursors(sub, 1_700_000_000_000_010)}))
		// The person adds an alert; the head of the log was read. Meanwhile the first is served further.
		head := alerts.Seq(1_700_000_000_000_020)
		hash := s.Hash(sub.Address)
		if got, err := s.Serve(t.Context(), hash, serving(sub, 1_700_000_000_000_010, 1_700_000_000_000_030)); err != nil || got.Result != digest.ResultServed {
			t.Fatalf("Serve = %v, %v", got, err)
		}
		sub.Alerts = append(sub.Alerts, subscribers.Alert{ID: "2"})
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Cursors: cursors(sub, head)}))
		got, err := s.GetStored(t.Context(), sub.ID)
		must(t, err)
		if diff := cmp.Diff(cursors(sub, 1_700_000_000_000_030), got.Cursors()); diff != "" {
			t.Errorf("cursors (-want +got):\n%s", diff)
		}
		// A replica that does not know the second alert yet keeps no record of what it tells.
		v := serving(sub, 1_700_000_000_000_030, 1_700_000_000_000_040)
		if got, err := s.Serve(t.Context(), hash, v); err != nil || got.Result != digest.ResultHeard {
			t.Errorf("served as the only alert: %v, %v; want to be told to work it out again", got, err)
		}
		v.Shared = true
		if got, err := s.Serve(t.Context(), hash, v); err != nil || got.Result != digest.ResultServed {
			t.Errorf("served as one of two: %v, %v", got, err)
		}
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Forget: []string{"2"}}))
		if got, err := s.Serve(t.Context(), hash, serving(sub, 1_700_000_000_000_040, 1_700_000_000_000_050)); err != nil || got.Result != digest.ResultServed {
			t.Errorf("served when it was the only one again: %v, %v", got, err)
		}
	})
}

func TestWhoHasChangedSinceIsNotErased(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1")
		must(t, s.Save(t.Context(), Save{Subscriber: sub}))
		before, err := s.Get(t.Context(), sub.ID)
		must(t, err)
		must(t, s.Save(t.Context(), Save{Subscriber: sub}))
		if erased, err := s.Erase(t.Context(), before); erased || !errors.Is(err, subscribers.ErrConflict) {
			t.Errorf("Erase = %v, %v; want ErrConflict", erased, err)
		}
		if _, err := s.Get(t.Context(), sub.ID); err != nil {
			t.Errorf("the subscriber is gone: %v", err)
		}
	})
}

func TestAnErasedSubscriberLeavesNothing(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		sub := person(t, s, "jane@example.com", "1")
		must(t, s.Save(t.Context(), Save{Subscriber: sub, Cursors: cursors(sub, 1)}))
		for _, want := range []bool{true, false} {
			if got, err := s.Erase(t.Context(), sub); got != want || err != nil {
				t.Errorf("Erase = %v, %v; want %v", got, err, want)
			}
		}
		if diff := cmp.Diff([]string{changesKey(sub.ID.Shard(shards))}, redistest.Keys(t, client)); diff != "" {
			t.Errorf("left behind (-want +got):\n%s", diff)
		}
	})
}

func TestAReaderOfChangesMissesNone(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		positions := make([]Position, shards)
		seen := map[subscribers.ID]bool{}
		var all []*subscribers.Subscriber
		for n := range 50 {
			sub := person(t, s, "someone"+strconv.Itoa(n)+"@example.com")
			must(t, s.Save(t.Context(), Save{Subscriber: sub}))
			all = append(all, sub)
		}
		for shard := range positions {
			var err error
			positions[shard], err = s.Scan(t.Context(), shard, func(page []Stored) error {
				for _, stored := range page {
					seen[stored.ID] = true
				}
				return nil
			})
			must(t, err)
		}
		if len(seen) != 50 {
			t.Errorf("scanned %d of 50", len(seen))
		}
		must(t, s.Save(t.Context(), Save{Subscriber: all[7]}))
		must(t, s.Save(t.Context(), Save{Subscriber: all[7]}))
		changed := s.Changes(t.Context(), positions)
		var ids []subscribers.ID
		for shard, c := range changed {
			ids = append(ids, c.IDs...)
			positions[shard] = c.Next
			must(t, c.Err)
			if c.Lost {
				t.Errorf("shard %d lost its place", shard)
			}
		}
		if diff := cmp.Diff([]subscribers.ID{all[7].ID}, ids); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
		shard := all[7].ID.Shard(shards)
		must(t, s.Save(t.Context(), Save{Subscriber: all[7]}))
		must(t, client.XTrimMaxLen(t.Context(), changesKey(shard), 0).Err())
		must(t, s.Save(t.Context(), Save{Subscriber: all[7]}))
		changed = s.Changes(t.Context(), positions)
		must(t, changed[shard].Err)
		if !changed[shard].Lost {
			t.Error("a reader that fell behind was not told")
		}
	})
}

func TestTheLayoutIsSettledOnce(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		hasher := mailer.NewHasher([]byte("first key"))
		for _, asked := range []int{64, 128} {
			if n, err := Layout(t.Context(), client, asked, hasher); n != 64 || err != nil {
				t.Errorf("asked for %d: %d, %v; want 64", asked, n, err)
			}
		}
		if _, err := Layout(t.Context(), client, 64, mailer.NewHasher([]byte("second key"))); !errors.Is(err, ErrKey) {
			t.Errorf("another key: error = %v, want ErrKey", err)
		}
		if _, err := Layout(t.Context(), client, 63, hasher); err == nil {
			t.Error("63 shards were accepted")
		}
	})
}

func TestEveryStateHasALetterOfItsOwn(t *testing.T) {
	for _, state := range subscribers.States() {
		if got := stateOf(letterOf(state)); got != state {
			t.Errorf("%s is written as %q and read as %q", state, letterOf(state), got)
		}
	}
}
