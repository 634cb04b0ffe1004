package app

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/postings"
	"jobalertd/mailer"
)

// address parses an address of a test.
func (t *town) address(text string) mailer.Address {
	a, err := mailer.ParseAddress(text)
	if err != nil {
		t.t.Fatal(err)
	}
	return a
}

// heard is a mail with jobs in it.
type heard struct {
	at      time.Time
	id      string // Message-ID
	instant bool
	jobs    []int
}

// inbox is what everybody has got, by address.
type inbox struct {
	jobs     map[string][]heard
	welcomes map[string]int
	again    int // mails that came once more with the same Message-ID
}

// read opens all mails.
func (w *simTown) read() inbox {
	in := inbox{jobs: map[string][]heard{}, welcomes: map[string]int{}}
	seen := map[string]bool{}
	for _, m := range w.mails() {
		id := m.Get("Message-ID")
		if seen[id] {
			in.again++
			continue
		}
		seen[id] = true
		subject := m.Get("Subject")
		if strings.HasPrefix(subject, "Thank you") {
			in.welcomes[m.to]++
		}
		h := heard{at: m.at, id: id, instant: strings.Contains(m.text, "Just in")}
		for _, text := range jobIDs(m.text) {
			n, _ := strconv.Atoi(text)
			if n %= copies; !slices.Contains(h.jobs, n) {
				h.jobs = append(h.jobs, n)
			}
		}
		if m.Get("List-Unsubscribe") != "" && len(h.jobs) > 0 && !strings.HasPrefix(subject, "Thank you") {
			in.jobs[m.to] = append(in.jobs[m.to], h)
		}
	}
	return in
}

// known is a job as the posting log has it: when it came in, and since when it was open or closed.
type known struct {
	city    string
	since   time.Time
	changes []postings.Change
}

// open reports whether the job was open all the time or any time of a span.
func (k known) open(from, to time.Time) (all, any bool) {
	all = true
	state := false
	at := time.Time{}
	look := func(until time.Time) {
		if until.After(from) && !at.After(to) {
			all, any = all && state, any || state
		}
	}
	for _, c := range k.changes {
		look(c.At)
		at = c.At
		switch c.Event {
		case postings.EventNew, postings.EventOpen:
			state = true
		case postings.EventClose:
			state = false
		}
	}
	look(to.Add(time.Second))
	return all && any, any
}

// remember notes what the posting log knows of the jobs, before it forgets.
func (w *simTown) remember(log map[int]known) {
	for _, j := range w.board.jobs {
		for _, id := range j.ids() {
			var job postings.Job
			missing := false
			w.insist(func() error {
				var err error
				job, err = w.app.Log.Find(w.t.Context(), id)
				missing = err != nil && strings.Contains(err.Error(), postings.ErrNotFound.Error())
				if missing {
					return nil
				}
				return err
			})
			if !missing {
				log[j.n] = known{j.city, job.Seq.Time(), job.Changes}
				break
			}
		}
	}
}

// judge holds what was heard against what had to be heard, and returns what is wrong. slack is how long
// a fault may put a mail off; tolerance how long an instant alert may take without any.
func (w *simTown) judge(people []*simPerson, log map[int]known, slack, tolerance time.Duration) []string {
	in := w.read()
	var wrong []string
	for _, p := range people {
		wrong = append(wrong, w.judgePerson(p, in, log, slack, tolerance)...)
	}
	if in.again > w.sins.doubts {
		wrong = append(wrong, fmt.Sprintf("%d mails came twice, with %d in doubt", in.again, w.sins.doubts))
	}
	return wrong
}

func (w *simTown) judgePerson(p *simPerson, in inbox, log map[int]known, slack, tolerance time.Duration) []string {
	var wrong []string
	fault := func(format string, args ...any) {
		wrong = append(wrong, p.email+": "+fmt.Sprintf(format, args...))
	}
	times := map[int]int{}
	for _, h := range in.jobs[p.email] {
		for _, n := range h.jobs {
			times[n]++
		}
		if late := p.late(h, log); late > tolerance && !w.sins.between(h.at.Add(-late-time.Hour), h.at) {
			fault("a mail with jobs %v came at %s, %s late", h.jobs, h.at.UTC(), late)
		}
		if !p.wanted(h.at) && !w.sins.between(h.at.Add(-10*time.Minute), h.at) {
			fault("a mail with jobs %v came at %s, against their will", h.jobs, h.at.UTC())
		}
	}
	for n, job := range log {
		must, may := p.hears(job, time.Now(), slack)
		switch {
		case times[n] > 1:
			fault("job %d came %d times", n, times[n])
		case must && times[n] == 0:
			fault("job %d, known since %s, never came", n, job.since)
		case !may && times[n] > 0:
			fault("job %d, known since %s, came and should not", n, job.since)
		}
	}
	if settled := p.welcome.Add(slack); p.wanted(settled) && settled.Before(time.Now()) && in.welcomes[p.email] != 1 {
		fault("%d welcome mails", in.welcomes[p.email])
	}
	return wrong
}

// wanted reports whether somebody may be written to at a time.
func (p *simPerson) wanted(at time.Time) bool {
	return slices.ContainsFunc(p.eras, func(e *era) bool { return !at.Before(e.from) && (e.sure.IsZero() || !at.After(e.sure)) })
}

// late is how long after it was due a mail came.
func (p *simPerson) late(h heard, log map[int]known) time.Duration {
	if h.instant {
		newest := time.Time{}
		for _, n := range h.jobs {
			if since := log[n].since; since.After(newest) {
				newest = since
			}
		}
		return h.at.Sub(newest)
	}
	late := time.Duration(1 << 62)
	zone, _ := time.LoadLocation(p.zone)
	for _, e := range p.eras {
		if e.cadence.Every != alerts.EveryInstant {
			late = min(late, h.at.Sub(e.cadence.Last(h.at, zone)))
		}
	}
	return late
}

// hears says whether somebody must hear of a job, and whether they may.
func (p *simPerson) hears(job known, end time.Time, slack time.Duration) (must, may bool) {
	zone, _ := time.LoadLocation(p.zone)
	for _, e := range p.eras {
		if e.city != "" && e.city != job.city || !job.since.After(e.from) || !e.sure.IsZero() && !job.since.Before(e.sure) {
			continue
		}
		due := job.since
		if e.cadence.Every != alerts.EveryInstant {
			due = e.cadence.Next(job.since.Add(-time.Microsecond), zone)
		}
		until := end
		if !e.sure.IsZero() {
			until = e.sure
		}
		if due.After(until) {
			continue
		}
		_, open := job.open(due, until)
		may = may || open
		settled := due.Add(slack)
		always, _ := job.open(due, settled)
		must = must || always && settled.Before(end) && (e.to.IsZero() || settled.Before(e.to))
	}
	return must, may
}
