package cli

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"jobalertd/alerts/source/poll"
	"jobalertd/cmd/internal/cli/console"
)

// sourcesCmd is `jobalertd sources`.
type sourcesCmd struct {
	List  sourcesListCmd  `cmd:"" help:"List the configured boards."`
	Fetch sourcesFetchCmd `cmd:"" help:"Fetch boards now and tell what was found."`
}

type sourcesListCmd struct {
	console.ConfigFlag
	console.JSONFlag
}

// sourceRow is one configured board.
type sourceRow struct {
	Name     string `json:"name"`
	Company  string `json:"company,omitempty"`
	Schedule string `json:"schedule"`
}

// Run implements the command.
func (c *sourcesListCmd) Run(w *World) error {
	loaded, err := c.Load(w)
	if err != nil {
		return err
	}
	var rows []sourceRow
	for _, s := range loaded.Sources {
		rows = append(rows, sourceRow{s.Name(), s.Company, s.Schedule})
	}
	return console.Rows(w, c.JSONFlag, rows, []string{"NAME", "COMPANY", "SCHEDULE"}, func(r sourceRow) []string {
		return []string{r.Name, r.Company, r.Schedule}
	})
}

type sourcesFetchCmd struct {
	console.ConfigFlag
	Names []string `arg:"" optional:"" name:"NAME" help:"Boards, such as greenhouse:acme. Default: all."`
}

// Run implements the command.
func (c *sourcesFetchCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	for _, name := range c.Names {
		if !slices.ContainsFunc(daemon.Pollers, func(p *poll.Poller) bool { return p.ID() == name }) {
			return console.UsageError("there is no source " + name + "; jobalertd sources list names them")
		}
	}
	lines := json.NewEncoder(w.Stdout)
	var errs []error
	for _, poller := range daemon.Pollers {
		if len(c.Names) > 0 && !slices.Contains(c.Names, poller.ID()) {
			continue
		}
		report, err := poller.Poll(ctx, time.Now())
		errs = append(errs, err, lines.Encode(fetched(report)))
	}
	return errors.Join(errs...)
}

// fetched is a report as it is printed.
func fetched(r poll.Report) any {
	refused := make([]string, len(r.Refused))
	for i, err := range r.Refused {
		refused[i] = err.Error()
	}
	return struct {
		Source   string         `json:"source"`
		Listings int            `json:"listings"`
		Results  map[string]int `json:"results"`
		Closed   int            `json:"closed"`
		LeftOut  []string       `json:"left_out,omitempty"`
	}{r.Board, r.Listings, r.Results, r.Closed, refused}
}
