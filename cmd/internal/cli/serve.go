package cli

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/cli/console"
)

// serveCmd is `jobalertd serve`.
type serveCmd struct{ console.ConfigFlag }

// Run implements the command.
func (c *serveCmd) Run(ctx context.Context, w *World) error {
	loaded, err := c.Load(w)
	if err != nil {
		return err
	}
	if err := loaded.CheckServe(); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	daemon, err := app.Open(ctx, app.Options{Config: loaded.Config, Version: w.Version, Logger: console.NewLogger(loaded.Log, w.Stderr)})
	if err != nil {
		return err
	}
	err = daemon.Run(ctx)
	if closeErr := daemon.Close(); err == nil {
		err = closeErr
	}
	return err
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
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+loaded.Ops.Listen+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the daemon does not answer: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the daemon is not ready: it answers %s", resp.Status)
	}
	_, err = fmt.Fprintln(w.Stdout, "ready")
	return err
}
