package transfer

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"jobalertd/cmd/internal/cli/console"
	"jobalertd/subscribers/transfer"
)

// ImportCmd is `jobalertd subscribers import`.
type ImportCmd struct {
	console.ConfigFlag
	console.JSONFlag
	KeepGoing bool   `help:"Leave faulty lines out instead of doing nothing."`
	File      string `arg:"" default:"-" help:"People, one JSON a line as jobalertd subscribers export prints them; - is standard input."`
}

// imported is how many people met the same fate.
type imported struct {
	Result transfer.Result `json:"result"`
	People int             `json:"people"`
}

// Run implements the command. It can be run again with the same list: who is known stays as they are.
func (c *ImportCmd) Run(ctx context.Context, w *console.World) error {
	now := time.Now()
	people, err := console.EachLine(w, c.File, c.KeepGoing, func(line []byte) (transfer.Person, error) { return transfer.Decode(line, now) })
	if err != nil {
		return err
	}
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	progress, through := console.NewProgress(w, len(people)), 0
	counts, err := daemon.Transfer.ImportAll(ctx, people, now, func(n int) {
		through = n
		progress.At(n)
	})
	progress.End()
	if err != nil {
		return fmt.Errorf("after %d of %d people, run it again to go on: %w", through, len(people), err)
	}
	var rows []imported
	for _, result := range transfer.Results() {
		rows = append(rows, imported{result, counts[result]})
	}
	return console.Rows(w, c.JSONFlag, rows, []string{"RESULT", "PEOPLE"}, func(r imported) []string {
		return []string{string(r.Result), strconv.Itoa(r.People)}
	})
}

// ExportAll prints everybody, one JSON a line.
func ExportAll(ctx context.Context, w *console.World, config console.ConfigFlag) error {
	daemon, err := config.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	out := bufio.NewWriter(w.Stdout)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	if err := daemon.Transfer.Export(ctx, func(p transfer.Person) error { return lines.Encode(p) }); err != nil {
		return err
	}
	return out.Flush()
}
