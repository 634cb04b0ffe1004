package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/alerts/match"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/roster"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/store"
)

const (
	shards = 4
	day    = 24 * time.Hour
)

func start() time.Time { return time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC) }

// house is a keeper with the rooms it looks after.
type house struct {
	*Keeper
	redis  redis.UniversalClient
	desk   *signup.Desk
	roster *roster.Roster
}

type noPostings struct{}

func (noPostings) Head(context.Context) (alerts.Seq, error) { return 100, nil }

func (noPostings) Samples(context.Context, []alerts.Filter, int) ([]string, error) { return nil, nil }

func newHouse(client redis.UniversalClient) *house {
	s := store.New(client, shards, mailer.NewHasher([]byte("a key for tests")), nil)
	set := suppress.New(client, shards, nil)
	people := roster.New(s, func() *match.Index { return match.New(alerts.Rules{}, nil) }, nil)
	return &house{Keeper: New(Config{}, s, set, people), redis: client, desk: signup.New(s, set, noPostings{}), roster: people}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// enrol signs a person up for an alert on each of the words.
func (h *house) enrol(t testing.TB, name string, now time.Time, words ...string) signup.Enrolled {
	t.Helper()
	a, err := mailer.ParseAddress(name + "@example.com")
	must(t, err)
	s := subscribers.Signup{Address: a, Locale: "de", Zone: "Europe/Berlin", Consent: subscribers.Consent{TextVersion: "2027-01", Source: "jobs.example.com", IPHash: "c0ffee"}}
	for _, word := range words {
		s.Alerts = append(s.Alerts, subscribers.Alert{Name: "my " + word, Cadence: alerts.Cadence{Every: alerts.EveryInstant}, Filter: alerts.Filter{Query: word}})
	}
	done, err := h.desk.Enrol(t.Context(), s, now)
	must(t, err)
	return done
}

func (h *house) confirmed(t testing.TB, name string, now time.Time) *subscribers.Subscriber {
	t.Helper()
	done := h.enrol(t, name, now, "golang", "rustlang")
	sub, err := h.desk.Confirm(t.Context(), done.ID, done.Proposal, subscribers.ViaButton, now)
	must(t, err)
	return sub
}

// tell lets the person's first alert tell of a job, which the second may meet again.
func (h *house) tell(t testing.TB, sub *subscribers.Subscriber, posting string) {
	t.Helper()
	got, err := h.store.Serve(t.Context(), h.store.Hash(sub.Address), digest.Serving{
		Subscriber: string(sub.ID), Alert: "1", From: 100, To: 200, Shared: true, Floor: 100,
		Announced: []digest.Announced{{Seq: 150, Posting: posting}},
	})
	if must(t, err); got.Result != digest.ResultServed {
		t.Fatalf("served: %v", got)
	}
}

func TestAnExportHoldsEverythingThatIsKept(t *testing.T) {
	h := newHouse(redistest.Embedded(t))
	sub := h.confirmed(t, "jane", start())
	h.tell(t, sub, "test:acme:7")
	h.enrol(t, "jane", start().Add(time.Hour), "cobol")
	must(t, h.suppress.Add(t.Context(), h.store.Hash(sub.Address), suppress.ReasonComplaint, start()))
	data, err := h.Export(t.Context(), sub.ID)
	must(t, err)
	for _, want := range []string{
		"jane@example.com", string(sub.ID), "active", "de", "Europe/Berlin", "golang", "rustlang", "my golang", "cobol",
		"2027-01", "jobs.example.com", "c0ffee", "button", "test:acme:7", "complaint", "2027-03-01T09:00:00Z",
	} {
		if !strings.Contains(string(data), `"`+want+`"`) {
			t.Errorf("the export does not tell %q:\n%s", want, data)
		}
	}
	var parts map[string]json.RawMessage
	must(t, json.Unmarshal(data, &parts))
	if got := string(parts["served_up_to"]); !strings.Contains(got, (alerts.Seq(200)).Time().Format(time.RFC3339Nano)) {
		t.Errorf("served up to: %s", got)
	}
	if _, err := h.Export(t.Context(), subscribers.NewID(mailer.AddressHash{})); !errors.Is(err, subscribers.ErrNotFound) {
		t.Errorf("nobody: %v, want ErrNotFound", err)
	}
}

// dump is everything in Redis, as text, by key; of a hash, by key and field.
func dump(t testing.TB, client redis.UniversalClient) map[string]string {
	t.Helper()
	keys, err := client.Keys(t.Context(), "*").Result()
	must(t, err)
	all := map[string]string{}
	for _, key := range keys {
		switch kind := client.Type(t.Context(), key).Val(); kind {
		case "string":
			all[key] = client.Get(t.Context(), key).Val()
		case "hash":
			for field, value := range client.HGetAll(t.Context(), key).Val() {
				all[key+" "+field] = value
			}
		case "zset":
			all[key] = fmt.Sprint(client.ZRange(t.Context(), key, 0, -1).Val())
		case "stream":
			all[key] = fmt.Sprint(client.XRange(t.Context(), key, "-", "+").Val())
		default:
			t.Fatalf("key %s is a %s", key, kind)
		}
	}
	return all
}

func TestErasingLeavesNothingOfThePerson(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		h := newHouse(client)
		sub := h.confirmed(t, "jane", start())
		other := h.confirmed(t, "joe", start())
		h.tell(t, sub, "test:acme:7")
		must(t, h.Erase(t.Context(), sub.ID))
		hash := h.store.Hash(sub.Address)
		for key, value := range dump(t, client) {
			for _, trace := range []string{"jane", "c0ffee", "my golang", "test:acme:7", string(hash[3:])} {
				if strings.Contains(key+value, trace) && !strings.Contains(key, string(other.ID)) {
					t.Errorf("%q is left in %s: %s", trace, key, value)
				}
			}
			if strings.Contains(key, string(sub.ID)) {
				t.Errorf("the key %s is left", key)
			}
		}
		if err := h.Erase(t.Context(), sub.ID); !errors.Is(err, subscribers.ErrNotFound) {
			t.Errorf("erasing again: %v, want ErrNotFound", err)
		}
		if _, err := h.store.Get(t.Context(), other.ID); err != nil {
			t.Errorf("somebody else is gone too: %v", err)
		}
	})
}

