package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/app/mails"
	"jobalertd/cmd/internal/app/sending"
	"jobalertd/cmd/internal/cli/console"
	"jobalertd/cmd/internal/config"
)

// configCmd is `jobalertd config`.
type configCmd struct {
	console.ConfigFlag
	Example   bool `xor:"what" help:"An example configuration file, every value its default."`
	Reference bool `xor:"what" help:"Every key with its meaning, default and environment variable, as Markdown."`
	Schema    bool `xor:"what" help:"The JSON Schema of configuration files, for editors that complete and check them."`
	Effective bool `xor:"what" help:"What is in effect and where each value comes from; secrets are masked. The default."`
	RedisACL  bool `name:"redis-acl" xor:"what" help:"What a Redis user must be allowed, as ACL SETUSER takes it."`
}

// Run implements the command.
func (c *configCmd) Run(w *World) error {
	text := []byte(nil)
	switch {
	case c.Example:
		text = config.Example()
	case c.Reference:
		text = config.Reference()
	case c.Schema:
		text = config.Schema()
	case c.RedisACL:
		text = []byte(app.RedisRule() + "\n")
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
	Online bool `help:"Also try Redis and the relays, and look at SPF, DKIM, DMARC and the names of addresses in the DNS, with the records to add. Nothing is changed and no mail is sent."`
}

// Run implements the command.
func (c *checkCmd) Run(ctx context.Context, w *World) error {
	loaded, err := c.Load(w)
	if err != nil {
		return err
	}
	if err := offline(loaded); err != nil {
		return err
	}
	if c.Online {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := online(ctx, w, loaded); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(w.Stdout, "no fault found")
	return err
}

// offline finds the faults that the configuration alone does not show.
func offline(loaded *config.Loaded) error {
	_, err := app.Rules(loaded.Alerts.RatesFile)
	_, mailErr := mails.Renderer(loaded.Config, nil, nil, nil)
	return errors.Join(err, mailErr, app.CheckSources(loaded.Config), app.CheckBounces(loaded.Config))
}

func online(ctx context.Context, w *World, loaded *config.Loaded) error {
	redis, relays := app.CheckRedis(ctx, loaded.Config), sending.CheckRelays(ctx, loaded.Config)
	if redis == nil {
		fmt.Fprintln(w.Stderr, "Redis: fine")
	}
	return errors.Join(redis, relays, sending.ShowRecords(ctx, w.Stdout, loaded.Config, w.Resolver))
}
