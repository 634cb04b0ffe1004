package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/postings"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/store"
)

const shards = 4

func made() time.Time { return time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// settle fills a Redis as the rooms do: people, their letters, some in hand and some given up, a
// suppression, postings; and what expires by itself.
func settle(t testing.TB, client redis.UniversalClient, people int) {
	t.Helper()
	hasher := mailer.NewHasher([]byte("a key for tests"))
	_, err := store.Layout(t.Context(), client, shards, hasher)
	must(t, err)
	log, set := postings.New(client, nil), suppress.New(client, shards, nil)
	s, box := store.New(client, shards, hasher, nil), outbox.New(outbox.Config{Shards: shards}, client)
	desk := signup.New(s, set, offers{log})
	for n := range people {
		a, err := mailer.ParseAddress(fmt.Sprintf("person%d@example.com", n))
		must(t, err)
		done, err := desk.Enrol(t.Context(), subscribers.Signup{Address: a, Zone: "UTC", Alerts: []subscribers.Alert{
			{Name: "Go für alle", Cadence: alerts.Cadence{Every: alerts.EveryInstant}}, {Cadence: alerts.Cadence{Every: alerts.EveryDaily, Hour: 8}},
		}}, made())
		must(t, err)
		if n%2 == 0 {
			_, err := desk.Confirm(t.Context(), done.ID, done.Proposal, subscribers.ViaButton, made())
			must(t, err)
		}
		if n%3 == 0 {
			must(t, set.Add(t.Context(), hasher.Hash(a), suppress.ReasonComplaint, made()))
		}
		_, err = log.Commit(t.Context(), []alerts.Posting{{ID: fmt.Sprintf("test:acme:%d", n), Source: "test", Title: fmt.Sprint("Engineer ", n), Company: "Acme", Class: alerts.ClassCore}})
		must(t, err)
	}
	claims, err := box.Claim(t.Context(), 3)
	must(t, err)
	must(t, box.Done(t.Context(), claims[0], "sent"))
	must(t, box.Bury(t.Context(), claims[1], mailer.Outcome{Class: mailer.ClassInDoubt}))
	must(t, box.Retry(t.Context(), claims[2], made().Add(time.Hour), mailer.Outcome{}))
	must(t, client.Set(t.Context(), "jobalert:lease", "somebody", time.Hour).Err())
}

// offers is the posting log as the desk asks for it.
type offers struct{ *postings.Log }

func (offers) Samples(_ context.Context, _ []alerts.Filter, _ int) ([]string, error) { return nil, nil }

// backup is a backup as a file.
func backup(t testing.TB, client redis.UniversalClient) string {
	t.Helper()
	var file bytes.Buffer
	_, err := Write(t.Context(), client, &file, made(), nil)
	must(t, err)
	return file.String()
}

// contents is what a backup holds, by key; Redis gives the fields of a hash in no order.
func contents(t testing.TB, file string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	_, err := read(strings.NewReader(file), func(_ int, i item) error {
		for _, e := range i.Entries {
			all[i.Key] = append(all[i.Key], fmt.Sprintf("%s %q", e.ID, e.Values))
		}
		for pair := range slices.Chunk(i.Values, 2) {
			all[i.Key] = append(all[i.Key], fmt.Sprintf("%s %q", i.Type, pair))
		}
		return nil
	})
	must(t, err)
	for _, held := range all {
		slices.Sort(held)
	}
	return all
}

func TestWhatIsRestoredIsWhatWasBackedUp(t *testing.T) {
	redistest.Each(t, func(t *testing.T, there redis.UniversalClient) {
		here := redistest.Server(t)
		const people = 30
		settle(t, here, people)
		file := backup(t, here)
		told := 0
		at, err := Restore(t.Context(), there, strings.NewReader(file), func(done, _ int) { told = done })
		if must(t, err); !at.Equal(made()) || told != strings.Count(file, "\n")-1 {
			t.Errorf("restored what there was at %s, %d lines", at, told)
		}
		if diff := cmp.Diff(contents(t, file), contents(t, backup(t, there))); diff != "" {
			t.Errorf("backed up again (-want +got):\n%s", diff)
		}
		box := outbox.New(outbox.Config{Shards: shards}, there)
		stats, err := box.Stats(t.Context(), made())
		must(t, err)
		if got := stats.Ready + stats.Waiting + stats.Dead; got != people+people/2-1 || stats.InHand != 0 {
			t.Errorf("letters: %+v", stats)
		}
		must(t, Ready(t.Context(), there))
		if strings.Contains(file, "lease") {
			t.Error("the backup holds a lease")
		}
		if _, err := Restore(t.Context(), there, strings.NewReader(file), nil); !errors.Is(err, ErrUsed) {
			t.Errorf("restoring over it: %v, want ErrUsed", err)
		}
	})
}

func TestADamagedBackupIsRefusedBeforeAnythingIsDone(t *testing.T) {
	here := redistest.Embedded(t)
	settle(t, here, 5)
	good := backup(t, here)
	lines := strings.SplitAfter(good, "\n")
	for _, test := range []struct {
		name, file string
		want       error
	}{
		{"empty", "", ErrFormat},
		{"something else", `{"id":"f1"}` + "\n", ErrFormat},
		{"of a newer version", strings.Replace(good, `"jobalert_backup":1`, `"jobalert_backup":2`, 1), ErrFormat},
		{"cut off", good[:len(good)/2], ErrDamaged},
		{"without its end", strings.TrimSuffix(good, lines[len(lines)-2]), ErrDamaged},
		{"a line is missing", strings.Replace(good, lines[3], "", 1), ErrDamaged},
		{"a letter is changed", strings.Replace(good, "hash", "hush", 1), ErrDamaged},
		{"something follows", good + "{}\n", ErrDamaged},
	} {
		t.Run(test.name, func(t *testing.T) {
			there := redistest.Embedded(t)
			if _, err := Restore(t.Context(), there, strings.NewReader(test.file), nil); !errors.Is(err, test.want) {
				t.Errorf("error = %v, want %v", err, test.want)
			}
			if n := there.DBSize(t.Context()).Val(); n != 0 {
				t.Errorf("%d keys were written", n)
			}
		})
	}
}

func TestARestoreThatWasCutOffKeepsTheDaemonFromStartingAndCanBeRunAgain(t *testing.T) {
	here := redistest.Embedded(t)
	settle(t, here, 5)
	file := backup(t, here)
	redistest.EveryCut(t, func(k int, after bool) bool {
		there, cutter := redistest.Embedded(t), &redistest.Cutter{}
		there.AddHook(cutter)
		cutter.Arm(k, after)
		_, err := Restore(t.Context(), there, strings.NewReader(file), nil)
		cut := cutter.Disarm()
		begun := there.DBSize(t.Context()).Val() > 0
		if err == nil || begun && Ready(t.Context(), there) == nil {
			// Its reply may have been lost; then all of it must be there.
			if diff := cmp.Diff(contents(t, file), contents(t, backup(t, there))); diff != "" {
				t.Errorf("cut at %d, after %v: half a restore counts as done (-want +got):\n%s", k, after, diff)
			}
			return cut
		}
		if _, err := Restore(t.Context(), there, strings.NewReader(file), nil); err != nil {
			t.Errorf("cut at %d, after %v: again: %v", k, after, err)
		}
		if diff := cmp.Diff(contents(t, file), contents(t, backup(t, there))); diff != "" {
			t.Errorf("cut at %d, after %v: restored (-want +got):\n%s", k, after, diff)
		}
		return cut
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"jobalert_backup":1,"at":"2027-03-01T09:00:00Z"}` + "\n" + `{"key":"a","type":"hash","values":["YQ==","Yg=="]}` + "\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		n := 0
		if _, err := read(bytes.NewReader(file), func(int, item) error { n++; return nil }); err == nil && n > bytes.Count(file, []byte("\n")) {
			t.Errorf("%d items in %d lines", n, bytes.Count(file, []byte("\n")))
		}
	})
}
