package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/cli/console"
	"jobalertd/cmd/internal/config"
)

// configCmd is `jobalertd config`.
type configCmd struct {
	console.ConfigFlag
	Example   bool `xor:"what" help:"An example configuration file, every value its default."`
	Reference bool `xor:"what" help:"Every key with its meaning, default and environment variable, as Markdown."`
	Effective bool `xor:"what" help:"What is in effect and where each value comes from; secrets are masked. The default."`
}

// Run implements the command.
func (c *configCmd) Run(w *World) error {
	text := []byte(nil)
	switch {
	case c.Example:
		text = config.Example()
	case c.Reference:
		text = config.Reference()
	default:
		loaded, err := c.Load(w)
		if err != nil {
			return err
		}
		text = loaded.Effective()
	}
	_, err := w.Stdout.Write(text)
	return err
}

// checkCmd is `jobalertd check`.
type checkCmd struct {
	console.ConfigFlag
	Online bool `help:"Also try Redis and the relays. Nothing is changed and no mail is sent."`
}

// onlineTimeout bounds the online checks together.
const onlineTimeout = time.Minute

// Run implements the command.
func (c *checkCmd) Run(ctx context.Context, w *World) error {
	loaded, err := c.Load(w)
	if err != nil {
		return err
	}
	_, err = app.Rules(loaded.Alerts.RatesFile)
	if err := errors.Join(err, app.CheckSources(loaded.Config)); err != nil {
		return err
	}
	if c.Online {
		ctx, cancel := context.WithTimeout(ctx, onlineTimeout)
		defer cancel()
		if err := online(ctx, w, loaded); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(w.Stdout, "no fault found")
	return err
}

func online(ctx context.Context, w *World, loaded *config.Loaded) error {
	redis := app.CheckRedis(ctx, loaded.Config)
	relays := app.CheckRelays(ctx, loaded.Config)
	for name, err := range map[string]error{"Redis": redis, "relays": relays} {
		if err == nil {
			fmt.Fprintln(w.Stderr, name+": fine")
		}
	}
	return errors.Join(redis, relays)
}
