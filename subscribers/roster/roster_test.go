package roster

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/alerts/match"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

const shards = 4

// emptyIndex is an index that has learned nothing.
func emptyIndex() *match.Index { return match.New(alerts.Rules{}, nil) }

// quiet is a logger that nobody reads.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func newStore(client redis.UniversalClient) *store.Store {
	return store.New(client, shards, mailer.NewHasher([]byte("a key for tests")), nil)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// save keeps a person in a state with the given alerts, each served up to 100.
func save(t testing.TB, s *store.Store, name string, state subscribers.State, ids ...string) *subscribers.Subscriber {
	t.Helper()
	a, err := mailer.ParseAddress(name + "@example.com")
	must(t, err)
	sub := &subscribers.Subscriber{ID: subscribers.NewID(s.Hash(a)), Address: a, State: state, Zone: "Europe/Berlin"}
	cursors := map[string]alerts.Seq{}
	for _, id := range ids {
		sub.Alerts = append(sub.Alerts, subscribers.Alert{
			ID: id, Cadence: alerts.Cadence{Every: alerts.EveryInstant}, Filter: alerts.Filter{Query: name},
		})
		cursors[id] = 100
	}
	must(t, s.Save(t.Context(), store.Save{Subscriber: sub, Cursors: cursors}))
	return sub
}

// bring brings the roster up to date.
func bring(t testing.TB, r *Roster) {
	t.Helper()
	must(t, r.Sync(t.Context()))
}

// everybody is all subscriptions.
func everybody(r *Roster) []digest.Subscription {
	return r.Select(func(*digest.Subscription) bool { return true })
}

// queries is what subscriptions ask for.
func queries(t testing.TB, r *Roster, of []digest.Subscription) []string {
	t.Helper()
	queries := make([]string, len(of))
	for i, asked := range r.Ask(t.Context(), of) {
		must(t, asked.Err)
		if asked.Filter != nil {
			queries[i] = asked.Filter.Query
		}
	}
	return queries
}

// served is everybody's alerts, as "query/alert from cursor".
func served(t testing.TB, r *Roster) []string {
	t.Helper()
	var all []string
	subs := everybody(r)
	for i, query := range queries(t, r, subs) {
		all = append(all, fmt.Sprintf("%s/%s from %d", query, subs[i].Alert, subs[i].Cursor))
	}
	slices.Sort(all)
	return all
}

func serves(t testing.TB, r *Roster, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, served(t, r)); diff != "" {
		t.Errorf("served (-want +got):\n%s", diff)
	}
}

func TestOnlyActivePeopleAreServed(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		r := New(s, emptyIndex, quiet(), nil)
		serves(t, r)
		save(t, s, "pia", subscribers.StatePending)
		jane := save(t, s, "jane", subscribers.StateActive, "1", "2")
		joe := save(t, s, "joe", subscribers.StateActive, "1")
		save(t, s, "paul", subscribers.StatePaused, "1")
		save(t, s, "lea", subscribers.StateLeft, "1")
		bring(t, r)
		serves(t, r, "jane/1 from 100", "jane/2 from 100", "joe/1 from 100")
		for _, sub := range everybody(r) {
			if want := sub.Subscriber == string(jane.ID); sub.Shared != want {
				t.Errorf("%s/%s: shared = %v, want %v", sub.Subscriber, sub.Alert, sub.Shared, want)
			}
			if sub.Zone.String() != "Europe/Berlin" {
				t.Errorf("zone %s", sub.Zone)
			}
		}
		if n := len(r.Siblings(string(jane.ID))); n != 2 {
			t.Errorf("jane has %d alerts, want 2", n)
		}
		if n := len(r.Siblings(string(joe.ID))); n != 1 {
			t.Errorf("joe has %d alerts, want 1", n)
		}
		if n := len(r.Siblings("nobody")); n != 0 {
			t.Errorf("nobody has %d alerts", n)
		}
	})
}

func TestTheRosterFollowsEveryChange(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		r := New(s, emptyIndex, quiet(), nil)
		jane, joe := save(t, s, "jane", subscribers.StateActive, "1"), save(t, s, "joe", subscribers.StateActive, "1")
		bring(t, r)
		steps := []struct {
			name string
			do   func()
			want []string
		}{
			{"somebody comes", func() { save(t, s, "lea", subscribers.StateActive, "1") }, []string{"jane/1 from 100", "joe/1 from 100", "lea/1 from 100"}},
			{"somebody leaves", func() {
				jane.State = subscribers.StateLeft
				must(t, s.Save(t.Context(), store.Save{Subscriber: jane}))
			}, []string{"joe/1 from 100", "lea/1 from 100"}},
			{"somebody changes a filter", func() {
				joe.Alerts[0].Filter.Query = "joseph"
				must(t, s.Save(t.Context(), store.Save{Subscriber: joe, Cursors: map[string]alerts.Seq{"1": 200}}))
			}, []string{"joseph/1 from 200", "lea/1 from 100"}},
			{"somebody is erased", func() {
				_, err := s.Erase(t.Context(), joe)
				must(t, err)
			}, []string{"lea/1 from 100"}},
			{"nothing happens", func() {}, []string{"lea/1 from 100"}},
		}
		for _, step := range steps {
			step.do()
			bring(t, r)
			if diff := cmp.Diff(step.want, served(t, r)); diff != "" {
				t.Errorf("after %s (-want +got):\n%s", step.name, diff)
			}
		}
	})
}

