package signup

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
	"jobalertd/subscribers"
)

func pause(t tester, b *bench, id subscribers.ID, paused bool, until time.Time) {
	t.Helper()
	_, err := b.Change(t.Context(), id, subscribers.Change{Pause: &paused, PausedUntil: until}, start())
	must(t, err)
}

func TestOnlyWhatIsChangedStartsAnew(t *testing.T) {
	weekly := alerts.Cadence{Every: alerts.EveryWeekly, Hour: 8, Weekday: "monday"}
	for _, test := range []struct {
		name   string
		change func([]subscribers.Alert) []subscribers.Alert
		want   map[string]string
	}{
		{"nothing", func(all []subscribers.Alert) []subscribers.Alert { return all },
			map[string]string{"1": "go from 100", "2": "rust from 100"}},
		{"a filter", func(all []subscribers.Alert) []subscribers.Alert { all[0].Filter.Query = "java"; return all },
			map[string]string{"1": "java from 200", "2": "rust from 100"}},
		{"the spelling of a filter", func(all []subscribers.Alert) []subscribers.Alert {
			all[0].Filter.Class = []alerts.Class{alerts.ClassCore}
			return all
		}, map[string]string{"1": "go from 100", "2": "rust from 100"}},
		{"a cadence", func(all []subscribers.Alert) []subscribers.Alert { all[1].Cadence = weekly; return all },
			map[string]string{"1": "go from 100", "2": "rust from 100"}},
		{"a name", func(all []subscribers.Alert) []subscribers.Alert { all[1].Name = "other"; return all },
			map[string]string{"1": "go from 100", "2": "rust from 100"}},
		{"their order", func(all []subscribers.Alert) []subscribers.Alert { return []subscribers.Alert{all[1], all[0]} },
			map[string]string{"1": "go from 100", "2": "rust from 100"}},
		{"one added", func(all []subscribers.Alert) []subscribers.Alert { return append(all, asks("c++"), asks("java")) },
			map[string]string{"1": "go from 100", "2": "rust from 100", "3": "c++ from 200", "4": "java from 200"}},
		{"one removed", func(all []subscribers.Alert) []subscribers.Alert { return all[:1] },
			map[string]string{"1": "go from 100"}},
		{"one put in the place of another", func(all []subscribers.Alert) []subscribers.Alert { return []subscribers.Alert{all[0], asks("c++")} },
			map[string]string{"1": "go from 100", "3": "c++ from 200"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			sub := active(t, b, "go", "rust")
			b.offer.head = 200
			wanted := test.change(sub.Alerts)
			_, err := b.Change(t.Context(), sub.ID, subscribers.Change{Alerts: &wanted}, start().Add(time.Hour))
			must(t, err)
			stands(t, b, sub.ID, subscribers.StateActive, test.want)
			owes(t, b)
		})
	}
}

func TestZoneAndLocaleChangeWithoutTouchingAlerts(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go")
	b.offer.head = 200
	zone, locale := "Asia/Tokyo", "ja"
	got, err := b.Change(t.Context(), sub.ID, subscribers.Change{Zone: &zone, Locale: &locale}, start().Add(time.Hour))
	must(t, err)
	if got.Zone != zone || got.Locale != locale || !got.ChangedAt.Equal(start().Add(time.Hour)) {
		t.Errorf("changed to %s, %s at %s", got.Zone, got.Locale, got.ChangedAt)
	}
	stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 100"})
}

func TestAFaultyChangeIsRefusedWhole(t *testing.T) {
	bad, good := "Mars/Olympus", "Asia/Tokyo"
	for _, test := range []struct {
		name   string
		change func([]subscribers.Alert) subscribers.Change
		field  string
	}{
		{"a zone there is not", func([]subscribers.Alert) subscribers.Change { return subscribers.Change{Zone: &bad} }, "time_zone"},
		{"no alert left", func([]subscribers.Alert) subscribers.Change {
			return subscribers.Change{Zone: &good, Alerts: &[]subscribers.Alert{}}
		}, "alerts"},
		{"a filter that cannot be read", func(all []subscribers.Alert) subscribers.Change {
			all[0].Filter.Query = "(go"
			return subscribers.Change{Zone: &good, Alerts: &all}
		}, "alerts[0].filter.query"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			sub := active(t, b, "go")
			_, err := b.Change(t.Context(), sub.ID, test.change(sub.Alerts), start())
			if faults, ok := errors.AsType[alerts.FieldErrors](err); !ok || faults[0].Field != test.field {
				t.Errorf("error = %v, want a fault of %s", err, test.field)
			}
			stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 100"})
			if got := stored(t, b, sub.ID).Zone; got != "Europe/Berlin" {
				t.Errorf("the zone was changed to %s", got)
			}
		})
	}
}

