package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"jobalertd/cmd/internal/cli/console"
	"jobalertd/mailer/outbox"
)

// outboxCmd is `jobalertd outbox`.
type outboxCmd struct {
	Stats  outboxStatsCmd  `cmd:"" help:"Count the letters that are owed."`
	Dead   outboxDeadCmd   `cmd:"" help:"List dead letters: given up, and why."`
	Recent outboxRecentCmd `cmd:"" help:"List the letters that were sent or dropped last."`
	Retry  outboxRetryCmd  `cmd:"" help:"Owe dead letters again."`
}

type outboxStatsCmd struct{ console.ConfigFlag }

// Run implements the command.
func (c *outboxStatsCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	stats, err := daemon.Outbox.Stats(ctx, time.Now())
	if err != nil {
		return err
	}
	return console.JSON(w, stats)
}

type outboxDeadCmd struct {
	console.ConfigFlag
	console.JSONFlag
	Limit int `default:"100" help:"How many at most."`
}

// Run implements the command.
func (c *outboxDeadCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	dead, err := daemon.Outbox.Dead(ctx, c.Limit)
	if err != nil {
		return err
	}
	return console.Rows(w, c.JSONFlag, dead, []string{"NAME", "SINCE", "KIND", "SUBSCRIBER", "REASON"}, func(r outbox.Record) []string {
		return []string{r.Name, r.At.UTC().Format(time.DateTime), string(r.Letter.Kind), r.Letter.Subscriber, r.Reason}
	})
}

type outboxRecentCmd struct {
	console.ConfigFlag
	console.JSONFlag
	Limit int `default:"100" help:"How many at most."`
}

// Run implements the command.
func (c *outboxRecentCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	recent, err := daemon.Outbox.Recent(ctx, c.Limit)
	if err != nil {
		return err
	}
	return console.Rows(w, c.JSONFlag, recent, []string{"AT", "LETTER", "KIND", "SUBSCRIBER", "JOBS", "RESULT"}, func(r outbox.Record) []string {
		return []string{r.At.UTC().Format(time.DateTime), r.Letter.ID, string(r.Letter.Kind), r.Letter.Subscriber, strconv.Itoa(len(r.Letter.Postings)), r.Reason}
	})
}

type outboxRetryCmd struct {
	console.ConfigFlag
	All   bool     `help:"All dead letters."`
	Names []string `arg:"" optional:"" name:"NAME" help:"Names from jobalertd outbox dead."`
}

// allDead is how many dead letters --all looks at.
const allDead = 1_000_000

// Run implements the command.
func (c *outboxRetryCmd) Run(ctx context.Context, w *World) error {
	if c.All == (len(c.Names) > 0) {
		return console.UsageError("name dead letters, or say --all")
	}
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	dead, err := daemon.Outbox.Dead(ctx, allDead)
	if err != nil {
		return err
	}
	revived := 0
	for _, r := range dead {
		if !c.All && !slices.Contains(c.Names, r.Name) {
			continue
		}
		done, err := daemon.Outbox.Revive(ctx, r, time.Now())
		if err != nil {
			return err
		}
		if done {
			revived++
		}
	}
	_, err = fmt.Fprintf(w.Stdout, "%d letters owed again\n", revived)
	return err
}
