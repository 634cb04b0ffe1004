package digest

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/match"
	"jobalertd/alerts/postings"
)

// few is up to how many postings it is faster to ask the index of filters about each of them than to
// join them all with the filters that are due.
const few = 64

// join is which of the due alerts match which postings.
type join struct {
	rules alerts.Rules
	at    time.Time
	jobs  []*postings.Job
	hits  map[match.Ref][]int // places in jobs, rising
	asked map[alertOf]Asked   // by those who have hits
}

// alertOf names an alert.
type alertOf struct{ subscriber, alert string }

// newJoin joins the filters of alerts that are due at a time with all postings that any of them looks at.
func (r *Runner) newJoin(ctx context.Context, due []Planned, at time.Time) *join {
	start := time.Now()
	j := &join{rules: r.cfg.Rules, at: at, hits: map[match.Ref][]int{}, asked: map[alertOf]Asked{}}
	from, upto := everything, alerts.Seq(0)
	for i := range due {
		from, upto = min(from, due[i].from()), max(upto, due[i].Upto)
		j.hits[due[i].Ref] = nil
	}
	j.jobs = r.window.Between(from, upto)
	if len(j.jobs) > few {
		prepared := make([]*match.Posting, len(j.jobs))
		for i, job := range j.jobs {
			prepared[i] = job.Prepared()
		}
		r.roster.Index().Join(slices.Sorted(maps.Keys(j.hits)), prepared, j.hit)
	} else {
		for i, job := range j.jobs {
			r.roster.Index().Match(job.Prepared(), func(ref match.Ref) { j.hit(ref, i) })
		}
	}
	for _, places := range j.hits {
		slices.Sort(places)
	}
	r.metrics.duration.Observe(time.Since(start).Seconds())
	j.ask(ctx, r.roster, due)
	return j
}

// ask reads the filters of those who will be told something: all others are matched without a look at what
// they have written.
func (j *join) ask(ctx context.Context, roster Roster, due []Planned) {
	var told []Subscription
	for i := range due {
		if slices.ContainsFunc(j.hits[due[i].Ref], func(hit int) bool { return j.concerns(&due[i], j.jobs[hit]) }) {
			told = append(told, due[i].Subscription)
		}
	}
	for i, asked := range roster.Ask(ctx, told) {
		j.asked[alertOf{told[i].Subscriber, told[i].Alert}] = asked
	}
}

// concerns reports whether a due alert looks at a job, if its filter matches.
func (j *join) concerns(p *Planned, job *postings.Job) bool {
	return job.Seq > p.from() && job.Seq <= p.Upto && job.Open(j.at)
}

// hit notes a pair, if its filter is due.
func (j *join) hit(ref match.Ref, i int) {
	if places, due := j.hits[ref]; due {
		j.hits[ref] = append(places, i)
	}
}

// matches is what a due alert would tell of, oldest first, with the reasons. What has ended by then and was
// not closed yet is left out, as it would be left out of the mail; so is what the person has just ceased
// to ask for.
func (j *join) matches(p *Planned) ([]alerts.Match, error) {
	asked := j.asked[alertOf{p.Subscriber, p.Alert}]
	if asked.Filter == nil {
		return nil, asked.Err
	}
	matcher := j.rules.Matcher(*asked.Filter)
	var found []alerts.Match
	for _, i := range j.hits[p.Ref] {
		job := j.jobs[i]
		if !j.concerns(p, job) {
			continue
		}
		if verdict := matcher.Judge(job.Prepared().Prepared()); verdict.Match {
			found = append(found, alerts.Match{Posting: &job.Posting, Seq: job.Seq, Verdict: verdict})
		}
	}
	return found, nil
}

// Matches is the newest open postings that a filter matches, up to limit, oldest first, with reasons.
func (r *Runner) Matches(f alerts.Filter, limit int) []alerts.Match {
	return r.judged(f, r.window.Find(f, r.cfg.Rules), limit)
}

// Between is the open postings after one sequence number and up to another that a filter matches, best
// first, at most limit, with reasons; and how many there are.
func (r *Runner) Between(f alerts.Filter, after, upto alerts.Seq, limit int) ([]alerts.Match, int) {
	jobs := slices.DeleteFunc(slices.Clone(r.window.Find(f, r.cfg.Rules)), func(j *postings.Job) bool { return j.Seq <= after || j.Seq > upto })
	return alerts.Rank(r.judged(f, jobs, limit)), len(jobs)
}

// judged gives the newest of the jobs that a filter matches their reasons.
func (r *Runner) judged(f alerts.Filter, jobs []*postings.Job, limit int) []alerts.Match {
	matcher := r.cfg.Rules.Matcher(f)
	var found []alerts.Match
	for _, job := range jobs[max(0, len(jobs)-limit):] {
		found = append(found, alerts.Match{Posting: &job.Posting, Seq: job.Seq, Verdict: matcher.Match(&job.Posting)})
	}
	return found
}

// everything is later than any posting.
const everything = alerts.Seq(math.MaxInt64)

// Preview is what a filter would bring.
type Preview struct {
	Open    int     // open postings that match now
	PerWeek float64 // new ones a week, over the last four
	Samples []alerts.Match
}

const (
	// previewWeeks is over how many weeks new postings are averaged.
	previewWeeks = 4
	// previewNewest is from how many of the newest matches the samples are chosen.
	previewNewest = 100
)

// Preview tells what a filter would bring, with up to samples of the best among the newest matches.
func (r *Runner) Preview(f alerts.Filter, now time.Time, samples int) Preview {
	open := r.window.Find(f, r.cfg.Rules)
	since := alerts.SeqAt(now.AddDate(0, 0, -7*previewWeeks))
	old, _ := slices.BinarySearchFunc(open, since+1, func(j *postings.Job, seq alerts.Seq) int { return cmp.Compare(j.Seq, seq) })
	ranked := alerts.Rank(r.judged(f, open, previewNewest))
	return Preview{Open: len(open), PerWeek: float64(len(open)-old) / previewWeeks, Samples: ranked[:min(len(ranked), samples)]}
}
