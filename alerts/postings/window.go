package postings

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/match"
	"jobalertd/alerts/match/catalog"
)

// Window is this process's own copy of the open postings, brought up to date by Sync. Its postings
// are shared: nobody may change them.
type Window struct {
	log *Log

	syncing sync.Mutex // one Sync at a time

	mu   sync.RWMutex
	last string // the newest log entry this copy has seen; "" before the first load
	jobs map[string]*Job
	// order holds the open jobs by sequence number.
	order []*Job
	// catalog has the open jobs for Find; nil until somebody asks.
	catalog *catalog.Catalog[*Job]
}

// NewWindow makes an empty window; Sync fills it.
func NewWindow(log *Log) *Window {
	return &Window{log: log, jobs: map[string]*Job{}}
}

// Sync brings the window up to what is committed now. It returns the newest sequence number it has
// seen: every posting committed before the call is in.
func (w *Window) Sync(ctx context.Context) (alerts.Seq, error) {
	w.syncing.Lock()
	defer w.syncing.Unlock()
	w.mu.RLock()
	last := w.last
	w.mu.RUnlock()
	if last == "" {
		var err error
		if last, err = w.load(ctx); err != nil {
			return 0, fmt.Errorf("loading postings: %w", err)
		}
	}
	for {
		more, next, err := w.follow(ctx, last)
		if err != nil {
			return 0, fmt.Errorf("following the posting log: %w", err)
		}
		if last = next; !more {
			return seqOf(last), nil
		}
	}
}

// load reads every open job. Changes made while it reads are met again when the log is followed.
func (w *Window) load(ctx context.Context) (string, error) {
	head, err := w.log.Head(ctx)
	if err != nil {
		return "", err
	}
	ids, err := w.log.redis.ZRange(ctx, openKey, 0, -1).Result()
	if err != nil {
		return "", err
	}
	jobs := make(map[string]*Job, len(ids))
	for page := range slices.Chunk(ids, pageSize) {
		found, err := w.log.GetAll(ctx, page)
		if err != nil {
			return "", err
		}
		for i := range found {
			jobs[page[i]] = ready(&found[i])
		}
	}
	last := strconv.FormatUint(uint64(head), 10) + "-0"
	w.replace(last, func() { w.jobs = jobs })
	if w.listed() != nil {
		w.list()
	}
	return last, nil
}

// ready lets a job be matched.
func ready(job *Job) *Job {
	job.raw = "" // nobody changes a job of a window, and it is as large as all the rest
	job.prepared = sync.OnceValue(func() *match.Posting { return match.Prepare(&job.Posting) })
	return job
}

// follow takes in one page of changes after last.
func (w *Window) follow(ctx context.Context, last string) (more bool, next string, err error) {
	pipe := w.log.redis.Pipeline()
	first := pipe.XRangeN(ctx, logKey, "-", "+", 1)
	page := pipe.XRangeN(ctx, logKey, "("+last, "+", pageSize)
	if _, err := pipe.Exec(ctx); err != nil && err != redis.Nil {
		return false, last, err
	}
	if f := first.Val(); len(f) > 0 && last != "0-0" && seqOf(f[0].ID) > seqOf(last) {
		// The log was trimmed past us, or begun anew: what we missed cannot be followed.
		last, err := w.load(ctx)
		return err == nil, last, err
	}
	entries := page.Val()
	if len(entries) == 0 {
		return false, last, nil
	}
	ids := make([]string, 0, len(entries))
	for _, entry := range entries {
		if id, _ := entry.Values["job"].(string); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	jobs, err := w.log.GetAll(ctx, ids)
	if err != nil {
		return false, last, err
	}
	next = entries[len(entries)-1].ID
	var open []catalog.Entry[*Job]
	var gone []string
	for i, id := range ids {
		if jobs[i].Seq == 0 || !jobs[i].ClosedAt.IsZero() {
			gone = append(gone, id)
		} else {
			open = append(open, entry(id, ready(&jobs[i])))
		}
	}
	w.replace(next, func() {
		for _, e := range open {
			w.jobs[e.ID] = e.Value
		}
		for _, id := range gone {
			delete(w.jobs, id)
		}
	})
	if listed := w.listed(); listed != nil {
		listed.Put(open)
		listed.Remove(gone)
	}
	return len(entries) == pageSize, next, nil
}

// replace changes the jobs and puts them in order again.
func (w *Window) replace(last string, change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
	order := make([]*Job, 0, len(w.jobs))
	for _, job := range w.jobs {
		order = append(order, job)
	}
	slices.SortFunc(order, func(a, b *Job) int { return cmp.Compare(a.Seq, b.Seq) })
	w.order, w.last = order, last
	w.log.metrics.open.Set(float64(len(order)))
}

// Between is the open jobs with a sequence number in (after, upto], oldest first.
func (w *Window) Between(after, upto alerts.Seq) []*Job {
	w.mu.RLock()
	defer w.mu.RUnlock()
	at := func(seq alerts.Seq) int {
		i, _ := slices.BinarySearchFunc(w.order, seq+1, func(j *Job, seq alerts.Seq) int { return cmp.Compare(j.Seq, seq) })
		return i
	}
	from, to := at(after), at(upto)
	if from >= to {
		return nil
	}
	return w.order[from:to:to] // replace makes a new slice each time: this one stays as it is
}

// Newest is up to n open jobs, the newest ones, oldest first.
func (w *Window) Newest(n int) []*Job {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.Clip(w.order[max(0, len(w.order)-n):])
}

// ended is the jobs whose stated end has passed.
func (w *Window) ended(now time.Time) []string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var ids []string
	for id, job := range w.jobs {
		if !job.Open(now) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Find is the open jobs that a filter matches by the rules, oldest first.
func (w *Window) Find(f alerts.Filter, rules alerts.Rules) []*Job {
	w.Read()
	found := w.listed().Find(f, rules)
	slices.SortFunc(found, func(a, b *Job) int { return cmp.Compare(a.Seq, b.Seq) })
	return found
}

// Read reads the texts of all postings, unless that was done before. The first Find would do it, and
// take seconds; every later one takes milliseconds, however many postings there are.
func (w *Window) Read() {
	if w.listed() != nil {
		return
	}
	w.syncing.Lock()
	defer w.syncing.Unlock()
	if w.listed() == nil {
		w.list()
	}
}

func (w *Window) listed() *catalog.Catalog[*Job] {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.catalog
}

// list makes the catalog anew; the caller holds syncing. Jobs that are entered in order are found in
// order, or nearly so.
func (w *Window) list() {
	w.mu.RLock()
	entries := make([]catalog.Entry[*Job], 0, len(w.jobs))
	for id, job := range w.jobs {
		entries = append(entries, entry(id, job))
	}
	w.mu.RUnlock()
	slices.SortFunc(entries, func(a, b catalog.Entry[*Job]) int { return cmp.Compare(a.Value.Seq, b.Value.Seq) })
	fresh := catalog.New[*Job]()
	for page := range slices.Chunk(entries, pageSize) {
		fresh.Put(page)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catalog = fresh
}

func entry(id string, job *Job) catalog.Entry[*Job] {
	return catalog.Entry[*Job]{ID: id, Posting: &job.Posting, Value: job}
}
