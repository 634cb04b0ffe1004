package cli

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"jobalertd/cmd/internal/cli/console"
	"jobalertd/cmd/internal/config"
	"jobalertd/cmd/internal/supervise"
)

// serveCmd is `jobalertd serve`.
type serveCmd struct{ console.ConfigFlag }

// Help is what `jobalertd serve --help` says beyond the flags.
func (serveCmd) Help() string {
	return `SIGTERM stops it after the letters in hand. SIGHUP reads the configuration anew: all of it may change. ` +
		`A faulty one is refused, its faults are logged, and the daemon goes on as before.`
}

// Run implements the command.
func (c *serveCmd) Run(ctx context.Context, w *World) error {
	return supervise.Run(ctx, supervise.Config{
		Version: w.Version,
		Load:    func() (*config.Loaded, error) { return c.loadToServe(w) },
		Logger:  func(cfg config.Log) *slog.Logger { return console.NewLogger(cfg, w.Stderr) },
	})
}

// loadToServe reads the configuration, which must be complete.
func (c *serveCmd) loadToServe(w *World) (*config.Loaded, error) {
	loaded, err := c.Load(w)
	if err != nil {
		return nil, err
	}
	if err := loaded.CheckServe(); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return loaded, offline(loaded)
}

// healthcheckCmd is `jobalertd healthcheck`.
type healthcheckCmd struct{ console.ConfigFlag }

// healthTimeout is how long the daemon may take to answer.
const healthTimeout = 5 * time.Second

// Run implements the command.
func (c *healthcheckCmd) Run(ctx context.Context, w *World) error {
	loaded, err := c.Load(w)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	if err := supervise.Ask(ctx, loaded.Ops.Listen, "/readyz"); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.Stdout, "ready")
	return err
}
