package transfer

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
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
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/store"
)

const (
	shards = 4
	day    = 24 * time.Hour
)

func start() time.Time { return time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC) }

// installation is an office with the rooms it asks.
type installation struct {
	*Office
	desk  *signup.Desk
	redis redis.UniversalClient
}

// head is a posting log of which only the newest number is known.
type head alerts.Seq

func (h head) Head(context.Context) (alerts.Seq, error) { return alerts.Seq(h), nil }

func (head) Samples(context.Context, []alerts.Filter, int) ([]string, error) { return nil, nil }

func install(client redis.UniversalClient, key string) *installation {
	s := store.New(client, shards, mailer.NewHasher([]byte(key)), nil)
	set := suppress.New(client, shards, nil)
	desk := signup.New(s, set, head(500))
	return &installation{New(s, set, desk, head(500)), desk, client}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func address(t testing.TB, name string) mailer.Address {
	t.Helper()
	a, err := mailer.ParseAddress(name + "@example.com")
	must(t, err)
	return a
}

// enrol signs somebody up, and confirms it where they shall be more than pending.
func (in *installation) enrol(t testing.TB, name string, confirm bool) subscribers.ID {
	t.Helper()
	done, err := in.desk.Enrol(t.Context(), subscribers.Signup{
		Address: address(t, name), Locale: "de", Zone: "Europe/Berlin",
		Consent: subscribers.Consent{TextVersion: "2027-01", Source: "jobs.example.com", IPHash: "c0ffee"},
		Alerts: []subscribers.Alert{
			{Name: "Go für " + name, Cadence: alerts.Cadence{Every: alerts.EveryWeekly, Hour: 8, Weekday: "monday"}, Filter: alerts.Filter{Query: "golang"}},
			{Cadence: alerts.Cadence{Every: alerts.EveryInstant}, Filter: alerts.Filter{Skills: alerts.SkillSet{Any: []string{"rust"}}}},
		},
	}, start())
	must(t, err)
	if confirm {
		_, err := in.desk.Confirm(t.Context(), done.ID, done.Proposal, subscribers.ViaButton, start().Add(time.Hour))
		must(t, err)
	}
	return done.ID
}

// list is what an export gives, by address.
func (in *installation) list(t testing.TB) map[string]string {
	t.Helper()
	lines := map[string]string{}
	must(t, in.Export(t.Context(), func(p Person) error {
		data, err := json.Marshal(p)
		lines[p.Email.String()] = string(data)
		return err
	}))
	return lines
}

// imports takes a list in and counts what became of the people.
func (in *installation) imports(t testing.TB, lines map[string]string, now time.Time) map[Result]int {
	t.Helper()
	counts := map[Result]int{}
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		p, err := Decode([]byte(lines[name]), now)
		must(t, err)
		result, err := in.Import(t.Context(), p, now)
		must(t, err)
		counts[result]++
	}
	return counts
}

// settled is an installation with somebody in every state.
func settled(t testing.TB, client redis.UniversalClient) *installation {
	in := install(client, "a key for tests")
	in.enrol(t, "pia", false)
	yes := true
	for _, name := range []string{"jane", "joe", "pat", "lea"} {
		id := in.enrol(t, name, true)
		switch name {
		case "pat":
			_, err := in.desk.Change(t.Context(), id, subscribers.Change{Pause: &yes, PausedUntil: start().AddDate(0, 1, 0)}, start())
			must(t, err)
		case "lea":
			must(t, in.desk.Leave(t.Context(), id, "", subscribers.ViaOneClick, start()))
		}
	}
	return in
}

func TestAListThatIsExportedAndImportedIsTheSameElsewhere(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		here, there := settled(t, redistest.Embedded(t)), install(client, "another key, for another installation")
		list, now := here.list(t), start().Add(day)
		want := map[Result]int{ResultAdded: 3, ResultAsked: 1, ResultLeft: 1}
		if diff := cmp.Diff(want, there.imports(t, list, now)); diff != "" || len(list) != 5 {
			t.Errorf("%d people, imported (-want +got):\n%s", len(list), diff)
		}
		delete(list, "lea@example.com")
		delete(list, "pia@example.com") // asked anew: with a consent of today
		got := there.list(t)
		delete(got, "pia@example.com")
		if diff := cmp.Diff(list, got); diff != "" {
			t.Errorf("exported again (-want +got):\n%s", diff)
		}
		id, err := there.store.Find(t.Context(), there.store.Hash(address(t, "jane")))
		must(t, err)
		stored, err := there.store.GetStored(t.Context(), id)
		must(t, err)
		if diff := cmp.Diff(map[string]alerts.Seq{"1": 500, "2": 500}, stored.Cursors()); diff != "" {
			t.Errorf("cursors (-want +got):\n%s", diff)
		}
		letters := 0
		for shard := range shards {
			letters += int(client.XLen(t.Context(), outbox.Key(shard, mailer.KindConfirm)).Val())
		}
		if letters != 1 {
			t.Errorf("%d letters; only who has yet to confirm gets one", letters)
		}
	})
}

