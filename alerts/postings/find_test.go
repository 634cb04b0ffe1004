package postings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/mailer/mailertest/redistest"
)

// found is the ids of the open jobs that a query matches, oldest first.
func found(t *testing.T, w *Window, query string) []string {
	t.Helper()
	announced(t, w) // brings it up to date
	var ids []string
	for _, job := range w.Find(alerts.Filter{Query: query}, alerts.Rules{}) {
		ids = append(ids, job.Posting.ID)
	}
	return ids
}

func TestFindFollowsEveryChange(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		l := New(client, nil)
		w := NewWindow(l)
		one, two := posting("acme", 1), posting("acme", 2)
		steps := []struct {
			name  string
			do    func()
			query string
			want  []string
		}{
			{"nothing is there", func() {}, "go", nil},
			{"two are new", func() { commit(t, l, one, two) }, "go", []string{one.ID, two.ID}},
			{"the older changes", func() {
				commit(t, l, with(one, func(p *alerts.Posting) { p.Description = "Rust and Go." }))
			}, "go", []string{one.ID, two.ID}},
			{"what it says now", func() {}, "rust", []string{one.ID}},
			{"what it said before", func() {}, "number", []string{two.ID}},
			{"one closes", func() {
				if _, err := l.Close(t.Context(), one.ID); err != nil {
					t.Fatal(err)
				}
			}, "go", []string{two.ID}},
			{"it opens again", func() { commit(t, l, with(one, func(p *alerts.Posting) { p.Description = "Go." })) }, "go", []string{one.ID, two.ID}},
			{"the log was trimmed past us", func() {
				commit(t, l, posting("acme", 3))
				if err := client.XTrimMaxLen(t.Context(), logKey, 0).Err(); err != nil {
					t.Fatal(err)
				}
				commit(t, l, posting("acme", 4))
			}, "number", []string{two.ID, posting("acme", 3).ID, posting("acme", 4).ID}},
		}
		for _, step := range steps {
			step.do()
			if diff := cmp.Diff(step.want, found(t, w, step.query)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", step.name, step.query, diff)
			}
		}
	})
}
