package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// simBoard is the board of a company, whose editors edit, copy, take down and list again, and whose
// server fails.
type simBoard struct {
	mu    sync.Mutex
	jobs  map[int]*simJob
	fails func(now time.Time) string // "": it answers; "error"; "empty": it shows nothing at all
}

// simJob is a job in the real world, and its listings.
type simJob struct {
	n, edits int
	city     string
	shown    []int // ids of its listings on the board now
	unread   int   // times that the board has yet to show its text until everybody has surely read it
}

// cities are where jobs are.
func cities() []string { return []string{"Berlin, Germany", "Boston, MA"} }

// copies keeps the ids of a job's listings apart: the job is the id modulo this.
const copies = 100_000

func newSimBoard() *simBoard {
	return &simBoard{jobs: map[int]*simJob{}, fails: func(time.Time) string { return "" }}
}

func (b *simBoard) change(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
}

// publish lists a job, which meddle then knows by its place.
func (b *simBoard) publish(place, n int, city string) {
	b.change(func() { b.jobs[place] = &simJob{n: n, city: city, shown: []int{n}} })
}

// meddle does something to a job, if it was published.
func (b *simBoard) meddle(place int, what string) {
	b.change(func() {
		if j := b.jobs[place]; j != nil {
			j.meddle(what)
		}
	})
}

func (j *simJob) meddle(what string) {
	gone := len(j.shown) == 0
	switch {
	case what == "edit" && !slices.Contains(j.shown, j.n+7*copies): // what is listed anew and edited at once is another job
		j.edits++
		j.unread = 2
	case what == "copy" && !gone && len(j.shown) < 4:
		j.shown = append(j.shown, j.n+copies*len(j.shown))
	case what == "vanish":
		j.shown = nil
	case what == "relist" && gone:
		j.shown = []int{j.n}
	case what == "relist as new" && gone && j.unread == 0: // with a text that nobody has read it is another job
		j.shown = []int{j.n + 7*copies}
	}
}

// RoundTrip implements http.RoundTripper as the board's server.
func (b *simBoard) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Content-Type", "application/json")
	listed := []map[string]any{}
	switch b.fails(time.Now()) {
	case "error":
		recorder.WriteHeader(http.StatusInternalServerError)
	case "":
		for _, place := range slices.Sorted(maps.Keys(b.jobs)) {
			j := b.jobs[place]
			if len(j.shown) > 0 {
				j.unread = max(0, j.unread-1)
			}
			for _, id := range j.shown {
				listed = append(listed, j.listing(id))
			}
		}
	}
	_ = json.NewEncoder(recorder).Encode(map[string]any{"jobs": listed, "meta": map[string]any{"total": len(listed)}})
	response := recorder.Result()
	response.Request = r
	return response, nil
}

func (j *simJob) listing(id int) map[string]any {
	extra := ""
	if j.edits > 0 {
		extra = fmt.Sprintf(" Edition %d.", j.edits)
	}
	return map[string]any{
		"id": id, "title": fmt.Sprintf("Senior Backend Engineer (Go), Project %d", j.n), "absolute_url": fmt.Sprintf("https://example.com/jobs/%d", id),
		"location": map[string]any{"name": j.city}, "updated_at": time.Now().Format(time.RFC3339),
		"content": fmt.Sprintf("&lt;p&gt;You build and run our backend services and APIs in Go with PostgreSQL and Kafka. Project %d.%s&lt;/p&gt;", j.n, extra),
	}
}

// ids is the listings a job ever had.
func (j *simJob) ids() []string {
	var ids []string
	for _, n := range slices.Concat([]int{j.n, j.n + 7*copies}, []int{j.n + copies, j.n + 2*copies, j.n + 3*copies}) {
		ids = append(ids, fmt.Sprintf("greenhouse:acme:%d", n))
	}
	return ids
}
