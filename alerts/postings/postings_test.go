package postings

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/mailer/mailertest/redistest"
)

// posting is a listing of the n-th job on a board.
func posting(board string, n int) alerts.Posting {
	return alerts.Posting{
		ID: fmt.Sprintf("greenhouse:%s:%d", board, n), Source: "greenhouse", URL: "https://example.com/job",
		Title: fmt.Sprintf("Backend Engineer %d", n), Company: "Acme", Class: alerts.ClassCore,
		Description: fmt.Sprintf("You build service number %d in Go.", n),
		Locations:   []alerts.Location{{City: "Berlin", Country: "DE"}},
	}
}

func with(p alerts.Posting, change func(*alerts.Posting)) alerts.Posting {
	change(&p)
	return p
}

func commit(t *testing.T, l *Log, postings ...alerts.Posting) []string {
	t.Helper()
	results, err := l.Commit(t.Context(), postings)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func get(t *testing.T, l *Log, id string) Job {
	t.Helper()
	job, err := l.Find(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func reconcile(t *testing.T, l *Log, board string, present ...string) int {
	t.Helper()
	closed, err := l.Reconcile(t.Context(), board, present)
	if err != nil {
		t.Fatal(err)
	}
	return closed
}

// announced is the ids of the open jobs in the order of the log.
func announced(t *testing.T, w *Window) []string {
	t.Helper()
	head, err := w.Sync(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, job := range w.Between(0, head) {
		ids = append(ids, job.Posting.ID)
	}
	return ids
}

func TestAJobIsNewOnceHoweverOftenItIsSeenEditedOrCopied(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l := New(client, nil)
		first := posting("acme", 1)
		steps := []struct {
			name string
			p    alerts.Posting
			want string
		}{
			{"first seen", first, ResultNew},
			{"seen again", first, ResultUnchanged},
			{"its date touched", with(first, func(p *alerts.Posting) { p.PostedAt = time.Unix(1, 0) }), ResultUnchanged},
			{"its text edited", with(first, func(p *alerts.Posting) { p.Description += " And tests." }), ResultUpdated},
			{"copied to another board", with(first, func(p *alerts.Posting) { p.ID = "ashby:acme:x" }), ResultJoined},
			{"copied to another place", with(first, func(p *alerts.Posting) {
				p.ID = "greenhouse:acme:77"
				p.Locations = []alerts.Location{{City: "Paris", Country: "FR"}}
			}), ResultJoined},
			{"the copy seen again", with(first, func(p *alerts.Posting) { p.ID = "ashby:acme:x" }), ResultUnchanged},
		}
		var seq alerts.Seq
		for _, step := range steps {
			if got := commit(t, l, step.p); got[0] != step.want {
				t.Errorf("%s: %s, want %s", step.name, got[0], step.want)
			}
			job := get(t, l, step.p.ID)
			if seq == 0 {
				seq = job.Seq
			}
			if job.Seq != seq {
				t.Errorf("%s: its number changed from %d to %d", step.name, seq, job.Seq)
			}
		}
		job := get(t, l, "greenhouse:acme:77")
		if len(job.Listings) != 3 || len(job.Posting.Locations) != 2 {
			t.Errorf("the job has %d listings at %d places, want 3 at 2", len(job.Listings), len(job.Posting.Locations))
		}
		if job.Posting.Description != first.Description+" And tests." {
			t.Errorf("the edit is lost: %q", job.Posting.Description)
		}
		if got := announced(t, NewWindow(l)); !slices.Equal(got, []string{first.ID}) {
			t.Errorf("announced %v, want the job once", got)
		}
	})
}

func TestACopyOfAnEditedTextIsTheSameJob(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		edited := func(p alerts.Posting, edition int) alerts.Posting {
			return with(p, func(p *alerts.Posting) { p.Description += fmt.Sprintf(" Edition %d.", edition) })
		}
		as := func(p alerts.Posting, id string) alerts.Posting {
			return with(p, func(p *alerts.Posting) { p.ID = id })
		}
		l := New(client, nil)
		first, other := posting("acme", 1), posting("acme", 2)
		commit(t, l, first, other)
		// The board shows the copy first, and both with a text that nobody has seen.
		got := commit(t, l, as(edited(first, 1), "ashby:acme:x"), edited(first, 1))
		if want := []string{ResultJoined, ResultUpdated}; !slices.Equal(got, want) {
			t.Errorf("a copy and an edit at once: %v, want %v", got, want)
		}
		for edition := 2; edition < 2+2*maxLater; edition++ {
			commit(t, l, edited(first, edition))
		}
		for edition, want := range map[int]string{0: ResultJoined, 1 + 2*maxLater: ResultJoined, 2: ResultNew} {
			p := first
			if edition > 0 {
				p = edited(first, edition)
			}
			if got := commit(t, l, as(p, fmt.Sprint("lever:acme:", edition))); got[0] != want {
				t.Errorf("a copy of edition %d: %s, want %s", edition, got[0], want)
			}
		}
		// What is edited to say the same as another stays itself, and so does the other.
		commit(t, l, as(other, first.ID))
		if got := commit(t, l, as(other, "lever:acme:other")); got[0] != ResultJoined || get(t, l, "lever:acme:other").Posting.ID != other.ID {
			t.Errorf("a copy of the other: %s as %s", got[0], get(t, l, "lever:acme:other").Posting.ID)
		}
	})
}

