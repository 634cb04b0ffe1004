package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/postings"
	"jobalertd/cmd/internal/cli/console"
)

// postingsCmd is `jobalertd postings`.
type postingsCmd struct {
	Import postingsImportCmd `cmd:"" help:"Take postings in, one JSON a line."`
	List   postingsListCmd   `cmd:"" help:"List the open postings, newest first."`
	Show   postingsShowCmd   `cmd:"" help:"Show a posting with its listings and history."`
	Close  postingsCloseCmd  `cmd:"" help:"Close a posting: it is not sent any more."`
}

type postingsImportCmd struct {
	console.ConfigFlag
	KeepGoing bool   `help:"Leave faulty lines out instead of doing nothing."`
	File      string `arg:"" default:"-" help:"File of postings; - is standard input."`
}

// importBatch is how many postings are taken in at a time.
const importBatch = 200

// Run implements the command.
func (c *postingsImportCmd) Run(ctx context.Context, w *World) error {
	all, err := console.EachLine(w, c.File, c.KeepGoing, alerts.DecodePosting)
	if err != nil {
		return err
	}
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	counts := map[string]int{}
	progress := console.NewProgress(w, len(all))
	for done := 0; done < len(all); done += importBatch {
		batch := all[done:min(done+importBatch, len(all))]
		results, err := daemon.Push(ctx, batch)
		for _, result := range results {
			counts[result]++
		}
		if err != nil {
			progress.End()
			return fmt.Errorf("after %d of %d postings: %w", done+len(results), len(all), err)
		}
		progress.At(done + len(batch))
	}
	progress.End()
	return console.JSON(w, counts)
}

type postingsListCmd struct {
	console.ConfigFlag
	console.JSONFlag
	Limit int `default:"50" help:"How many at most; 0 is all."`
}

// postingRow is one posting of a list.
type postingRow struct {
	ID      string       `json:"id"`
	Since   time.Time    `json:"since"`
	Class   alerts.Class `json:"class"`
	Title   string       `json:"title"`
	Company string       `json:"company"`
	// Listings is how many boards and places list it now or did.
	Listings int `json:"listings"`
}

// Run implements the command.
func (c *postingsListCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	head, err := daemon.Window.Sync(ctx)
	if err != nil {
		return err
	}
	jobs := daemon.Window.Between(0, head)
	var rows []postingRow
	for i := len(jobs) - 1; i >= 0 && (c.Limit == 0 || len(rows) < c.Limit); i-- {
		p := &jobs[i].Posting
		rows = append(rows, postingRow{ID: p.ID, Since: jobs[i].Seq.Time(), Class: p.Class, Title: p.Title, Company: p.Company, Listings: len(jobs[i].Listings)})
	}
	return console.Rows(w, c.JSONFlag, rows, []string{"ID", "SINCE", "CLASS", "TITLE", "COMPANY", "LISTINGS"}, func(r postingRow) []string {
		return []string{r.ID, r.Since.Format(time.DateTime), string(r.Class), r.Title, r.Company, strconv.Itoa(r.Listings)}
	})
}

type postingsShowCmd struct {
	console.ConfigFlag
	ID string `arg:"" help:"Id of the posting, or of one of its listings."`
}

// Run implements the command.
func (c *postingsShowCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	job, err := daemon.Log.Find(ctx, c.ID)
	if err != nil {
		return err
	}
	return console.JSON(w, struct {
		Seq   alerts.Seq `json:"seq"`
		Since time.Time  `json:"since"`
		postings.Job
	}{job.Seq, job.Seq.Time(), job})
}

type postingsCloseCmd struct {
	console.ConfigFlag
	IDs []string `arg:"" name:"ID" help:"Ids of postings."`
}

// Run implements the command.
func (c *postingsCloseCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	for _, id := range c.IDs {
		job, err := daemon.Log.Find(ctx, id)
		if err != nil {
			return err
		}
		was, err := daemon.Log.Close(ctx, job.Posting.ID)
		if err != nil {
			return err
		}
		state := "closed"
		if !was {
			state = "was closed already"
		}
		fmt.Fprintln(w.Stdout, id, state)
	}
	return nil
}