func TestASuppressionOutlivesErasing(t *testing.T) {
	h := newHouse(redistest.Embedded(t))
	sub := h.confirmed(t, "jane", start())
	must(t, h.suppress.Add(t.Context(), h.store.Hash(sub.Address), suppress.ReasonComplaint, start()))
	must(t, h.Erase(t.Context(), sub.ID))
	if done := h.enrol(t, "jane", start().Add(day), "golang"); done != (signup.Enrolled{}) {
		t.Errorf("somebody who complained was signed up again: %v", done)
	}
}

// sweep looks after everybody at a moment and checks how many records that changed.
func (h *house) sweep(t testing.TB, now time.Time, want int) {
	t.Helper()
	must(t, h.roster.Sync(t.Context()))
	if n, err := h.Sweep(t.Context(), h.desk, now); n != want || err != nil {
		t.Errorf("Sweep at %s = %d, %v; want %d", now, n, err, want)
	}
}

// states is the states of people by name; gone where there is no record.
func (h *house) states(t testing.TB, people map[string]subscribers.ID) map[string]subscribers.State {
	t.Helper()
	states := map[string]subscribers.State{}
	for name, id := range people {
		sub, err := h.store.Get(t.Context(), id)
		switch {
		case errors.Is(err, subscribers.ErrNotFound):
			states[name] = "gone"
		case err != nil:
			t.Fatal(err)
		default:
			states[name] = sub.State
		}
	}
	return states
}

func TestASweepEndsWhatIsOverAndNothingElse(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		h := newHouse(client)
		pause := func(id subscribers.ID, until time.Time) {
			yes := true
			_, err := h.desk.Change(t.Context(), id, subscribers.Change{Pause: &yes, PausedUntil: until}, start())
			must(t, err)
		}
		people := map[string]subscribers.ID{"pending": h.enrol(t, "pia", start(), "golang").ID}
		for _, name := range []string{"active", "left", "back", "week", "endless"} {
			people[name] = h.confirmed(t, name, start()).ID
		}
		for _, name := range []string{"left", "back"} {
			must(t, h.desk.Leave(t.Context(), people[name], "", subscribers.ViaOneClick, start()))
		}
		h.enrol(t, "back", start().Add(20*day), "golang") // and not confirmed
		pause(people["week"], start().Add(7*day))
		pause(people["endless"], time.Time{})
		want := map[string]subscribers.State{
			"pending": subscribers.StatePending, "active": subscribers.StateActive, "left": subscribers.StateLeft,
			"back": subscribers.StateLeft, "week": subscribers.StatePaused, "endless": subscribers.StatePaused,
		}
		for _, step := range []struct {
			after time.Duration
			n     int
			over  map[string]subscribers.State
		}{
			{7*day - time.Second, 0, nil},
			{7 * day, 2, map[string]subscribers.State{"pending": "gone", "week": subscribers.StateActive}},
			{28*day - time.Second, 0, nil},
			{28 * day, 1, map[string]subscribers.State{"left": "gone"}},
			{48*day - time.Second, 0, nil},
			{48 * day, 1, map[string]subscribers.State{"back": "gone"}}, // 28 days after the signup nobody confirmed
			{1000 * day, 0, nil},
		} {
			h.sweep(t, start().Add(step.after), step.n)
			for name, state := range step.over {
				want[name] = state
			}
			if diff := cmp.Diff(want, h.states(t, people)); diff != "" {
				t.Errorf("after %s (-want +got):\n%s", step.after, diff)
			}
		}
	})
}

// meddler is a redis.Hook that does something just before the first script of an erasure runs.
type meddler struct {
	redistest.Cutter
	do func()
}

func (m *meddler) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if do := m.do; do != nil && strings.HasPrefix(cmd.Name(), "eval") {
			m.do = nil
			do()
		}
		return next(ctx, cmd)
	}
}

func TestWhoComesBackWhileTheyAreBeingErasedStays(t *testing.T) {
	client := redistest.Embedded(t)
	h := newHouse(client)
	left := h.confirmed(t, "jane", start())
	must(t, h.desk.Leave(t.Context(), left.ID, "", subscribers.ViaOneClick, start()))
	must(t, h.roster.Sync(t.Context()))
	m := &meddler{do: func() { h.enrol(t, "jane", start().Add(28*day), "golang") }}
	client.AddHook(m)
	h.sweep(t, start().Add(28*day), 0)
	sub, err := h.store.Get(t.Context(), left.ID)
	if err != nil || sub.Proposal == nil {
		t.Errorf("the signup that was answered meanwhile is lost: %v", err)
	}
	// Whoever wants to be erased is, whatever changes meanwhile.
	m.do = func() { must(t, h.desk.SendManageLink(t.Context(), left.ID, start())) }
	must(t, h.Erase(t.Context(), left.ID))
	if _, err := h.store.Get(t.Context(), left.ID); !errors.Is(err, subscribers.ErrNotFound) {
		t.Errorf("after erasing: %v, want ErrNotFound", err)
	}
}
