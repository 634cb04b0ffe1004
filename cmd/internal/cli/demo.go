package cli

import (
	"context"

	"jobalertd/cmd/internal/demo"
)

// demoCmd is `jobalertd demo`.
type demoCmd struct {
	Addr    string `default:"127.0.0.1:8080" help:"Where the pages are."`
	OpsAddr string `default:"127.0.0.1:9090" help:"Where the metrics are."`
	Once    bool   `help:"Play the whole story without a person and exit: one JSON line a step."`
}

// Run implements the command.
func (c *demoCmd) Run(ctx context.Context, w *World) error {
	o := demo.Options{Addr: c.Addr, OpsAddr: c.OpsAddr, Version: w.Version, Stdout: w.Stdout, Stderr: w.Stderr}
	if c.Once {
		return demo.Once(ctx, o)
	}
	return demo.Run(ctx, o)
}