func TestNumbersRiseInTheOrderOfCommits(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l, w := New(client, nil), NewWindow(New(client, nil))
		var want []string
		for n := range 20 {
			want = append(want, posting("acme", n).ID)
			commit(t, l, posting("acme", n))
			if n%7 == 0 {
				announced(t, w)
			}
		}
		if diff := cmp.Diff(want, announced(t, w)); diff != "" {
			t.Errorf("order of a window that followed (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, announced(t, NewWindow(l))); diff != "" {
			t.Errorf("order of a window that loaded (-want +got):\n%s", diff)
		}
	})
}

func TestAListingIsGoneAfterTwoWholeFetchesWithoutIt(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l := New(client, nil)
		a, b, c := posting("acme", 1), posting("acme", 2), posting("acme", 3)
		commit(t, l, a, b, c)
		if n := reconcile(t, l, "greenhouse:acme", a.ID, b.ID); n != 0 {
			t.Errorf("closed %d after one miss", n)
		}
		reconcile(t, l, "greenhouse:acme", a.ID, b.ID, c.ID)
		if n := reconcile(t, l, "greenhouse:acme", a.ID, b.ID); n != 0 {
			t.Error("two misses that were not in a row closed it")
		}
		if n := reconcile(t, l, "greenhouse:acme", a.ID, b.ID); n != 1 {
			t.Errorf("closed %d after two misses in a row, want 1", n)
		}
		w := NewWindow(l)
		if got := announced(t, w); !slices.Equal(got, []string{a.ID, b.ID}) {
			t.Errorf("open: %v", got)
		}
		seq := get(t, l, c.ID).Seq
		if got := commit(t, l, c); got[0] != ResultReopened {
			t.Errorf("listed again: %s, want reopened", got[0])
		}
		if again := get(t, l, c.ID).Seq; again != seq {
			t.Error("a job listed again got a new number: it would be announced again")
		}
		if got := announced(t, w); !slices.Equal(got, []string{a.ID, b.ID, c.ID}) {
			t.Errorf("open after it came back: %v", got)
		}
	})
}

func TestAJobStaysOpenWhileAnyBoardShowsIt(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l := New(client, nil)
		p := posting("acme", 1)
		commit(t, l, p, with(p, func(p *alerts.Posting) { p.ID = "ashby:acme:x" }))
		for range 2 {
			reconcile(t, l, "greenhouse:acme")
		}
		if job := get(t, l, p.ID); !job.ClosedAt.IsZero() {
			t.Error("closed although another board shows it")
		}
		for range 2 {
			reconcile(t, l, "ashby:acme")
		}
		if job := get(t, l, p.ID); job.ClosedAt.IsZero() {
			t.Error("open although no board shows it")
		}
	})
}

func TestAHalfEmptyBoardIsNotBelieved(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l := New(client, nil)
		var all []alerts.Posting
		for n := range 10 {
			all = append(all, posting("acme", n))
		}
		commit(t, l, all...)
		for range 5 {
			if _, err := l.Reconcile(t.Context(), "greenhouse:acme", []string{all[0].ID}); !errors.Is(err, ErrImplausible) {
				t.Fatalf("error = %v, want ErrImplausible", err)
			}
		}
		if open := announced(t, NewWindow(l)); len(open) != 10 {
			t.Errorf("%d of 10 are open", len(open))
		}
		// After three days of it, it is believed.
		since := time.Now().Add(-doubt).Unix()
		if err := client.HSet(t.Context(), doubtsKey, "greenhouse:acme", since).Err(); err != nil {
			t.Fatal(err)
		}
		reconcile(t, l, "greenhouse:acme", all[0].ID)
		if n := reconcile(t, l, "greenhouse:acme", all[0].ID); n != 9 {
			t.Errorf("closed %d after three days, want 9", n)
		}
	})
}

