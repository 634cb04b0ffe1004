package postings

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/mailer/mailertest/redistest"
)

func TestAShelfMakesEachJobOnceAndAgainWhenItHasChanged(t *testing.T) {
	l, made := New(redistest.Embedded(t), nil), 0
	shelf := NewShelf(l, 10, func(job *Job) string {
		made++
		if !job.Open(time.Now()) {
			return "closed"
		}
		return job.Posting.Title
	})
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
		{"edited", func() { commit(t, l, with(second, func(p *alerts.Posting) { p.Title = "Go Engineer" })) }, []string{"Backend Engineer 1", "Go Engineer"}, 3},
		{"edited back", func() { commit(t, l, second) }, []string{"Backend Engineer 1", "Backend Engineer 2"}, 4},
		{"closed", func() {
			if _, err := l.Close(t.Context(), first.ID); err != nil {
				t.Fatal(err)
			}
		}, []string{"closed", "Backend Engineer 2"}, 5},
		{"forgotten", func() {
			if _, err := l.Forget(t.Context(), time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}, []string{"Backend Engineer 2"}, 5},
	} {
		step.change()
		got, err := shelf.GetAll(t.Context(), []string{first.ID, "nobody:knows:1", second.ID})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, got); diff != "" || made != step.made {
			t.Errorf("%s: %d were made, want %d; (-want +got)\n%s", step.name, made, step.made, diff)
		}
	}
}