func TestAnAlertThatIsGoneIsNotBroughtBack(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go", "rust")
	must(t, b.Leave(t.Context(), sub.ID, "1", subscribers.ViaOneClick, start()))
	sub.Alerts[1].Name = "renamed in a window opened before"
	if _, err := b.Change(t.Context(), sub.ID, subscribers.Change{Alerts: &sub.Alerts}, start()); !errors.Is(err, subscribers.ErrConflict) {
		t.Errorf("error = %v, want ErrConflict", err)
	}
	twice := []subscribers.Alert{sub.Alerts[1], sub.Alerts[1]}
	if _, err := b.Change(t.Context(), sub.ID, subscribers.Change{Alerts: &twice}, start()); !errors.Is(err, subscribers.ErrConflict) {
		t.Errorf("the same alert twice: %v, want ErrConflict", err)
	}
	stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"2": "rust from 100"})
}

func TestAnAlertsNumberIsNeverUsedForAnother(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go", "rust")
	must(t, b.Leave(t.Context(), sub.ID, "2", subscribers.ViaOneClick, start()))
	more := append(stored(t, b, sub.ID).Alerts, asks("java"))
	_, err := b.Change(t.Context(), sub.ID, subscribers.Change{Alerts: &more}, start())
	must(t, err)
	must(t, b.Leave(t.Context(), sub.ID, "2", subscribers.ViaOneClick, start())) // the link of an old mail
	stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 100", "3": "java from 100"})
}

func TestAPauseEndsWithoutTheBacklog(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		sub := active(t, b, "go", "rust")
		until := start().Add(72 * time.Hour)
		pause(t, b, sub.ID, true, until)
		stands(t, b, sub.ID, subscribers.StatePaused, map[string]string{"1": "go from 100", "2": "rust from 100"})
		if got := stored(t, b, sub.ID).PausedUntil; !got.Equal(until) {
			t.Errorf("paused until %s, want %s", got, until)
		}
		b.offer.head = 300
		pause(t, b, sub.ID, false, time.Time{})
		stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 300", "2": "rust from 300"})
		b.offer.head = 400
		pause(t, b, sub.ID, false, time.Time{}) // resuming again is no new start
		stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 300", "2": "rust from 300"})
	})
}

func TestWhoIsNotConfirmedOrHasLeftCanChangeNothing(t *testing.T) {
	yes, zone, wanted := true, "Asia/Tokyo", []subscribers.Alert{asks("rust")}
	changes := map[string]subscribers.Change{
		"pause": {Pause: &yes}, "zone": {Zone: &zone}, "alerts": {Alerts: &wanted},
	}
	for name, change := range changes {
		b := newBench(redistest.Embedded(t))
		pending := enrol(t, b, janes(t, asks("go")), start())
		before := stored(t, b, pending.ID)
		if _, err := b.Change(t.Context(), pending.ID, change, start().Add(time.Hour)); !errors.Is(err, subscribers.ErrState) {
			t.Errorf("pending, %s: %v, want ErrState", name, err)
		}
		if after := stored(t, b, pending.ID); after.Version != before.Version {
			t.Errorf("pending, %s: something was changed", name)
		}
		confirm(t, b, pending, start())
		must(t, b.Leave(t.Context(), pending.ID, "", subscribers.ViaManage, start()))
		if _, err := b.Change(t.Context(), pending.ID, change, start().Add(time.Hour)); !errors.Is(err, subscribers.ErrState) {
			t.Errorf("left, %s: %v, want ErrState", name, err)
		}
	}
}

