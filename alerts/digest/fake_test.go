package digest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/match"
	"jobalertd/alerts/postings"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
)

// desk is a stand-in for the store: what all replicas share.
type desk struct {
	mu      sync.Mutex
	people  map[string][]Subscription // the alerts of each person, cursors as they are stored
	asked   map[alertOf]alerts.Filter
	heard   map[string]map[string]alerts.Seq
	silent  map[string]bool
	letters []mailer.Letter
	moves   []Serving // cursors that moved without a letter
	serves  int
	fail    error
	mute    error // why filters cannot be read
	// meddle is called before a serving is judged, as somebody faster.
	meddle func(*desk, Serving)
}

func newDesk() *desk {
	return &desk{people: map[string][]Subscription{}, asked: map[alertOf]alerts.Filter{}, heard: map[string]map[string]alerts.Seq{}, silent: map[string]bool{}}
}

func (d *desk) serve(v Serving) (Served, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.serves++; d.fail != nil {
		return Served{}, d.fail
	}
	if d.meddle != nil {
		d.meddle(d, v)
	}
	alert := d.alert(v.Subscriber, v.Alert)
	if d.silent[v.Subscriber] || alert == nil {
		return Served{Result: ResultSilent, Cursor: v.From}, nil
	}
	if alert.Cursor != v.From {
		return Served{Result: ResultMoved, Cursor: alert.Cursor}, nil
	}
	if d.heard[v.Subscriber] == nil {
		d.heard[v.Subscriber] = map[string]alerts.Seq{}
	}
	for _, a := range v.Announced {
		if _, told := d.heard[v.Subscriber][a.Posting]; told {
			return Served{Result: ResultHeard, Cursor: v.From}, nil
		}
	}
	for _, a := range v.Announced {
		d.heard[v.Subscriber][a.Posting] = a.Seq
	}
	for posting, seq := range d.heard[v.Subscriber] {
		if seq <= v.Floor {
			delete(d.heard[v.Subscriber], posting)
		}
	}
	alert.Cursor = v.To
	if v.Letter == nil {
		d.moves = append(d.moves, v)
	} else {
		d.letters = append(d.letters, *v.Letter)
	}
	return Served{Result: ResultServed, Cursor: v.To}, nil
}

func (d *desk) alert(subscriber, id string) *Subscription {
	for i := range d.people[subscriber] {
		if s := &d.people[subscriber][i]; s.Alert == id {
			return s
		}
	}
	return nil
}

// replica is one process's copy of the people.
type replica struct {
	desk  *desk
	subs  []Subscription
	index *match.Index
}

func newReplica(d *desk) *replica {
	r := &replica{desk: d, index: match.New(alerts.Rules{}, nil)}
	d.mu.Lock() // other replicas may be serving
	defer d.mu.Unlock()
	for _, subs := range d.people {
		for _, s := range subs {
			s.Ref = r.index.Add(d.asked[alertOf{s.Subscriber, s.Alert}])
			r.subs = append(r.subs, s)
		}
	}
	slices.SortFunc(r.subs, func(a, b Subscription) int {
		return cmp.Or(cmp.Compare(a.Subscriber, b.Subscriber), cmp.Compare(a.Alert, b.Alert))
	})
	return r
}

func (r *replica) Sync(context.Context) error { return nil }

func (r *replica) Index() *match.Index { return r.index }

func (r *replica) Select(wanted func(*Subscription) bool) []Subscription {
	var chosen []Subscription
	for _, s := range r.subs {
		if wanted(&s) {
			chosen = append(chosen, s)
		}
	}
	return chosen
}

func (r *replica) Note(s Subscription) {
	for i := range r.subs {
		if r.subs[i].Subscriber == s.Subscriber && r.subs[i].Alert == s.Alert {
			r.subs[i] = s
		}
	}
}

func (r *replica) Siblings(subscriber string) []Subscription {
	return r.Select(func(s *Subscription) bool { return s.Subscriber == subscriber })
}