func TestImportingAgainBringsTheRestAndChangesNobody(t *testing.T) {
	list := settled(t, redistest.Embedded(t)).list(t)
	redistest.EveryCut(t, func(k int, after bool) bool {
		client, cutter := redistest.Embedded(t), &redistest.Cutter{}
		there := install(client, "another key, for another installation")
		client.AddHook(cutter)
		cutter.Arm(k, after)
		for _, name := range slices.Sorted(maps.Keys(list)) {
			p, err := Decode([]byte(list[name]), start().Add(day))
			must(t, err)
			if _, err := there.Import(t.Context(), p, start().Add(day)); err != nil {
				break
			}
		}
		cut := cutter.Disarm()
		there.imports(t, list, start().Add(day))
		before := there.list(t)
		if got := there.imports(t, list, start().Add(day)); got[ResultKnown] != 4 || got[ResultAdded] != 0 {
			t.Errorf("cut at %d, after %v: imported a third time: %v", k, after, got)
		}
		if diff := cmp.Diff(before, there.list(t)); diff != "" || len(before) != 4 {
			t.Errorf("cut at %d, after %v: %d people, and a third time changed them:\n%s", k, after, len(before), diff)
		}
		return cut
	})
}

func TestWhoMustNotBeWrittenToIsNotImported(t *testing.T) {
	list := settled(t, redistest.Embedded(t)).list(t)
	there := install(redistest.Embedded(t), "another key, for another installation")
	for _, name := range []string{"jane", "pia"} {
		must(t, there.suppress.Add(t.Context(), there.store.Hash(address(t, name)), suppress.ReasonComplaint, start()))
	}
	want := map[Result]int{ResultAdded: 2, ResultSuppressed: 2, ResultLeft: 1}
	if diff := cmp.Diff(want, there.imports(t, list, start().Add(time.Hour))); diff != "" {
		t.Errorf("imported (-want +got):\n%s", diff)
	}
}

func TestALineSaysWhatIsWrongWithIt(t *testing.T) {
	const good = `{"email":"jane@example.com","state":"active","time_zone":"UTC","alerts":[{"cadence":{"every":"daily","hour":8},"filter":{}}],"consent":{"source":"old system","confirmed_at":"2020-01-01T00:00:00Z"}}`
	if _, err := Decode([]byte(good), start()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"no proof of consent", `"confirmed_at":"2020-01-01T00:00:00Z"`, `"text_version":"1"`, "consent.confirmed_at: it is missing"},
		{"consent of tomorrow", "2020-01-01", "2030-01-01", "consent.confirmed_at: it is in the future"},
		{"consent to nobody knows what", `"source":"old system",`, "", "consent.source: it is missing"},
		{"no state", `"state":"active",`, "", `state: "" is not one of pending, active, paused, left`},
		{"no address", `"email":"jane@example.com",`, "", "email"},
		{"half an address", "jane@example.com", "jane@", "jane@"},
		{"no time zone", `"time_zone":"UTC",`, "", "time_zone"},
		{"no alerts", `[{"cadence":{"every":"daily","hour":8},"filter":{}}]`, "[]", "at least one alert"},
		{"an hour that is none", `"hour":8`, `"hour":25`, "alerts[0].cadence.hour"},
		{"a word nobody knows", `"state"`, `"status"`, "status"},
		{"active and paused", `"alerts"`, `"paused_until":"2030-01-01T00:00:00Z","alerts"`, "paused_until"},
		{"no JSON", "{", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := strings.Replace(good, test.old, test.new, 1)
			if _, err := Decode([]byte(line), start()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want %q", err, test.want)
			}
		})
	}
	if p, err := Decode([]byte(strings.Replace(good, `"state":"active"`, `"state":"pending"`, 1)), start()); err != nil || p.State != subscribers.StatePending {
		t.Errorf("pending: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"email":"jane@example.com","state":"active","time_zone":"UTC","alerts":[{"cadence":{"every":"daily","hour":8},"filter":{}}],"consent":{"source":"s","confirmed_at":"2020-01-01T00:00:00Z"}}`))
	f.Add([]byte(`{"email":"jane@example.com","state":"left"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		p, err := Decode(line, start())
		if err != nil {
			return
		}
		written, err := json.Marshal(p)
		must(t, err)
		q, err := Decode(written, start())
		must(t, err)
		if again, err := json.Marshal(q); err != nil || string(again) != string(written) {
			t.Errorf("%s\nbecomes %s\nand then %s, %v", line, written, again, err)
		}
	})
}
