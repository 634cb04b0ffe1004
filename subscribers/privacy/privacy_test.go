package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
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
	log    *head
	reg    *prometheus.Registry
}

// head is a posting log of which only the newest number is known.
type head struct{ seq alerts.Seq }

func (h *head) Head(context.Context) (alerts.Seq, error) { return h.seq, nil }

func (*head) Samples(context.Context, []alerts.Filter, int) ([]string, error) { return nil, nil }

func newHouse(client redis.UniversalClient) *house {
	s := store.New(client, shards, mailer.NewHasher([]byte("a key for tests")), nil)
	set := suppress.New(client, shards, nil)
	people := roster.New(s, func() *match.Index { return match.New(alerts.Rules{}, nil) }, slog.New(slog.DiscardHandler), nil)
	terms := subscribers.Terms{Unconfirmed: 7 * day, Left: 28 * day, Reconfirm: 365 * day, Answer: 30 * day}
	people.Watch(terms)
	log, reg := &head{100}, prometheus.NewRegistry()
	return &house{Keeper: New(terms, s, set, people, log, reg), redis: client, desk: signup.New(s, set, log), roster: people, log: log, reg: reg}
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
		_, err := h.suppress.Strike(t.Context(), h.store.Hash(sub.Address), start(), start())
		must(t, err)
		must(t, h.Erase(t.Context(), sub.ID))
		hash := h.store.Hash(sub.Address)
		for key, value := range dump(t, client) {
			for _, trace := range []string{"jane", "c0ffee", "my golang", "test:acme:7", string(hash[3:]), hash.String()} {
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
