package digest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"jobalertd/alerts"
	"jobalertd/alerts/postings"
	"jobalertd/mailer"
)

const day = 24 * time.Hour

func TestAnInstantAlertTellsAtOnceAndOnce(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", instant(), monday())
	r := b.runner(d)
	run(t, r, monday(), 0)
	first := b.at(monday()).post(1, "go")
	b.post(2, "rust")
	run(t, r, monday().Add(time.Second), 1)
	run(t, r, monday().Add(2*time.Second), 0)
	second, third := b.post(3, "go"), b.post(4, "go")
	run(t, r, monday().Add(3*time.Second), 1)
	told(t, d, "jane", "1", []string{first}, []string{third, second})
	for _, l := range d.letters {
		if l.Kind != mailer.KindAlert {
			t.Errorf("the letter is of kind %s, want alert", l.Kind)
		}
	}
}

func TestAScheduledAlertTellsAtItsHourOfWhatCameBefore(t *testing.T) {
	for _, test := range []struct {
		name    string
		cadence alerts.Cadence
		period  time.Duration
	}{
		{"daily", daily(), day},
		{"weekly", weekly(), 7 * day},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, d := newBoard(t), newDesk()
			slot, next := monday(), monday().Add(test.period)
			d.wants("jane", "1", "go", test.cadence, slot.Add(-time.Hour))
			r := b.runner(d)
			first := b.at(slot.Add(-30*time.Minute)).post(1, "go")
			run(t, r, slot.Add(-time.Microsecond), 0)
			second := b.at(slot.Add(time.Millisecond)).post(2, "go")
			run(t, r, slot.Add(time.Minute), 1)
			run(t, r, slot.Add(time.Hour), 0)
			run(t, r, next.Add(-time.Microsecond), 0)
			run(t, r, next, 1)
			run(t, r, next.Add(test.period), 0)
			told(t, d, "jane", "1", []string{first}, []string{second})
			if kind := d.letters[0].Kind; kind != mailer.KindDigest {
				t.Errorf("the letter is of kind %s, want digest", kind)
			}
		})
	}
}

func TestWhatWasMissedIsMadeUpOnce(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
	var all []string
	for n := range 4 {
		all = append(all, b.at(monday().Add(time.Duration(n)*day-time.Minute)).post(n, "go"))
	}
	late := b.at(monday().Add(3*day+time.Minute)).post(5, "go")
	r := b.runner(d)
	run(t, r, monday().Add(3*day+5*time.Hour), 1) // the slots of four days at once
	run(t, r, monday().Add(3*day+6*time.Hour), 0)
	run(t, r, monday().Add(4*day), 1)
	slices.Reverse(all)
	told(t, d, "jane", "1", all, []string{late})
}