func (r *replica) Ask(_ context.Context, of []Subscription) []Asked {
	r.desk.mu.Lock()
	defer r.desk.mu.Unlock()
	all := make([]Asked, len(of))
	for i, s := range of {
		if f, asked := r.desk.asked[alertOf{s.Subscriber, s.Alert}]; asked && r.desk.mute == nil {
			all[i].Filter = &f
		}
		all[i].Err = r.desk.mute
	}
	return all
}

func (r *replica) Heard(_ context.Context, subscriber string) (map[string]bool, error) {
	r.desk.mu.Lock()
	defer r.desk.mu.Unlock()
	heard := map[string]bool{}
	for posting := range r.desk.heard[subscriber] {
		heard[posting] = true
	}
	return heard, nil
}

func (r *replica) Serve(_ context.Context, v Serving) (Served, error) { return r.desk.serve(v) }

// monday is eight o'clock in Berlin, on a Monday in winter. It lies so far ahead that the log's clock,
// which never goes back, can be set to any moment around it.
func monday() time.Time { return time.Date(2100, 3, 1, 8, 0, 0, 0, berlin()) }

func berlin() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}

func instant() alerts.Cadence { return alerts.Cadence{Every: alerts.EveryInstant} }

func daily() alerts.Cadence { return alerts.Cadence{Every: alerts.EveryDaily, Hour: 8} }

func weekly() alerts.Cadence {
	return alerts.Cadence{Every: alerts.EveryWeekly, Hour: 8, Weekday: "monday"}
}

// wants adds an alert of a person that asks for a word, served up to a moment.
func (d *desk) wants(person, alert, word string, c alerts.Cadence, served time.Time) {
	shared := len(d.people[person]) > 0
	d.asked[alertOf{person, alert}] = alerts.Filter{Query: word}
	d.people[person] = append(d.people[person], Subscription{
		Subscriber: person, Alert: alert, Cadence: c,
		Zone: berlin(), Cursor: alerts.SeqAt(served),
	})
	for i := range d.people[person] {
		d.people[person][i].Shared = shared
	}
}

// board is the posting log, whose clock the test sets.
type board struct {
	t     *testing.T
	redis redis.UniversalClient
	log   *postings.Log
}

func newBoard(t *testing.T) board {
	client := redistest.Embedded(t)
	return board{t, client, postings.New(client, nil)}
}

// runner makes a replica that runs over the board and the desk.
func (b board) runner(d *desk) *Runner {
	return New(Config{}, postings.NewWindow(b.log), newReplica(d), nil)
}

// at sets the log's clock: the next posting is committed just after the given moment.
func (b board) at(t time.Time) board {
	b.t.Helper()
	entry := strconv.FormatUint(uint64(alerts.SeqAt(t)), 10) + "-0"
	if err := b.redis.XAdd(b.t.Context(), &redis.XAddArgs{Stream: "jobalert:{p}:log", ID: entry, Values: []string{"job", ""}}).Err(); err != nil {
		b.t.Fatal(err)
	}
	return b
}

// post commits the n-th job, whose text holds some words, and returns its id.
func (b board) post(n int, words string) string {
	b.t.Helper()
	p := alerts.Posting{
		ID: fmt.Sprintf("test:acme:%d", n), Source: "test", URL: "https://example.com/job", Title: fmt.Sprintf("Engineer %d", n),
		Company: fmt.Sprintf("Company %d", n), Class: alerts.ClassCore, Description: fmt.Sprintf("Job number %d for %s people.", n, words),
	}
	if _, err := b.log.Commit(b.t.Context(), []alerts.Posting{p}); err != nil {
		b.t.Fatal(err)
	}
	return p.ID
}

// run runs at a moment and checks how many letters that owed.
func run(t *testing.T, r *Runner, now time.Time, want int) {
	t.Helper()
	if owed, err := r.Run(t.Context(), now); owed != want || err != nil {
		t.Errorf("Run at %s = %d, %v; want %d letters", now, owed, err, want)
	}
}

// told checks what the letters of a person's alert show, one list for each letter.
func told(t *testing.T, d *desk, person, alert string, want ...[]string) {
	t.Helper()
	var got [][]string
	for _, l := range d.letters {
		if l.Subscriber == person && l.Alert == alert {
			got = append(got, l.Postings)
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("letters of %s, alert %s (-want +got):\n%s", person, alert, diff)
	}
}