func TestAPostingWhoseEndHasPassedIsNotTakenInAndCloses(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l, w := New(client, nil), NewWindow(New(client, nil))
		past, soon := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		if got := commit(t, l, with(posting("acme", 1), func(p *alerts.Posting) { p.ValidThrough = &past })); got[0] != ResultEnded {
			t.Errorf("%s, want ended", got[0])
		}
		p := with(posting("acme", 2), func(p *alerts.Posting) { p.ValidThrough = &soon })
		commit(t, l, p)
		announced(t, w)
		if n, err := l.Expire(t.Context(), w, time.Now()); n != 0 || err != nil {
			t.Errorf("closed %d before the end (%v)", n, err)
		}
		if n, err := l.Expire(t.Context(), w, soon.Add(time.Second)); n != 1 || err != nil {
			t.Errorf("closed %d after the end, want 1 (%v)", n, err)
		}
		if got := commit(t, l, p); got[0] != ResultUnchanged {
			t.Errorf("still on the board: %s, want unchanged", got[0])
		}
		if got := announced(t, w); len(got) != 0 {
			t.Errorf("open: %v", got)
		}
	})
}

func TestAClosedJobIsForgottenInTheEndAndThenNew(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l := New(client, nil)
		kept, gone := posting("acme", 1), posting("acme", 2)
		commit(t, l, kept, gone)
		edited := with(gone, func(p *alerts.Posting) { p.Description += " And tests." })
		commit(t, l, edited)
		seq := get(t, l, gone.ID).Seq
		for _, want := range []bool{true, false} {
			if was, err := l.Close(t.Context(), gone.ID); was != want || err != nil {
				t.Errorf("Close = %v, %v; want %v", was, err, want)
			}
		}
		if n, err := l.Forget(t.Context(), time.Now().Add(-time.Hour)); n != 0 || err != nil {
			t.Errorf("forgot %d too early (%v)", n, err)
		}
		if n, err := l.Forget(t.Context(), time.Now().Add(time.Hour)); n != 1 || err != nil {
			t.Errorf("forgot %d, want 1 (%v)", n, err)
		}
		if _, err := l.Find(t.Context(), gone.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("error = %v, want ErrNotFound", err)
		}
		if n := client.HLen(t.Context(), printsKey).Val(); n != 1 {
			t.Errorf("%d fingerprints are kept, want that of the other", n)
		}
		if got := commit(t, l, gone); got[0] != ResultNew {
			t.Errorf("listed after it was forgotten: %s, want new", got[0])
		}
		if again := get(t, l, gone.ID).Seq; again <= seq {
			t.Errorf("its number went back from %d to %d", seq, again)
		}
		if got := announced(t, NewWindow(l)); !slices.Equal(got, []string{kept.ID, gone.ID}) {
			t.Errorf("open: %v", got)
		}
	})
}

func TestAWindowThatFellBehindATrimmedLogLoadsAnew(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l, w := New(client, nil), NewWindow(New(client, nil))
		commit(t, l, posting("acme", 1))
		announced(t, w)
		commit(t, l, posting("acme", 2), posting("acme", 3))
		if err := client.XTrimMaxLen(t.Context(), logKey, 1).Err(); err != nil {
			t.Fatal(err)
		}
		if got := announced(t, w); len(got) != 3 {
			t.Errorf("open: %v, want all three", got)
		}
	})
}

func TestTwoWhoCommitTheSameAtOnceMakeOneJob(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		const jobs, replicas = 20, 4
		var mu sync.Mutex
		counts := map[string]int{}
		var wg sync.WaitGroup
		for range replicas {
			wg.Go(func() {
				l := New(client, nil)
				for n := range jobs {
					results, err := l.Commit(t.Context(), []alerts.Posting{posting("acme", n)})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					counts[results[0]]++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if counts[ResultNew] != jobs {
			t.Errorf("results %v, want %d new", counts, jobs)
		}
		for n := range jobs {
			if job := get(t, New(client, nil), posting("acme", n).ID); len(job.Listings) != 1 {
				t.Errorf("job %d has %d listings", n, len(job.Listings))
			}
		}
	})
}

func TestACommitThatIsCutAnywhereCanBeMadeAgain(t *testing.T) {
	client := redistest.Embedded(t)
	cutter := &redistest.Cutter{}
	client.AddHook(cutter)
	l := New(client, nil)
	p := posting("acme", 1)
	copied := with(p, func(p *alerts.Posting) { p.ID = "ashby:acme:x" })
	redistest.EveryCut(t, func(k int, after bool) bool {
		if err := client.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		cutter.Arm(k, after)
		_, err := l.Commit(t.Context(), []alerts.Posting{p, copied})
		cut := cutter.Disarm()
		if err != nil {
			commit(t, l, p, copied)
		}
		if job := get(t, l, copied.ID); len(job.Listings) != 2 || job.Posting.ID != p.ID {
			t.Errorf("cut at command %d (after: %v): %d listings of %s", k, after, len(job.Listings), job.Posting.ID)
		}
		if got := announced(t, NewWindow(l)); !slices.Equal(got, []string{p.ID}) {
			t.Errorf("cut at command %d (after: %v): announced %v", k, after, got)
		}
		return cut
	})
}