func TestWhoeverRunsAndHoweverOftenEachJobIsToldOnce(t *testing.T) {
	b, d := newBoard(t), newDesk()
	const people, jobs = 20, 6
	for n := range people {
		d.wants(fmt.Sprint("p", n), "1", "go", instant(), monday())
		d.wants(fmt.Sprint("p", n), "2", "people", daily(), monday())
	}
	var wg sync.WaitGroup
	b.at(monday())
	for range 4 {
		wg.Go(func() {
			r := b.runner(d)
			for n := range jobs {
				b.post(n, "go") // whoever is first
				if _, err := r.Run(t.Context(), monday().Add(time.Duration(n)*6*time.Hour)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	// Heard of one another in between or not, at the next runs everything has been told.
	for n := range 3 {
		if _, err := b.runner(d).Run(t.Context(), monday().Add(time.Duration(n+2)*day)); err != nil {
			t.Fatal(err)
		}
	}
	counts := map[string]int{}
	ids := map[string]bool{}
	for _, l := range d.letters {
		if ids[l.ID] {
			t.Errorf("the letter %s is owed twice", l.ID)
		}
		ids[l.ID] = true
		for _, p := range l.Postings {
			counts[l.Subscriber+" "+p]++
		}
	}
	for key, n := range counts {
		if n != 1 {
			t.Errorf("%s was told %d times", key, n)
		}
	}
	if len(counts) != people*jobs {
		t.Errorf("%d pairs of person and job were told, want %d", len(counts), people*jobs)
	}
}

func TestTwoAlertsOfOnePersonTellOfAJobOnce(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
	d.wants("jane", "2", "berlin", instant(), monday().Add(-time.Hour))
	d.wants("joe", "1", "go", daily(), monday().Add(-time.Hour))
	r := b.runner(d)
	both := b.at(monday().Add(-30*time.Minute)).post(1, "go and berlin")
	one := b.post(2, "go")
	run(t, r, monday(), 3)
	told(t, d, "jane", "2", []string{both}) // the more immediate of the two
	told(t, d, "jane", "1", []string{one})
	told(t, d, "joe", "1", []string{one, both})
	run(t, b.runner(d), monday().Add(day), 0)
}

func TestWhatAllAlertsHavePassedIsForgotten(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", instant(), monday())
	d.wants("jane", "2", "cobol", instant(), monday())
	r := b.runner(d)
	for n := range 10 {
		now := monday().Add(time.Duration(n) * 12 * time.Hour)
		b.at(now).post(n, "go")
		run(t, r, now.Add(time.Second), 1)
	}
	if n := len(d.heard["jane"]); n > 4 {
		t.Errorf("%d jobs are remembered although both alerts have passed all but the last day's", n)
	}
	// For that, the silent alert's cursor moves once a day and not with every posting.
	if n := len(d.moves); n < 2 || n > 5 {
		t.Errorf("a cursor was moved without a letter %d times in five days, want once a day", n)
	}
	for _, v := range d.moves {
		if v.Alert != "2" || len(v.Announced) > 0 {
			t.Errorf("moved %+v", v)
		}
	}
}

func TestAnAlertWithoutNewsCostsNoWrite(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "cobol", instant(), monday())
	d.wants("joe", "1", "cobol", daily(), monday())
	r := b.runner(d)
	for n := range 20 {
		b.at(monday().Add(time.Duration(n)*12*time.Hour)).post(n, "go")
		run(t, r, monday().Add(time.Duration(n)*12*time.Hour+time.Minute), 0)
	}
	if d.serves != 0 {
		t.Errorf("%d writes for two alerts that have nothing to tell", d.serves)
	}
	// And yet nothing is passed over when news comes.
	news := b.post(50, "cobol")
	run(t, r, monday().Add(30*day), 2)
	told(t, d, "jane", "1", []string{news})
	told(t, d, "joe", "1", []string{news})
}

func TestALetterShowsTheBestAndCountsTheOthers(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
	b.at(monday().Add(-time.Minute))
	oldest := b.post(0, "go")
	for n := range 13 {
		b.post(n+1, "go")
	}
	run(t, b.runner(d), monday(), 1)
	l := d.letters[0]
	if len(l.Postings) != 10 || l.More != 4 {
		t.Errorf("%d shown and %d more, want 10 and 4", len(l.Postings), l.More)
	}
	job, err := b.log.Get(t.Context(), oldest)
	if alerts.Seq(l.After) >= job.Seq || alerts.Seq(l.Upto) < job.Seq {
		t.Errorf("%d is not after %d and up to %d", job.Seq, l.After, l.Upto)
	}
	if err != nil || !l.News.Equal(job.Seq.Time()) {
		t.Errorf("news since %s, want when the oldest match was committed, %s (%v)", l.News, job.Seq.Time(), err)
	}
	run(t, b.runner(d), monday().Add(day), 0) // the four more were told of as a number
}

func TestALetterHasTheSameNameWhoeverWorksItOut(t *testing.T) {
	letters := map[string]bool{}
	for range 3 {
		b, d := newBoard(t), newDesk()
		d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
		b.at(monday().Add(-time.Minute)).post(1, "go")
		run(t, b.runner(d), monday().Add(time.Hour), 1)
		letters[d.letters[0].ID] = true
	}
	if len(letters) != 1 {
		t.Errorf("the same letter has the names %v", letters)
	}
}

func TestPlanTellsWhatRunThenOwesAndChangesNothing(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
	d.wants("jane", "2", "people", weekly(), monday().Add(-time.Hour))
	d.wants("joe", "1", "rust", instant(), monday().Add(-time.Hour))
	d.wants("jack", "1", "cobol", daily(), monday().Add(-time.Hour))
	b.at(monday().Add(-time.Minute))
	for n := range 15 {
		b.post(n, []string{"go", "rust"}[n%2])
	}
	r := b.runner(d)
	early, err := r.Plan(t.Context(), monday().Add(-time.Second))
	if err != nil || len(early) != 1 || early[0].Subscriber != "joe" {
		t.Errorf("planned before the hour: %d letters, %v; want the instant one", len(early), err)
	}
	var planned []mailer.Letter
	for range 2 {
		planned = nil
		plans, err := r.Plan(t.Context(), monday())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range plans {
			planned = append(planned, p.Letter(monday()))
			if p.Cadence.Every != alerts.EveryInstant && !p.Slot.Equal(monday()) {
				t.Errorf("%s is planned for %s, want %s", p.Subscriber, p.Slot, monday())
			}
		}
	}
	if d.serves != 0 {
		t.Error("Plan has written")
	}
	run(t, r, monday(), 3)
	if diff := cmp.Diff(planned, d.letters, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("planned and owed differ (-planned +owed):\n%s", diff)
	}
	if later, err := r.Plan(t.Context(), monday()); err != nil || len(later) != 0 {
		t.Errorf("planned again after the run: %v, %v", later, err)
	}
}

func TestTheCursorNeverPassesTheHead(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", daily(), monday().Add(-2*time.Hour))
	d.wants("jane", "2", "cobol", daily(), monday().Add(-3*day))
	b.at(monday().Add(-time.Hour)).post(1, "go")
	r := b.runner(d)
	run(t, r, monday(), 1)
	// A replica whose clock runs slow commits this after the run, with a time before the slot.
	slow := b.at(monday().Add(-time.Minute)).post(2, "go and cobol")
	head, err := b.log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range d.people["jane"] {
		if s.Cursor >= head {
			t.Errorf("the cursor of alert %s stands at %d, past what was seen: %d would be lost", s.Alert, s.Cursor, head)
		}
	}
	run(t, r, monday().Add(day), 1)
	told(t, d, "jane", "1", []string{"test:acme:1"}, []string{slow})
}

func TestWhereSomebodyWasFasterTheNextRunLooksAgain(t *testing.T) {
	t.Run("the cursor had moved", func(t *testing.T) {
		b, d := newBoard(t), newDesk()
		d.wants("jane", "1", "go", instant(), monday())
		b.at(monday()).post(1, "go")
		slow, fast := b.runner(d), b.runner(d)
		run(t, fast, monday(), 1)
		second := b.post(2, "go")
		run(t, slow, monday(), 0)
		run(t, slow, monday(), 1)
		told(t, d, "jane", "1", []string{"test:acme:1"}, []string{second})
	})
	t.Run("another alert had just told of it", func(t *testing.T) {
		b, d := newBoard(t), newDesk()
		d.wants("jane", "1", "go", instant(), monday())
		d.wants("jane", "2", "cobol", instant(), monday())
		first := b.at(monday()).post(1, "go")
		second := b.post(2, "go")
		d.meddle = func(d *desk, v Serving) {
			d.heard["jane"] = map[string]alerts.Seq{first: v.To}
			d.meddle = nil
		}
		r := b.runner(d)
		run(t, r, monday(), 0)
		run(t, r, monday(), 1)
		told(t, d, "jane", "1", []string{second})
	})
	t.Run("the person had left", func(t *testing.T) {
		b, d := newBoard(t), newDesk()
		d.wants("jane", "1", "go", instant(), monday())
		d.silent["jane"] = true
		b.at(monday()).post(1, "go")
		run(t, b.runner(d), monday(), 0)
		if len(d.letters) > 0 {
			t.Errorf("owed %v", d.letters)
		}
	})
	t.Run("Redis had failed", func(t *testing.T) {
		b, d := newBoard(t), newDesk()
		d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
		b.at(monday().Add(-time.Minute)).post(1, "go")
		d.fail = errors.New("connection lost")
		r := b.runner(d)
		if owed, err := r.Run(t.Context(), monday()); owed != 0 || !errors.Is(err, d.fail) {
			t.Errorf("Run = %d, %v; want the error", owed, err)
		}
		d.fail = nil
		run(t, r, monday().Add(time.Minute), 1)
	})
	t.Run("the filters could not be read", func(t *testing.T) {
		b, d := newBoard(t), newDesk()
		d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
		b.at(monday().Add(-time.Minute)).post(1, "go")
		d.mute = errors.New("connection lost")
		r := b.runner(d)
		if owed, err := r.Run(t.Context(), monday()); owed != 0 || !errors.Is(err, d.mute) {
			t.Errorf("Run = %d, %v; want the error", owed, err)
		}
		d.mute = nil
		run(t, r, monday().Add(time.Minute), 1)
	})
	t.Run("the alert was just deleted", func(t *testing.T) {
		b, d := newBoard(t), newDesk()
		d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
		b.at(monday().Add(-time.Minute)).post(1, "go")
		r := b.runner(d)
		clear(d.asked)
		run(t, r, monday(), 0)
	})
	t.Run("the filter was just changed", func(t *testing.T) {
		b, d := newBoard(t), newDesk()
		d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
		b.at(monday().Add(-time.Minute)).post(1, "go")
		r := b.runner(d)
		d.asked[alertOf{"jane", "1"}] = alerts.Filter{Query: "rust"}
		run(t, r, monday(), 0)
	})
}

func TestABurstOfPostingsIsJoinedAtOnce(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", instant(), monday())
	d.wants("ada", "1", "rust", daily(), monday())
	r := b.runner(d)
	b.at(monday())
	for n := range 3 * few {
		b.post(n, []string{"go", "rust", "java"}[n%3])
	}
	plans, err := r.Plan(t.Context(), monday().Add(day))
	if err != nil || len(plans) != 2 {
		t.Fatalf("Plan = %d letters, %v; want 2", len(plans), err)
	}
	for _, p := range plans {
		if n := len(p.Matches) + p.More; n != few {
			t.Errorf("%s hears of %d jobs, want %d", p.Subscriber, n, few)
		}
	}
}

// stubborn is a roster in which nobody can serve some people.
type stubborn struct {
	*replica
	refused string
}

func (s stubborn) Serve(ctx context.Context, v Serving) (Served, error) {
	if v.Subscriber < s.refused {
		return Served{}, errors.New("a record that cannot be read")
	}
	return s.replica.Serve(ctx, v)
}

func TestWhoCannotBeServedKeepsNobodyElseWaiting(t *testing.T) {
	b, d := newBoard(t), newDesk()
	for _, person := range []string{"ada", "ben", "jane"} {
		d.wants(person, "1", "go", instant(), monday())
	}
	job := b.at(monday()).post(1, "go")
	r := New(Config{}, postings.NewWindow(b.log), stubborn{newReplica(d), "jane"}, nil)
	if owed, err := r.Run(t.Context(), monday().Add(time.Second)); owed != 1 || err == nil {
		t.Errorf("Run = %d, %v; want 1 letter and an error", owed, err)
	}
	told(t, d, "jane", "1", []string{job})
}

func TestAClosedJobIsNotTold(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
	closed := b.at(monday().Add(-time.Minute)).post(1, "go")
	open := b.post(2, "go")
	if _, err := b.log.Close(t.Context(), closed); err != nil {
		t.Fatal(err)
	}
	run(t, b.runner(d), monday(), 1)
	told(t, d, "jane", "1", []string{open})
}

func TestAJobThatHasEndedIsNotToldThoughNobodyHasClosedItYet(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
	b.at(monday().Add(-time.Minute))
	open, end := b.post(1, "go"), monday().Add(-30*time.Second)
	p := alerts.Posting{ID: "test:acme:2", Source: "test", Title: "Engineer", Company: "Acme", Class: alerts.ClassCore, Description: "go", ValidThrough: &end}
	if results, err := b.log.Commit(t.Context(), []alerts.Posting{p}); err != nil || results[0] != postings.ResultNew {
		t.Fatal(results, err)
	}
	run(t, b.runner(d), monday(), 1)
	told(t, d, "jane", "1", []string{open})
}

func TestAPreviewCountsWhatAFilterBrings(t *testing.T) {
	b, d := newBoard(t), newDesk()
	b.at(monday().AddDate(0, 0, -40)).post(0, "go")
	b.at(monday().AddDate(0, 0, -20))
	for n := range 6 {
		b.post(n+1, "go")
	}
	b.post(9, "rust")
	r := b.runner(d)
	if err := r.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := r.Preview(alerts.Filter{Query: "go"}, monday(), 2)
	if got.Open != 7 || got.PerWeek != 1.5 || len(got.Samples) != 2 || got.Samples[0].ID() != "test:acme:6" {
		t.Errorf("preview: %d open, %v a week, %d samples; want 7, 1.5, 2, the newest first", got.Open, got.PerWeek, len(got.Samples))
	}
	if all := r.Matches(alerts.Filter{Query: "go"}, 10); len(all) != 7 || all[0].ID() != "test:acme:0" {
		t.Errorf("%d matches, want 7, the oldest first", len(all))
	}
}

func TestMetricsTellWhoWasDue(t *testing.T) {
	b, d := newBoard(t), newDesk()
	d.wants("jane", "1", "go", daily(), monday().Add(-time.Hour))
	d.wants("joe", "1", "go", instant(), monday().Add(-time.Hour))
	d.wants("jack", "1", "rust", instant(), monday().Add(-time.Hour))
	b.at(monday().Add(-time.Minute)).post(1, "go")
	reg := prometheus.NewRegistry()
	r := New(Config{}, postings.NewWindow(b.log), newReplica(d), reg)
	run(t, r, monday(), 2)
	want := `
# HELP jobalert_alerts_due_total Alerts that were due and looked at.
# TYPE jobalert_alerts_due_total counter
jobalert_alerts_due_total{cadence="daily"} 1
jobalert_alerts_due_total{cadence="instant"} 2
# HELP jobalert_filters Distinct filters of people who may be written to.
# TYPE jobalert_filters gauge
jobalert_filters 2
`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "jobalert_alerts_due_total", "jobalert_filters"); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(reg, "jobalert_match_duration_seconds"); n != 1 || err != nil {
		t.Errorf("%d series of match_duration_seconds, want 1 (%v)", n, err)
	}
	if problems, err := testutil.GatherAndLint(reg); len(problems) > 0 || err != nil {
		t.Errorf("lint: %v %v", problems, err)
	}
}