func TestARosterThatFellBehindLoadsTheShardAnew(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		r := New(s, emptyIndex, quiet(), nil)
		jane, joe := save(t, s, "jane", subscribers.StateActive, "1"), save(t, s, "joe", subscribers.StateActive, "1")
		bring(t, r)
		_, err := s.Erase(t.Context(), jane)
		must(t, err)
		joe.Alerts[0].Filter.Query = "joseph"
		must(t, s.Save(t.Context(), store.Save{Subscriber: joe}))
		for shard := range shards {
			must(t, client.XTrimMaxLen(t.Context(), mailer.ShardKey(shard, "changes"), 0).Err())
		}
		// The next change in each of their shards shows that others were missed.
		must(t, s.Save(t.Context(), store.Save{Subscriber: joe}))
		for n := 0; ; n++ {
			if next := save(t, s, fmt.Sprint("x", n), subscribers.StatePending); next.ID.Shard(shards) == jane.ID.Shard(shards) {
				break
			}
		}
		bring(t, r)
		serves(t, r, "joseph/1 from 100")
	})
}

func TestProgressTellsHowFarTheFirstLoadHasCome(t *testing.T) {
	s := newStore(redistest.Embedded(t))
	r := New(s, emptyIndex, quiet(), nil)
	if diff := cmp.Diff(Progress{Shards: shards}, r.Progress()); diff != "" {
		t.Errorf("before it begins (-want +got):\n%s", diff)
	}
	save(t, s, "jane", subscribers.StateActive, "1", "2")
	save(t, s, "joe", subscribers.StateActive, "1")
	save(t, s, "pia", subscribers.StatePending, "1")
	bring(t, r)
	want := Progress{Loaded: shards, Shards: shards, People: 3, Filters: 2} // jane's are equal
	if diff := cmp.Diff(want, r.Progress()); diff != "" {
		t.Errorf("when it is through (-want +got):\n%s", diff)
	}
}

func TestPeopleOfATimeZoneShareIt(t *testing.T) {
	s := newStore(redistest.Embedded(t))
	r := New(s, emptyIndex, quiet(), nil)
	save(t, s, "jane", subscribers.StateActive, "1")
	save(t, s, "joe", subscribers.StateActive, "1")
	bring(t, r)
	zones := map[*time.Location]bool{}
	for _, s := range everybody(r) {
		zones[s.Zone] = true
	}
	if len(zones) != 1 {
		t.Errorf("two people in Berlin hold %d copies of their time zone, which are large", len(zones))
	}
}

func TestWhatARunChangesIsKeptUntilThePersonChanges(t *testing.T) {
	s := newStore(redistest.Embedded(t))
	r := New(s, emptyIndex, quiet(), nil)
	jane := save(t, s, "jane", subscribers.StateActive, "1")
	bring(t, r)
	for _, sub := range everybody(r) {
		sub.Cursor, sub.Looked = 300, 400
		r.Note(sub)
	}
	bring(t, r)
	for _, sub := range everybody(r) {
		if sub.Cursor != 300 || sub.Looked != 400 {
			t.Errorf("cursor %d, looked %d; want 300, 400", sub.Cursor, sub.Looked)
		}
	}
	must(t, s.Save(t.Context(), store.Save{Subscriber: jane}))
	bring(t, r)
	serves(t, r, "jane/1 from 100") // as it is stored
}

