package privacy

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

// sweep looks after everybody at a moment and checks how many records that changed.
func (h *house) sweep(t testing.TB, now time.Time, want int) {
	t.Helper()
	must(t, h.roster.Sync(t.Context()))
	if n, err := h.Sweep(t.Context(), now); n != want || err != nil {
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
			{27*day - time.Second, 0, nil},
			{27 * day, 1, nil}, // the signup of who had left: dropped
			{28*day - time.Second, 0, nil},
			{28 * day, 1, map[string]subscribers.State{"left": "gone"}},
			{48*day - time.Second, 0, nil},
			{48 * day, 1, map[string]subscribers.State{"back": "gone"}}, // 28 days after the signup nobody confirmed
			{365 * day, 0, nil},
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

// asked is when somebody who confirmed at start is asked: the next nine o'clock in Berlin after 365 days.
func asked() time.Time { return time.Date(2028, 3, 1, 8, 0, 0, 0, time.UTC) }

// owed is the letters of one kind that are owed.
func (h *house) owed(t testing.TB, kind mailer.Kind) []mailer.Letter {
	t.Helper()
	var letters []mailer.Letter
	for shard := range shards {
		for _, entry := range h.redis.XRange(t.Context(), outbox.Key(shard, kind), "-", "+").Val() {
			l, err := outbox.Decode(entry.Values["letter"].(string))
			must(t, err)
			if l.Kind == kind {
				letters = append(letters, l)
			}
		}
	}
	return letters
}

func TestAfterAYearPeopleAreAskedOnceAndSilenceEndsTheSubscription(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		h := newHouse(client)
		people := map[string]subscribers.ID{"jane": h.confirmed(t, "jane", start()).ID}
		h.enrol(t, "jane", start().Add(360*day), "cobol") // by anybody: no sign of hers
		h.sweep(t, asked().Add(-time.Second), 0)
		h.sweep(t, asked(), 1)
		h.sweep(t, asked(), 0)
		letters := h.owed(t, mailer.KindReconfirm)
		if len(letters) != 1 || letters[0].Subscriber != string(people["jane"]) || letters[0].Proposal == "" {
			t.Fatalf("letters: %v", letters)
		}
		h.sweep(t, asked().Add(30*day-time.Second), 1) // the signup nobody confirmed
		if got := h.states(t, people)["jane"]; got != subscribers.StateActive {
			t.Errorf("a second before the end she is %s", got)
		}
		h.sweep(t, asked().Add(30*day), 1)
		if got := h.states(t, people)["jane"]; got != subscribers.StateLeft {
			t.Errorf("without an answer she is %s", got)
		}
		if _, err := h.desk.Confirm(t.Context(), people["jane"], letters[0].Proposal, subscribers.ViaButton, asked().Add(31*day)); !errors.Is(err, subscribers.ErrExpired) {
			t.Errorf("an answer that comes too late: %v, want ErrExpired", err)
		}
		h.sweep(t, asked().Add(58*day), 1)
		if got := h.states(t, people)["jane"]; got != "gone" {
			t.Errorf("four weeks later she is %s", got)
		}
		want := `
# HELP jobalert_retention_steps_total What happened to subscribers by itself when its time had come.
# TYPE jobalert_retention_steps_total counter
jobalert_retention_steps_total{step="ask"} 1
jobalert_retention_steps_total{step="drop"} 1
jobalert_retention_steps_total{step="end"} 1
jobalert_retention_steps_total{step="erase"} 1
jobalert_retention_steps_total{step="resume"} 0
`
		if err := testutil.GatherAndCompare(h.reg, strings.NewReader(want)); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoShowsThatTheyStillWantItKeepsIt(t *testing.T) {
	answers := map[string]func(t *testing.T, h *house, sub *subscribers.Subscriber, now time.Time){
		"by the link": func(t *testing.T, h *house, sub *subscribers.Subscriber, now time.Time) {
			for range 2 {
				kept, err := h.desk.Confirm(t.Context(), sub.ID, sub.Question(), subscribers.ViaButton, now)
				must(t, err)
				if len(kept.Alerts) != len(sub.Alerts) || !kept.Consent.ConfirmedAt.Equal(sub.Consent.ConfirmedAt) {
					t.Errorf("the answer changed more than the question: %v", kept)
				}
			}
		},
		"by a change": func(t *testing.T, h *house, sub *subscribers.Subscriber, now time.Time) {
			zone := "Asia/Tokyo"
			_, err := h.desk.Change(t.Context(), sub.ID, subscribers.Change{Zone: &zone}, now)
			must(t, err)
		},
		"by saving the page as it was": func(t *testing.T, h *house, sub *subscribers.Subscriber, now time.Time) {
			_, err := h.desk.Change(t.Context(), sub.ID, subscribers.Change{}, now)
			must(t, err)
		},
		"by signing up again": func(t *testing.T, h *house, sub *subscribers.Subscriber, now time.Time) {
			again := h.enrol(t, "jane", now, "cobol")
			_, err := h.desk.Confirm(t.Context(), again.ID, again.Proposal, subscribers.ViaButton, now)
			must(t, err)
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			h := newHouse(redistest.Embedded(t))
			id := h.confirmed(t, "jane", start()).ID
			h.sweep(t, asked(), 1)
			sub, err := h.store.Get(t.Context(), id)
			must(t, err)
			at := asked().Add(10 * day)
			answer(t, h, sub, at)
			h.sweep(t, at.Add(364*day), 0)
			if got := h.states(t, map[string]subscribers.ID{"jane": id})["jane"]; got != subscribers.StateActive {
				t.Errorf("a year later she is %s", got)
			}
			h.sweep(t, at.Add(366*day), 1)
			if got := len(h.owed(t, mailer.KindReconfirm)); got != 2 {
				t.Errorf("%d questions in two years", got)
			}
			if got := len(h.owed(t, mailer.KindWelcome)); got != 1 && name != "by signing up again" {
				t.Errorf("%d welcomes", got)
			}
		})
	}
}

func TestWhomNobodyMayWriteToIsNotAskedAndKeepsNobodyWaiting(t *testing.T) {
	h := newHouse(redistest.Embedded(t))
	jane, joe := h.confirmed(t, "jane", start()), h.confirmed(t, "joe", start())
	broken := h.confirmed(t, "ann", start())
	must(t, h.suppress.Add(t.Context(), h.store.Hash(jane.Address), suppress.ReasonOperator, start()))
	must(t, h.roster.Sync(t.Context()))
	shard := broken.ID.Shard(shards)
	must(t, h.redis.HSet(t.Context(), mailer.ShardKey(shard, "people"), string(broken.ID), "?").Err())
	n, err := h.Sweep(t.Context(), asked())
	if n != 1 || err == nil || !strings.Contains(err.Error(), string(broken.ID)) {
		t.Errorf("Sweep = %d, %v; want one step, and the broken record named", n, err)
	}
	if letters := h.owed(t, mailer.KindReconfirm); len(letters) != 1 || letters[0].Subscriber != string(joe.ID) {
		t.Errorf("letters: %v", letters)
	}
}

func TestAPauseEndsAtItsDateHoweverLateWeAre(t *testing.T) {
	h := newHouse(redistest.Embedded(t))
	id := h.confirmed(t, "jane", start()).ID
	yes, until := true, start().Add(7*day)
	_, err := h.desk.Change(t.Context(), id, subscribers.Change{Pause: &yes, PausedUntil: until}, start())
	must(t, err)
	h.log.seq = alerts.SeqAt(start().Add(9 * day)) // postings came in during an outage
	h.sweep(t, start().Add(9*day), 1)
	stored, err := h.store.GetStored(t.Context(), id)
	must(t, err)
	want := map[string]alerts.Seq{"1": alerts.SeqAt(until), "2": alerts.SeqAt(until)}
	if diff := cmp.Diff(want, stored.Cursors()); diff != "" || stored.State != subscribers.StateActive || !stored.PausedUntil.IsZero() {
		t.Errorf("%s, cursors (-want +got):\n%s", stored.State, diff)
	}
}

func TestAPauseThatIsProlongedAtTheLastMomentGoesOn(t *testing.T) {
	client := redistest.Embedded(t)
	h := newHouse(client)
	id := h.confirmed(t, "jane", start()).ID
	pause := func(until time.Time) {
		yes := true
		_, err := h.desk.Change(t.Context(), id, subscribers.Change{Pause: &yes, PausedUntil: until}, start())
		must(t, err)
	}
	pause(start().Add(7 * day))
	must(t, h.roster.Sync(t.Context()))
	client.AddHook(&meddler{do: func() { pause(start().Add(70 * day)) }})
	h.sweep(t, start().Add(7*day), 0)
	if got := h.states(t, map[string]subscribers.ID{"jane": id})["jane"]; got != subscribers.StatePaused {
		t.Errorf("she is %s", got)
	}
}

func TestASweepThatIsCutAsksOnce(t *testing.T) {
	redistest.EveryCut(t, func(k int, after bool) bool {
		client := redistest.Embedded(t)
		h, cutter := newHouse(client), &redistest.Cutter{}
		h.confirmed(t, "jane", start())
		must(t, h.roster.Sync(t.Context()))
		client.AddHook(cutter)
		cutter.Arm(k, after)
		_, _ = h.Sweep(t.Context(), asked())
		cut := cutter.Disarm()
		must(t, h.roster.Sync(t.Context()))
		_, err := h.Sweep(t.Context(), asked().Add(time.Minute))
		must(t, err)
		if letters := h.owed(t, mailer.KindReconfirm); len(letters) != 1 {
			t.Errorf("cut at %d, after %v: %d questions", k, after, len(letters))
		}
		return cut
	})
}

func TestAPauseWithoutEndEndsInSilence(t *testing.T) {
	h := newHouse(redistest.Embedded(t))
	id, yes := h.confirmed(t, "jane", start()).ID, true
	paused := start().Add(100 * day)
	_, err := h.desk.Change(t.Context(), id, subscribers.Change{Pause: &yes}, paused)
	must(t, err)
	over := paused.Add(h.terms.Reconfirm + h.terms.Answer)
	h.sweep(t, over.Add(-time.Second), 0)
	h.sweep(t, over, 1)
	if got := h.states(t, map[string]subscribers.ID{"jane": id})["jane"]; got != subscribers.StateLeft {
		t.Errorf("the state is %s, want left", got)
	}
	if got := h.owed(t, mailer.KindReconfirm); len(got) > 0 {
		t.Errorf("somebody who had asked for silence is owed %v", got)
	}
	h.sweep(t, over.Add(h.terms.Left), 1)
	if _, err := h.store.Get(t.Context(), id); !errors.Is(err, subscribers.ErrNotFound) {
		t.Errorf("Get = %v: something was kept", err)
	}
}
