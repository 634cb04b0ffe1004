package digest

import (
	"math"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/postings"
)

// joinKey names one join: equal filters over equal stretches of the log have equal answers.
type joinKey struct {
	filter     string
	from, upto alerts.Seq
}

// joiner joins filters with postings, each distinct pair once.
type joiner struct {
	rules  alerts.Rules
	window *postings.Window
	known  map[joinKey][]alerts.Match
	spent  time.Duration // on matching
}

func (r *Runner) newJoiner() *joiner {
	return &joiner{rules: r.cfg.Rules, window: r.window, known: map[joinKey][]alerts.Match{}}
}

func (j *joiner) matches(f alerts.Filter, from, upto alerts.Seq) []alerts.Match {
	key := joinKey{f.Key(), from, upto}
	if found, ok := j.known[key]; ok {
		return found
	}
	start := time.Now()
	found := matching(j.rules.Matcher(f), j.window.Between(from, upto))
	j.spent += time.Since(start)
	j.known[key] = found
	return found
}

func matching(matcher alerts.Matcher, jobs []*postings.Job) []alerts.Match {
	var found []alerts.Match
	for _, job := range jobs {
		if matcher.Accepts(job.Prepared()) {
			found = append(found, alerts.Match{Posting: &job.Posting, Seq: job.Seq, Verdict: matcher.Judge(job.Prepared())})
		}
	}
	return found
}

// Matches is every open posting that a filter matches, oldest first.
func (r *Runner) Matches(f alerts.Filter) []alerts.Match {
	return matching(r.cfg.Rules.Matcher(f), r.window.Between(0, everything))
}

// everything is later than any posting.
const everything = alerts.Seq(math.MaxInt64)

// Preview is what a filter would bring.
type Preview struct {
	Open    int     // open postings that match now
	PerWeek float64 // new ones a week, over the last four
	Samples []alerts.Match
}

// previewWeeks is over how many weeks new postings are averaged.
const previewWeeks = 4

// Preview tells what a filter would bring, with up to samples of the best matches.
func (r *Runner) Preview(f alerts.Filter, now time.Time, samples int) Preview {
	all := r.Matches(f)
	recent := 0
	since := alerts.SeqAt(now.AddDate(0, 0, -7*previewWeeks))
	for _, m := range all {
		if m.Seq > since {
			recent++
		}
	}
	ranked := alerts.Rank(all)
	return Preview{Open: len(all), PerWeek: float64(recent) / previewWeeks, Samples: ranked[:min(len(ranked), samples)]}
}