func TestAServingIsJudgedByTheStoreAndNotByTheCopy(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		r := New(s, emptyIndex, quiet(), nil)
		jane := save(t, s, "jane", subscribers.StateActive, "1")
		bring(t, r)
		serving := func(from, to alerts.Seq) digest.Serving {
			return digest.Serving{Subscriber: string(jane.ID), Alert: "1", From: from, To: to, Letter: &mailer.Letter{ID: "x", Subscriber: string(jane.ID)}}
		}
		steps := []struct {
			name string
			do   func()
			v    digest.Serving
			want digest.Served
		}{
			{"as seen", func() {}, serving(100, 200), digest.Served{Result: digest.ResultServed, Cursor: 200}},
			{"as it was before", func() {}, serving(100, 200), digest.Served{Result: digest.ResultMoved, Cursor: 200}},
			{"when suppressed meanwhile", func() {
				must(t, suppress.New(client, shards, nil).Add(t.Context(), s.Hash(jane.Address), suppress.ReasonBounce, jane.CreatedAt))
			}, serving(200, 300), digest.Served{Result: digest.ResultSilent, Cursor: 200}},
			{"when the copy knows nobody of that name", func() {}, digest.Serving{Subscriber: "nobody", From: 7}, digest.Served{Result: digest.ResultSilent, Cursor: 7}},
		}
		for _, step := range steps {
			step.do()
			if got, err := r.Serve(t.Context(), step.v); got != step.want || err != nil {
				t.Errorf("served %s: %v, %v; want %v", step.name, got, err, step.want)
			}
		}
		if n := client.XLen(t.Context(), outbox.Key(jane.ID.Shard(shards), "")).Val(); n != 1 {
			t.Errorf("%d letters are owed, want 1", n)
		}
	})
}

func TestFiltersAreReadAsTheyAreStoredNow(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s := newStore(client)
		r := New(s, emptyIndex, quiet(), nil)
		jane, joe := save(t, s, "jane", subscribers.StateActive, "1", "2"), save(t, s, "joe", subscribers.StateActive, "1")
		bring(t, r)
		of := []digest.Subscription{{Subscriber: string(jane.ID), Alert: "2"}, {Subscriber: string(joe.ID), Alert: "1"}, {Subscriber: string(jane.ID), Alert: "1"}}
		if got := queries(t, r, of); !slices.Equal(got, []string{"jane", "joe", "jane"}) {
			t.Errorf("%q", got)
		}
		jane.Alerts = jane.Alerts[1:]
		jane.Alerts[0].Filter.Query = "janet"
		must(t, s.Save(t.Context(), store.Save{Subscriber: jane, Forget: []string{"1"}}))
		_, err := s.Erase(t.Context(), joe)
		must(t, err)
		if got := queries(t, r, of); !slices.Equal(got, []string{"janet", "", ""}) {
			t.Errorf("after one was changed, one forgotten and one erased: %q", got)
		}
	})
}

func TestALoadThatFailsIsBegunAnew(t *testing.T) {
	client, away := redistest.Embedded(t), &redistest.Away{}
	client.AddHook(away)
	s := newStore(client)
	r := New(s, emptyIndex, quiet(), nil)
	jane := save(t, s, "jane", subscribers.StateActive, "1")
	joe := save(t, s, "joe", subscribers.StateActive, "1")
	away.Set(mailer.ShardKey(joe.ID.Shard(shards), ""))
	if err := r.Sync(t.Context()); err == nil {
		t.Fatal("a shard is away, and the load did not fail")
	}
	away.Set()
	_, err := s.Erase(t.Context(), jane)
	must(t, err)
	bring(t, r)
	serves(t, r, "joe/1 from 100")
	if diff := cmp.Diff(Progress{Loaded: shards, Shards: shards, People: 1, Filters: 1}, r.Progress()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whoever cannot be read gets nothing, and keeps nobody else from it, whether that comes about before the load or
// later.
func TestOneRecordThatCannotBeReadKeepsNobodyElseFromBeingServed(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		s, reg := newStore(client), prometheus.NewRegistry()
		var log bytes.Buffer
		r := New(s, emptyIndex, slog.New(slog.NewTextHandler(&log, nil)), reg)
		jane, joe := save(t, s, "jane", subscribers.StateActive, "1"), save(t, s, "joe", subscribers.StateActive, "1")
		save(t, s, "lea", subscribers.StateActive, "1")
		const state, record = "1 ABCDE a 1 2s\n", "no record"
		spoil := func(sub *subscribers.Subscriber, text string) (mend func()) {
			key := mailer.ShardKey(sub.ID.Shard(shards), "people")
			whole := client.HGet(t.Context(), key, string(sub.ID)).Val()
			must(t, client.HSet(t.Context(), key, string(sub.ID), text).Err())
			return func() { must(t, client.HSet(t.Context(), key, string(sub.ID), whole).Err()) }
		}
		noteChange := func(sub *subscribers.Subscriber) {
			must(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: mailer.ShardKey(sub.ID.Shard(shards), "changes"), Values: []any{"id", string(sub.ID)}}).Err())
		}
		look := func(when string, unreadable int, want ...string) {
			t.Helper()
			bring(t, r)
			if diff := cmp.Diff(want, served(t, r)); diff != "" {
				t.Errorf("%s, served (-want +got):\n%s", when, diff)
			}
			if n, err := testutil.GatherAndCount(reg, "jobalert_subscribers_unreadable"); n != 1 || err != nil {
				t.Fatal(n, err)
			}
			if n := testutil.ToFloat64(r.metrics.unreadable); n != float64(unreadable) {
				t.Errorf("%s, %v people are counted as unreadable, want %d", when, n, unreadable)
			}
		}
		mendJane := spoil(jane, state+record)
		look("loaded with one damaged record", 1, "joe/1 from 100", "lea/1 from 100")
		mendJoe := spoil(joe, "nothing at all")
		noteChange(joe)
		look("another one is damaged later", 2, "lea/1 from 100")
		for _, sub := range []*subscribers.Subscriber{jane, joe} {
			if !strings.Contains(log.String(), "subscriber="+string(sub.ID)) {
				t.Errorf("the log does not name %s:\n%s", sub.ID, &log)
			}
		}
		mendJane()
		mendJoe()
		noteChange(jane)
		noteChange(joe)
		look("both are mended", 0, "jane/1 from 100", "joe/1 from 100", "lea/1 from 100")
	})
}

