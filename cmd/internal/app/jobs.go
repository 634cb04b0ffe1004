package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jobalertd/alerts/postings"
	"jobalertd/alerts/source/poll"
)

// When the jobs that are not configured run, in UTC.
const (
	expireSpec = "@every 5m"
	// firstPollsOver is over how long the boards' first polls are spread when a leader begins.
	firstPollsOver = 30 * time.Second
)

// addJobs sets up the cron jobs. The leader runs them; the others keep their copies current.
func (a *App) addJobs() error {
	cfg, leads := a.opts.Config, a.lease.Held
	follows := func() bool { return !leads() }
	errs := []error{
		a.schedule.Add(jobAlerts, cfg.Alerts.Heartbeat, leads, a.serveAlerts),
		a.schedule.Add(jobFollow, cfg.Alerts.Heartbeat, follows, a.Runner.Refresh),
		a.schedule.Add(jobExpire, expireSpec, leads, a.expire),
		a.schedule.Add(jobPeople, cfg.Alerts.Heartbeat, leads, a.lookAfterPeople),
		a.schedule.Add(jobRetention, cfg.Retention.Schedule, leads, a.retention),
	}
	for i, poller := range a.Pollers {
		spec := cfg.Sources[i].Schedule
		delay := poll.Delay(poller.ID(), interval(spec)) // so that not all boards are read at once
		errs = append(errs, a.schedule.Add(jobPoll, spec, leads, func(ctx context.Context) error {
			sleep(ctx, delay)
			return a.Poll(ctx, poller)
		}))
	}
	return errors.Join(errs...)
}

func (a *App) serveAlerts(ctx context.Context) error {
	owed, err := a.Runner.Run(ctx, time.Now())
	if owed > 0 {
		a.logger.Info("letters owed", "letters", owed)
	}
	return err
}

// Poll reads one board and has the alerts served if it brought anything new.
func (a *App) Poll(ctx context.Context, poller *poll.Poller) error {
	report, err := poller.Poll(ctx, time.Now())
	if errors.Is(err, poll.ErrTooSoon) {
		return nil
	}
	for _, refused := range report.Refused {
		a.logger.Warn("posting left out", "board", report.Board, "error", refused)
	}
	if report.Results[postings.ResultNew] > 0 || report.Closed > 0 {
		a.logger.Info("board has changed", "board", report.Board, "new", report.Results[postings.ResultNew], "closed", report.Closed)
	}
	if report.Results[postings.ResultNew] > 0 {
		a.bell.Postings()
	}
	return err
}

// firstPolls reads every board once whenever this replica begins to lead, spread over a while.
func (a *App) firstPolls(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.led:
		}
		start := time.Now()
		pollers := slices.SortedFunc(slices.Values(a.Pollers), func(x, y *poll.Poller) int {
			return cmp.Compare(poll.Delay(x.ID(), firstPollsOver), poll.Delay(y.ID(), firstPollsOver))
		})
		for _, poller := range pollers {
			sleep(ctx, time.Until(start.Add(poll.Delay(poller.ID(), firstPollsOver))))
			if ctx.Err() == nil && a.lease.Held() {
				a.schedule.Do(ctx, jobPoll, func(ctx context.Context) error { return a.Poll(ctx, poller) })
			}
		}
	}
}

// expire closes postings whose stated end has passed.
func (a *App) expire(ctx context.Context) error {
	if _, err := a.Window.Sync(ctx); err != nil {
		return err
	}
	_, err := a.Log.Expire(ctx, a.Window, time.Now())
	return err
}

// lookAfterPeople takes the steps that are due for people: it ends pauses, asks whether they still want
// this, and erases whose time is over.
func (a *App) lookAfterPeople(ctx context.Context) error {
	n, err := a.Keeper.Sweep(ctx, time.Now())
	if n > 0 {
		a.logger.Info("looked after people", "subscribers", n)
	}
	return err
}

// retention forgets old postings and the records of letters sent long ago.
func (a *App) retention(ctx context.Context) error {
	now, cfg := time.Now(), a.opts.Config.Retention
	jobs, err := a.Log.Forget(ctx, now.Add(-cfg.ClosedPostings))
	if err != nil {
		err = fmt.Errorf("postings: %w", err)
	}
	letters, lettersErr := a.Outbox.Forget(ctx, now.Add(-cfg.SentLetters))
	if lettersErr != nil {
		lettersErr = fmt.Errorf("letters: %w", lettersErr)
	}
	if jobs+letters > 0 {
		a.logger.Info("retention", "postings", jobs, "letters", letters)
	}
	return errors.Join(err, lettersErr)
}

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