func TestLeavingEndsOneAlertOrEverything(t *testing.T) {
	for _, test := range []struct {
		name  string
		leave []string
		state subscribers.State
		want  map[string]string
	}{
		{"one of two", []string{"1"}, subscribers.StateActive, map[string]string{"2": "rust from 100"}},
		{"the same one twice", []string{"1", "1"}, subscribers.StateActive, map[string]string{"2": "rust from 100"}},
		{"one there is not", []string{"7"}, subscribers.StateActive, map[string]string{"1": "go from 100", "2": "rust from 100"}},
		{"one after the other", []string{"1", "2"}, subscribers.StateLeft, map[string]string{"2": "rust from 100"}},
		{"all", []string{""}, subscribers.StateLeft, map[string]string{"1": "go from 100", "2": "rust from 100"}},
		{"all, then one", []string{"", "1"}, subscribers.StateLeft, map[string]string{"1": "go from 100", "2": "rust from 100"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			sub := active(t, b, "go", "rust")
			for _, alert := range test.leave {
				must(t, b.Leave(t.Context(), sub.ID, alert, subscribers.ViaOneClick, start().Add(time.Hour)))
			}
			stands(t, b, sub.ID, test.state, test.want)
			owes(t, b)
		})
	}
	b := newBench(redistest.Embedded(t))
	if err := b.Leave(t.Context(), subscribers.NewID(mailer.AddressHash{}), "", subscribers.ViaMailto, start()); !errors.Is(err, subscribers.ErrNotFound) {
		t.Errorf("nobody: %v, want ErrNotFound", err)
	}
}

func TestLeavingAgainKeepsTheTimeOfLeaving(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go", "rust")
	must(t, b.Leave(t.Context(), sub.ID, "", subscribers.ViaOneClick, start()))
	left := stored(t, b, sub.ID).ChangedAt
	for _, alert := range []string{"", "1"} {
		must(t, b.Leave(t.Context(), sub.ID, alert, subscribers.ViaOneClick, start().Add(240*time.Hour)))
	}
	if got := stored(t, b, sub.ID).ChangedAt; !got.Equal(left) {
		t.Errorf("left at %s, and again at %s: the record would be kept longer", left, got)
	}
}

func TestAfterLeavingTheConfirmLinkWorksNoMore(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		done := enrol(t, b, janes(t, asks("go")), start())
		must(t, b.Leave(t.Context(), done.ID, "", subscribers.ViaButton, start()))
		if _, err := b.Confirm(t.Context(), done.ID, done.Proposal, subscribers.ViaButton, start()); !errors.Is(err, subscribers.ErrExpired) {
			t.Errorf("error = %v, want ErrExpired", err)
		}
		stands(t, b, done.ID, subscribers.StateLeft, map[string]string{})
		if stored(t, b, done.ID).Proposal != nil {
			t.Error("the signup is still there")
		}
	})
}

func TestAFreshLinkIsMailedOnceInTenMinutes(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go")
	for _, minute := range []int{0, 1, 9, 10, 15, 20} {
		must(t, b.SendManageLink(t.Context(), sub.ID, start().Add(time.Duration(minute)*time.Minute)))
	}
	owes(t, b, mailer.KindManage, mailer.KindManage, mailer.KindManage)
	ids := map[string]bool{}
	for _, l := range letters(t, b) {
		ids[l.ID] = true
	}
	if len(ids) != 3 {
		t.Errorf("the three letters have %d names", len(ids))
	}
}

func TestManyWhoChangeOnePersonAtOnceLoseNoWish(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		sub := active(t, b, "go", "rust", "java", "c++")
		var wg sync.WaitGroup
		for n := range 4 {
			wg.Go(func() {
				zone := []string{"Asia/Tokyo", "Europe/Paris", "UTC", "America/New_York"}[n]
				if _, err := b.Change(t.Context(), sub.ID, subscribers.Change{Zone: &zone}, start()); err != nil {
					t.Error(err)
				}
			})
			if n < 3 {
				wg.Go(func() {
					if err := b.Leave(t.Context(), sub.ID, strconv.Itoa(n+1), subscribers.ViaOneClick, start()); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"4": "c++ from 100"})
		if v := stored(t, b, sub.ID).Version; v < 5 || v > 9 { // two of active, three left, one to four zones
			t.Errorf("version %d after seven changes", v)
		}
		owes(t, b)
	})
}

func TestSignupsOfOneAddressAtOnceMakeOnePerson(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		done := make([]Enrolled, 6)
		var wg sync.WaitGroup
		for n := range done {
			wg.Go(func() {
				var err error
				if done[n], err = b.Enrol(t.Context(), janes(t, asks("go")), start()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, d := range done {
			if d != done[0] {
				t.Errorf("one form sent six times at once: %v", done)
			}
		}
		owes(t, b, mailer.KindConfirm)
		if n := client.HLen(t.Context(), mailer.ShardKey(done[0].ID.Shard(shards), "people")).Val(); n != 1 {
			t.Errorf("%d people", n)
		}
		if n := client.XLen(t.Context(), outbox.Key(done[0].ID.Shard(shards), mailer.KindConfirm)).Val(); n != 1 {
			t.Errorf("%d letters", n)
		}
	})
}
