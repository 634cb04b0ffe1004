package digest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/alerts"
	"jobalertd/alerts/postings"
	"jobalertd/mailer"
)

// Config is how letters are filled.
type Config struct {
	// MaxJobs is how many jobs one letter shows at most. Default 10.
	MaxJobs int
	// Rules are those of matching.
	Rules alerts.Rules
}

// Runner finds out who is due and owes the letters.
type Runner struct {
	cfg     Config
	window  *postings.Window
	roster  Roster
	metrics *metrics
	running sync.Mutex
}

// New makes a runner.
func New(cfg Config, window *postings.Window, roster Roster, reg prometheus.Registerer) *Runner {
	if cfg.MaxJobs <= 0 {
		cfg.MaxJobs = 10
	}
	return &Runner{cfg: cfg, window: window, roster: roster, metrics: newMetrics(reg)}
}

// Planned is a letter that is due: for whom, why now, and what it would show.
type Planned struct {
	Subscription
	// Slot is the moment it is due for; zero for an instant alert.
	Slot time.Time
	// Upto is the newest sequence number looked at.
	Upto alerts.Seq
	// Matches is what it tells of, best first, at most Config.MaxJobs; More is how many others match.
	Matches []alerts.Match
	More    int
	// all is every match, shown or not.
	all []alerts.Match
}

// batch is how many alerts are joined with postings at a time: their matches are held in memory.
const batch = 20_000

// patience is after how many people in a row who cannot be served a run gives up: then it is not they. Of no more
// does it tell.
const patience = 10

// Run serves everybody who is due at now and returns how many letters it owed. It goes on after
// somebody who cannot be served; they are due again at the next run.
func (r *Runner) Run(ctx context.Context, now time.Time) (owed int, err error) {
	r.running.Lock()
	defer r.running.Unlock()
	head, err := r.sync(ctx)
	if err != nil && !errors.Is(err, ErrAway) {
		return 0, err
	}
	errs, inARow := []error{err}, 0
	for due := range slices.Chunk(r.due(now, head), batch) {
		join := r.newJoin(ctx, due, now)
		for _, p := range due {
			if inARow == patience || ctx.Err() != nil {
				return owed, errors.Join(append(errs, ctx.Err())...)
			}
			r.metrics.due.WithLabelValues(string(p.Cadence.Every)).Inc()
			ok, err := r.serve(ctx, p, join, now)
			if ok {
				owed++
			}
			if err == nil {
				inARow = 0
			} else if !errors.Is(err, ErrAway) {
				if inARow++; len(errs) <= patience {
					errs = append(errs, err)
				}
			}
		}
	}
	return owed, errors.Join(errs...)
}

// Plan tells what would be owed at a time, and changes nothing. Postings that come in until then
// are not known yet.
func (r *Runner) Plan(ctx context.Context, at time.Time) ([]Planned, error) {
	r.running.Lock()
	defer r.running.Unlock()
	head, err := r.sync(ctx)
	if err != nil {
		return nil, err
	}
	told := map[string]map[string]bool{} // by the letters planned before, for each subscriber
	var plans []Planned
	due := r.due(at, head)
	join := r.newJoin(ctx, due, at)
	for _, p := range due {
		if err := r.fill(ctx, &p, join, told[p.Subscriber]); err != nil {
			return nil, err
		}
		if len(p.all) == 0 {
			continue
		}
		plans = append(plans, p)
		if told[p.Subscriber] == nil {
			told[p.Subscriber] = map[string]bool{}
		}
		for _, m := range p.all {
			told[p.Subscriber][m.ID()] = true
		}
	}
	return plans, nil
}

// Refresh brings this process's copies of postings and people up to date, for those who only look.
func (r *Runner) Refresh(ctx context.Context) error {
	r.running.Lock()
	defer r.running.Unlock()
	_, err := r.sync(ctx)
	return err
}

func (r *Runner) sync(ctx context.Context) (alerts.Seq, error) {
	head, err := r.window.Sync(ctx)
	if err != nil {
		return 0, err
	}
	if err := r.roster.Sync(ctx); err != nil {
		return head, fmt.Errorf("bringing the roster up to date: %w", err)
	}
	return head, nil
}

// due is the alerts to look at, in the order they are served: instant alerts first, for somebody
// waits for them. So of two alerts of one person, the more immediate tells of a job both match.
func (r *Runner) due(at time.Time, head alerts.Seq) []Planned {
	slots := slots{at: at, last: map[schedule]time.Time{}}
	var due []Planned
	for _, s := range r.roster.Select(func(s *Subscription) bool { _, ok := slots.due(s, head); return ok }) {
		p, _ := slots.due(&s, head)
		due = append(due, p)
	}
	r.metrics.filters.Set(float64(r.roster.Index().Len()))
	slices.SortStableFunc(due, func(a, b Planned) int {
		return cmp.Or(cmp.Compare(urgency(a.Cadence), urgency(b.Cadence)), cmp.Compare(a.Subscriber, b.Subscriber), cmp.Compare(a.Alert, b.Alert))
	})
	return due
}

func urgency(c alerts.Cadence) int { return slices.Index(alerts.Rhythms(), c.Every) }

