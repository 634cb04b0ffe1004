package postings

import (
	"context"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/mailer/fields"
	"jobalertd/mailer/mailertest/redistest"
)

// titles is a shelf of the titles of jobs, and how many it has made.
func titles(l *Log) (shelf *Shelf[string], made *int) {
	made = new(int)
	return NewShelf(l, 10, func(job *Job) string {
		*made++
		if !job.Open(time.Now()) {
			return "closed"
		}
		return job.Posting.Title
	}), made
}

func titled(p alerts.Posting, title string) alerts.Posting {
	return with(p, func(p *alerts.Posting) { p.Title = title })
}

func mustClose(t *testing.T, l *Log, id string) {
	t.Helper()
	if _, err := l.Close(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

func TestAShelfMakesEachJobOnceAndAgainWhenItHasChanged(t *testing.T) {
	client := redistest.Embedded(t)
	l := New(client, nil)
	shelf, made := titles(l)
	first, second := posting("acme", 1), posting("acme", 2)
	commit(t, l, first, second)
	for _, step := range []struct {
		name   string
		change func()
		want   []string
		made   int
	}{
		{"the first time", func() {}, []string{"Backend Engineer 1", "Backend Engineer 2"}, 2},
		{"again", func() {}, []string{"Backend Engineer 1", "Backend Engineer 2"}, 2},
		{"another came", func() { commit(t, l, posting("acme", 3)) }, []string{"Backend Engineer 1", "Backend Engineer 2"}, 2},
		{"edited", func() { commit(t, l, titled(second, "Go Engineer")) }, []string{"Backend Engineer 1", "Go Engineer"}, 3},
		{"edited back", func() { commit(t, l, second) }, []string{"Backend Engineer 1", "Backend Engineer 2"}, 4},
		{"the log is trimmed", func() { client.XTrimMaxLen(t.Context(), logKey, 0) }, []string{"Backend Engineer 1", "Backend Engineer 2"}, 6},
		{"the log begins anew", func() { commit(t, l, titled(second, "Rust Engineer")) }, []string{"Backend Engineer 1", "Rust Engineer"}, 8},
		{"closed", func() { mustClose(t, l, first.ID) }, []string{"closed", "Rust Engineer"}, 9},
		{"closed for long and forgotten", func() {
			if _, err := l.Forget(t.Context(), time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}, []string{"closed", "Rust Engineer"}, 9},
	} {
		step.change()
		got, err := shelf.GetAll(t.Context(), []string{first.ID, "nobody:knows:1", second.ID}, []string{second.ID})
		if err != nil {
			t.Fatal(err)
		}
		want := []Found[string]{{Jobs: step.want}, {Jobs: step.want[len(step.want)-1:]}}
		if diff := cmp.Diff(want, got); diff != "" || *made != step.made {
			t.Errorf("%s: %d were made, want %d; (-want +got)\n%s", step.name, *made, step.made, diff)
		}
	}
}

// A Redis that has failed over may have lost a change that the shelf knows of, and go on with others.
func TestAShelfForgetsWhatAFailoverHasLost(t *testing.T) {
	client := redistest.Embedded(t)
	l := New(client, nil)
	shelf, _ := titles(l)
	first, second := posting("acme", 1), posting("acme", 2)
	titlesNow := func() []string {
		t.Helper()
		got, err := shelf.GetAll(t.Context(), []string{first.ID, second.ID})
		if err != nil {
			t.Fatal(err)
		}
		return got[0].Jobs
	}
	commit(t, l, first, second)
	titlesNow()
	was := client.HGet(t.Context(), jobsKey, first.ID).Val()
	commit(t, l, titled(first, "Lost"))
	if got := titlesNow(); got[0] != "Lost" {
		t.Fatalf("before: %q", got)
	}
	client.XDel(t.Context(), logKey, client.XRevRangeN(t.Context(), logKey, "+", "-", 1).Val()[0].ID)
	client.HSet(t.Context(), jobsKey, first.ID, was)
	commit(t, l, titled(second, "Later"))
	if diff := cmp.Diff([]string{"Backend Engineer 1", "Later"}, titlesNow()); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
}

// meddler changes something the moment before the shelf asks Redis, or the moment after.
type meddler struct {
	before, after func()
}

func (m *meddler) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (m *meddler) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (m *meddler) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		before, after := m.before, m.after
		m.before, m.after = nil, nil
		if before != nil {
			before()
		}
		if err := next(ctx, cmds); err != nil {
			return err
		}
		if after != nil {
			after()
		}
		return nil
	}
}

// Whatever happens and whenever, a shelf never gives a job as it no longer stood when it was asked. That
// holds for a Redis that has forgotten what it said last, too.
func TestAShelfNeverGivesWhatNoLongerStood(t *testing.T) {
	client := redistest.Embedded(t)
	rapid.Check(t, func(rt *rapid.T) {
		client.FlushAll(t.Context())
		l := New(client, nil)
		between := &meddler{}
		shelf, _ := titles(l)
		jobs := []alerts.Posting{posting("acme", 1), posting("acme", 2), posting("acme", 3)}
		ids := []string{jobs[0].ID, jobs[1].ID, jobs[2].ID}
		commit(t, l, jobs...)
		change := func() {
			job := rapid.SampledFrom(jobs).Draw(rt, "job")
			switch rapid.SampledFrom([]string{"edit", "close", "fail over", "trim"}).Draw(rt, "what") {
			case "edit":
				commit(t, l, titled(job, rapid.StringMatching(`Engineer [a-z]{4}`).Draw(rt, "title")))
			case "close":
				mustClose(t, l, job.ID)
			case "fail over": // the last change is lost, log entry and all
				was := client.HGet(t.Context(), jobsKey, job.ID).Val()
				commit(t, l, titled(job, rapid.StringMatching(`Lost [a-z]{4}`).Draw(rt, "lost")))
				if rapid.Bool().Draw(rt, "seen") {
					if _, err := shelf.GetAll(t.Context(), ids); err != nil {
						rt.Fatal(err)
					}
				}
				last := client.XRevRangeN(t.Context(), logKey, "+", "-", 1).Val()
				client.XDel(t.Context(), logKey, last[0].ID)
				client.HSet(t.Context(), jobsKey, job.ID, was)
			case "trim":
				client.XTrimMaxLen(t.Context(), logKey, 1)
			}
		}
		standing := func() []string {
			found, err := l.GetAll(t.Context(), ids)
			if err != nil {
				rt.Fatal(err)
			}
			now := make([]string, len(found))
			for i := range found {
				if now[i] = found[i].Posting.Title; !found[i].Open(time.Now()) {
					now[i] = "closed"
				}
			}
			return now
		}
		for range rapid.IntRange(1, 8).Draw(rt, "rounds") {
			change()
			allowed := [][]string{standing()}
			meddle := func() { commit(t, l, titled(jobs[0], rapid.StringMatching(`Meddler [a-z]{4}`).Draw(rt, "meddled"))) }
			switch rapid.IntRange(0, 2).Draw(rt, "meddling") {
			case 1:
				between.before = meddle
			case 2:
				between.after = meddle
			}
			got, err := shelf.GetAll(t.Context(), ids)
			if err != nil {
				rt.Fatal(err)
			}
			between.before, between.after = nil, nil
			allowed = append(allowed, standing())
			if !slices.ContainsFunc(allowed, func(want []string) bool { return slices.Equal(want, got[0].Jobs) }) {
				rt.Fatalf("%q; it stood there as %q", got[0].Jobs, allowed)
			}
		}
	})
}

func TestWhatIsAskedAlongIsAskedOnceAndDisturbsNoJob(t *testing.T) {
	client := redistest.Embedded(t)
	l := New(client, nil)
	shelf, _ := titles(l)
	commit(t, l, posting("acme", 1))
	var along []*redis.IntCmd
	found, err := shelf.GetAllAnd(t.Context(), func(pipe fields.Pipe) {
		along = append(along, pipe.Incr(t.Context(), jobsKey), pipe.Incr(t.Context(), "asked")) // the first is no number
	}, []string{posting("acme", 1).ID})
	if err != nil || len(found) != 1 || !slices.Equal(found[0].Jobs, []string{"Backend Engineer 1"}) {
		t.Errorf("%+v, %v", found, err)
	}
	if len(along) != 2 || along[0].Err() == nil || along[1].Val() != 1 {
		t.Errorf("asked along: %v", along)
	}
}