func TestPeopleAreCountedByState(t *testing.T) {
	s := newStore(redistest.Embedded(t))
	reg := prometheus.NewRegistry()
	r := New(s, emptyIndex, quiet(), reg)
	jane := save(t, s, "jane", subscribers.StateActive, "1")
	joe := save(t, s, "joe", subscribers.StateActive, "1")
	save(t, s, "pia", subscribers.StatePending)
	bring(t, r)
	jane.State = subscribers.StatePaused
	must(t, s.Save(t.Context(), store.Save{Subscriber: jane}))
	_, err := s.Erase(t.Context(), joe)
	must(t, err)
	bring(t, r)
	want := `
# HELP jobalert_subscribers Subscribers by state.
# TYPE jobalert_subscribers gauge
jobalert_subscribers{state="active"} 0
jobalert_subscribers{state="left"} 0
jobalert_subscribers{state="paused"} 1
jobalert_subscribers{state="pending"} 1
`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "jobalert_subscribers"); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(reg); len(problems) > 0 || err != nil {
		t.Errorf("lint: %v %v", problems, err)
	}
}

func TestPeopleAreDueWhenTheirTimeHasComeAndNotBefore(t *testing.T) {
	s := newStore(redistest.Embedded(t))
	r := New(s, emptyIndex, quiet(), nil)
	r.Watch(subscribers.Terms{Unconfirmed: time.Hour})
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	pia, joe := save(t, s, "pia", subscribers.StatePending), save(t, s, "joe", subscribers.StatePending)
	save(t, s, "jane", subscribers.StateActive, "1")
	pia.ChangedAt, joe.ChangedAt = at, at.Add(time.Minute)
	must(t, s.Save(t.Context(), store.Save{Subscriber: pia}))
	must(t, s.Save(t.Context(), store.Save{Subscriber: joe}))
	bring(t, r)
	for _, step := range []struct {
		after time.Duration
		want  []subscribers.ID
	}{
		{time.Hour - time.Second, nil},
		{time.Hour, []subscribers.ID{pia.ID}},
		{time.Hour + time.Minute, []subscribers.ID{min(pia.ID, joe.ID), max(pia.ID, joe.ID)}},
	} {
		if got := r.Due(at.Add(step.after)); !slices.Equal(got, step.want) {
			t.Errorf("after %s: %v, want %v", step.after, got, step.want)
		}
	}
	_, err := s.Erase(t.Context(), pia)
	must(t, err)
	bring(t, r)
	if got := r.Due(at.Add(24 * time.Hour)); !slices.Equal(got, []subscribers.ID{joe.ID}) {
		t.Errorf("after erasing one: %v", got)
	}
}

func TestManyUseOneRosterAtOnce(t *testing.T) {
	s := newStore(redistest.Embedded(t))
	r := New(s, emptyIndex, quiet(), nil)
	var people []*subscribers.Subscriber
	for n := range 20 {
		people = append(people, save(t, s, fmt.Sprint("p", n), subscribers.StateActive, "1", "2"))
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 10 {
				if err := r.Sync(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 50 {
				for _, sub := range everybody(r) {
					if n := len(r.Siblings(sub.Subscriber)); n > 2 {
						t.Errorf("%d siblings", n)
					}
					r.Note(sub)
				}
				r.Due(time.Now())
			}
		})
	}
	for _, sub := range people {
		sub.State = subscribers.StateLeft
		if err := s.Save(t.Context(), store.Save{Subscriber: sub}); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	bring(t, r)
	serves(t, r)
}