// slots tells who is due at a time. Very many share a schedule, and what the clocks of a zone show is
// worked out once for them.
type slots struct {
	at   time.Time
	last map[schedule]time.Time
}

// schedule is when an alert comes.
type schedule struct {
	alerts.Cadence
	zone *time.Location
}

// due tells whether an alert is due, and how far it then looks.
func (w slots) due(s *Subscription, head alerts.Seq) (Planned, bool) {
	p := Planned{Subscription: *s, Upto: head}
	if s.Cadence.Every == alerts.EveryInstant {
		return p, head > max(s.Cursor, s.Looked)
	}
	at := schedule{s.Cadence, s.Zone}
	slot, known := w.last[at]
	if !known {
		slot = s.Cadence.Last(w.at, s.Zone)
		w.last[at] = slot
	}
	p.Slot = slot
	p.Upto = min(head, alerts.SeqAt(p.Slot))
	return p, alerts.SeqAt(p.Slot) > s.Looked && p.Upto > s.Cursor
}

// from is after which number an alert looks. An instant alert has seen all it has looked at; a
// scheduled one looks at its whole window, so that a restart changes nothing.
func (p *Planned) from() alerts.Seq {
	if p.Cadence.Every == alerts.EveryInstant {
		return max(p.Cursor, p.Looked)
	}
	return p.Cursor
}

// lookedUpto is how far an alert with nothing to say need not be looked at again.
func lookedUpto(p Planned) alerts.Seq {
	if p.Slot.IsZero() {
		return p.Upto
	}
	return alerts.SeqAt(p.Slot)
}

// fill finds what a due alert would tell of, leaving out what was told already.
func (r *Runner) fill(ctx context.Context, p *Planned, join *join, told map[string]bool) error {
	matches, err := join.matches(p)
	if err != nil {
		return err
	}
	if p.Shared && len(matches) > 0 {
		heard, err := r.roster.Heard(ctx, p.Subscriber)
		if err != nil {
			return err
		}
		matches = slices.DeleteFunc(slices.Clone(matches), func(m alerts.Match) bool { return heard[m.ID()] || told[m.ID()] })
	}
	p.all = matches
	ranked := alerts.Rank(matches)
	p.Matches = ranked[:min(len(ranked), r.cfg.MaxJobs)]
	p.More = len(ranked) - len(p.Matches)
	return nil
}

// catchUp is how far the cursor of a shared alert may stay behind without a letter to move it. What
// the person's other alerts have sent is remembered until it moves.
const catchUp = 24 * time.Hour

// serve owes the letter of one due alert, if there is anything to say. It reports whether it did.
func (r *Runner) serve(ctx context.Context, p Planned, join *join, now time.Time) (bool, error) {
	if err := r.fill(ctx, &p, join, nil); err != nil {
		return false, err
	}
	if len(p.all) == 0 && !(p.Shared && p.Upto.Time().Sub(p.Cursor.Time()) > catchUp) {
		p.Looked = lookedUpto(p)
		r.roster.Note(p.Subscription)
		return false, nil
	}
	served, err := r.roster.Serve(ctx, r.serving(p, now))
	if err != nil {
		return false, err
	}
	// Where the cursor had moved, somebody else served it or the person changed it, and where a
	// posting was heard of meanwhile, the next run looks again.
	p.Cursor = served.Cursor
	if served.Result == ResultServed {
		p.Looked = max(p.Looked, lookedUpto(p))
	}
	r.roster.Note(p.Subscription)
	return served.Result == ResultServed && len(p.all) > 0, nil
}

func (r *Runner) serving(p Planned, now time.Time) Serving {
	s := Serving{Subscriber: p.Subscriber, Alert: p.Alert, From: p.Cursor, To: p.Upto, Shared: p.Shared, Floor: p.Cursor}
	if len(p.all) > 0 {
		l := p.Letter(now)
		s.Letter = &l
	}
	if p.Shared {
		for _, sibling := range r.roster.Siblings(p.Subscriber) {
			s.Floor = min(s.Floor, sibling.Cursor)
		}
		for _, m := range p.all {
			s.Announced = append(s.Announced, Announced{Seq: m.Seq, Posting: m.ID()})
		}
	}
	return s
}

// Letter is what is owed at now. It has the same name whoever works it out, and when.
func (p *Planned) Letter(now time.Time) mailer.Letter {
	kind := mailer.KindDigest
	if p.Cadence.Every == alerts.EveryInstant {
		kind = mailer.KindAlert
	}
	l := mailer.Letter{
		ID: mailer.LetterID(string(kind), p.Subscriber, p.Alert,
			strconv.FormatUint(uint64(p.Cursor), 10), strconv.FormatUint(uint64(p.Upto), 10)),
		Kind: kind, Subscriber: p.Subscriber, Alert: p.Alert, More: p.More, Owed: now.UTC(),
		After: uint64(p.from()), Upto: uint64(p.Upto),
	}
	for _, m := range p.Matches {
		l.Postings = append(l.Postings, m.ID())
	}
	oldest := p.all[0].Seq
	for _, m := range p.all {
		oldest = min(oldest, m.Seq)
	}
	l.News = oldest.Time()
	return l
}
