package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/cli/console"
)

// BackupCmd is `jobalertd backup`.
type BackupCmd struct {
	console.ConfigFlag
	File string `arg:"" help:"File to write, which must not be there yet; - is standard output."`
}

// Run implements the command. A backup that could not be written to the end is removed.
func (c *BackupCmd) Run(ctx context.Context, w *console.World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	progress := console.NewProgress(w, 0)
	if c.File == "-" {
		_, err := daemon.Backup(ctx, w.Stdout, nil)
		return err
	}
	file, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // it holds addresses
	if err != nil {
		return err
	}
	n, err := daemon.Backup(ctx, file, progress.Of)
	progress.End()
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(c.File))
	}
	_, err = fmt.Fprintf(w.Stdout, "%d keys written to %s; keep the master key as well\n", n, c.File)
	return err
}

// RestoreCmd is `jobalertd restore`.
type RestoreCmd struct {
	console.ConfigFlag
	File string `arg:"" help:"A file that jobalertd backup has written."`
}

// Run implements the command.
func (c *RestoreCmd) Run(ctx context.Context, w *console.World) error {
	opts, err := c.Options(w)
	if err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	progress := console.NewProgress(w, 0)
	at, err := app.Restore(ctx, opts, file, progress.Of)
	progress.End()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Stdout, "restored what there was at %s; jobalertd serve can start\n", at.Format(time.RFC3339))
	return err
}
