package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/alerts/phrase"
	"jobalertd/mailer/locale"
	"jobalertd/subscribers"
)

// digestCmd is `jobalertd digest`.
type digestCmd struct {
	configFlag
	asJSON
	At         string `placeholder:"TIME" help:"The moment, such as 2026-11-23T08:00:00+01:00. Default: now."`
	Subscriber string `placeholder:"ID" help:"Only this subscriber."`
	DryRun     bool   `help:"Only tell what would be owed; needed with --at and --subscriber."`
}

// plannedLetter is one letter that would be owed.
type plannedLetter struct {
	Subscriber string    `json:"subscriber"`
	Alert      string    `json:"alert"`
	Cadence    string    `json:"cadence"`
	Slot       time.Time `json:"slot,omitzero"`
	Postings   []string  `json:"postings"`
	Why        []string  `json:"why"` // of each posting
	More       int       `json:"more"`
}

// Run implements the command.
func (c *digestCmd) Run(ctx context.Context, w *World) error {
	if !c.DryRun && (c.At != "" || c.Subscriber != "") {
		return usageError("--at and --subscriber need --dry-run: letters are owed to everybody who is due, and now")
	}
	at := time.Now()
	if c.At != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, c.At); err != nil {
			return usageError(fmt.Sprintf("--at: %q is not a time like 2026-11-23T08:00:00+01:00", c.At))
		}
	}
	daemon, err := c.open(ctx, w)
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
	letters := plannedLetters(plans, c.Subscriber)
	return printRows(w, c.asJSON, letters, []string{"SUBSCRIBER", "ALERT", "CADENCE", "JOBS", "BEST", "WHY"}, func(l plannedLetter) []string {
		return []string{l.Subscriber, l.Alert, l.Cadence, strconv.Itoa(len(l.Postings) + l.More), l.Postings[0], l.Why[0]}
	})
}

func plannedLetters(plans []digest.Planned, subscriber string) []plannedLetter {
	var letters []plannedLetter
	for _, p := range plans {
		if subscriber != "" && p.Subscriber != subscriber {
			continue
		}
		l := plannedLetter{Subscriber: p.Subscriber, Alert: p.Alert, Cadence: p.Cadence.String(), Slot: p.Slot, More: p.More}
		for _, m := range p.Matches {
			l.Postings, l.Why = append(l.Postings, m.ID()), append(l.Why, phrase.Why(locale.English, m.Verdict))
		}
		letters = append(letters, l)
	}
	return letters
}

// explainCmd is `jobalertd explain`.
type explainCmd struct {
	configFlag
	asJSON
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
	daemon, err := c.open(ctx, w)
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
		case job.Seq <= sub.Cursors[a.ID]:
			e.Standing = "the alert has passed it: it was sent, did not match then, or is older than the alert"
		default:
			e.Standing = "the alert will look at it " + a.Cadence.String()
		}
		all = append(all, e)
	}
	return printRows(w, c.asJSON, all, []string{"ALERT", "MATCH", "FACETS", "STANDING"}, func(e explanation) []string {
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
