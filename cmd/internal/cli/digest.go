package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/alerts/phrase"
	"jobalertd/cmd/internal/cli/console"
	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/subscribers"
)

// digestCmd is `jobalertd digest`.
type digestCmd struct {
	console.ConfigFlag
	console.JSONFlag
	At         string `placeholder:"TIME" help:"The moment, such as 2026-11-23T08:00:00+01:00. Default: now."`
	Subscriber string `placeholder:"ID" help:"Only this subscriber."`
	DryRun     bool   `help:"Only tell what would be owed; needed with --at and --subscriber."`
}

// plannedLetter is one letter that would be owed. Its id is part of the mail's Message-ID.
type plannedLetter struct {
	ID         string      `json:"id"`
	Kind       mailer.Kind `json:"kind"`
	Subscriber string      `json:"subscriber"`
	Alert      string      `json:"alert"`
	Cadence    string      `json:"cadence"`
	Slot       time.Time   `json:"slot,omitzero"`
	Postings   []string    `json:"postings"`
	Why        []string    `json:"why"` // of each posting
	More       int         `json:"more"`
}

// Run implements the command.
func (c *digestCmd) Run(ctx context.Context, w *World) error {
	if !c.DryRun && (c.At != "" || c.Subscriber != "") {
		return console.UsageError("--at and --subscriber need --dry-run: letters are owed to everybody who is due, and now")
	}
	at := time.Now()
	if c.At != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, c.At); err != nil {
			return console.UsageError(fmt.Sprintf("--at: %q is not a time like 2026-11-23T08:00:00+01:00", c.At))
		}
	}
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	if !c.DryRun {
		owed, err := daemon.Runner.Run(ctx, time.Now())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w.Stdout, "%d letters owed\n", owed)
		return err
	}
	plans, err := daemon.Runner.Plan(ctx, at)
	if err != nil {
		return err
	}
	letters := plannedLetters(plans, c.Subscriber, at)
	if c.JSON {
		return console.Rows(w, c.JSONFlag, letters, nil, nil)
	}
	return console.Rows(w, c.JSONFlag, shownJobs(letters), []string{"LETTER", "KIND", "SUBSCRIBER", "ALERT", "CADENCE", "POSTING", "WHY"}, func(row []string) []string { return row })
}

// shownJobs is a row for each job that a letter shows, and one for those it only counts.
func shownJobs(letters []plannedLetter) [][]string {
	var rows [][]string
	for _, l := range letters {
		of := []string{l.ID, string(l.Kind), l.Subscriber, l.Alert, l.Cadence}
		for i, id := range l.Postings {
			rows = append(rows, slices.Concat(of, []string{id, l.Why[i]}))
		}
		if l.More > 0 {
			rows = append(rows, slices.Concat(of, []string{fmt.Sprintf("and %d more", l.More), ""}))
		}
	}
	return rows
}

func plannedLetters(plans []digest.Planned, subscriber string, at time.Time) []plannedLetter {
	var letters []plannedLetter
	for _, p := range plans {
		if subscriber != "" && p.Subscriber != subscriber {
			continue
		}
		owed := p.Letter(at)
		l := plannedLetter{ID: owed.ID, Kind: owed.Kind, Subscriber: p.Subscriber, Alert: p.Alert, Cadence: p.Cadence.String(), Slot: p.Slot, More: p.More}
		for _, m := range p.Matches {
			l.Postings, l.Why = append(l.Postings, m.ID()), append(l.Why, phrase.Why(locale.English, m.Verdict))
		}
		letters = append(letters, l)
	}
	return letters
}

// explainCmd is `jobalertd explain`.
type explainCmd struct {
	console.ConfigFlag
	console.JSONFlag
	Subscriber string `arg:"" help:"Id of the subscriber."`
	Posting    string `arg:"" help:"Id of the posting, or of one of its listings."`
}

// explanation is how one alert judges a posting.
type explanation struct {
	Alert   string                         `json:"alert"`
	Name    string                         `json:"name"`
	Match   bool                           `json:"match"`
	Reasons map[alerts.Facet]alerts.Reason `json:"reasons"`
	// Standing tells what else decides: whether the alert has passed the posting already.
	Standing string `json:"standing"`
	verdict  alerts.Verdict
}

// Run implements the command.
func (c *explainCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	sub, err := daemon.Store.GetStored(ctx, subscribers.ID(c.Subscriber))
	if err != nil {
		return err
	}
	job, err := daemon.Log.Find(ctx, c.Posting)
	if err != nil {
		return err
	}
	var all []explanation
	for _, a := range sub.Alerts {
		v := daemon.Rules.Matcher(a.Filter).Match(&job.Posting)
		e := explanation{Alert: a.ID, Name: a.Name, Match: v.Match, Reasons: reasons(v), verdict: v}
		switch {
		case sub.State != subscribers.StateActive:
			e.Standing = "the subscriber is " + string(sub.State)
		case !job.Open(time.Now()):
			e.Standing = "the posting is closed"
		case job.Seq <= sub.Cursor(a.ID):
			e.Standing = "the alert has passed it: it was sent, did not match then, or is older than the alert"
		default:
			e.Standing = "the alert will look at it " + a.Cadence.String()
		}
		all = append(all, e)
	}
	return console.Rows(w, c.JSONFlag, all, []string{"ALERT", "MATCH", "FACETS", "STANDING"}, func(e explanation) []string {
		return []string{strings.TrimSpace(e.Alert + " " + e.Name), yesNo(e.Match), facets(e.verdict), e.Standing}
	})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// facets lists each facet that was asked, failed ones first.
func facets(v alerts.Verdict) string {
	sorted := slices.Clone(v.Reasons)
	slices.SortStableFunc(sorted, func(a, b alerts.Reason) int {
		switch {
		case a.Pass == b.Pass:
			return 0
		case b.Pass:
			return -1
		default:
			return 1
		}
	})
	var parts []string
	for _, r := range sorted {
		facet, decided := phrase.Reason(locale.English, r)
		part := facet + " ok"
		if !r.Pass {
			part = facet + " FAILS"
		}
		if decided != "" {
			part += " (" + decided + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}
