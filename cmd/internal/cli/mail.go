package cli

import (
	"context"

	"jobalertd/cmd/internal/cli/console"
	"jobalertd/cmd/internal/cli/preview"
	"jobalertd/mailer"
	"jobalertd/mailer/render"
	"jobalertd/subscribers"
)

// mailCmd is `jobalertd mail`.
type mailCmd struct {
	Preview mailPreviewCmd `cmd:"" help:"Write a mail as .eml, .html and .txt, about samples or for a subscriber. Nothing is sent."`
}

type mailPreviewCmd struct {
	console.ConfigFlag
	Kind       string `arg:"" enum:"confirm,welcome,alert,digest,manage,reconfirm,move,moved,all" help:"What mail: ${enum}."`
	Locale     string `placeholder:"TAG" help:"Language, such as de. Default: the subscriber's, or en."`
	Subscriber string `placeholder:"ID" help:"Write it as this subscriber would get it about the newest postings, with links that lead nowhere. Default: about samples."`
	Out        string `default:"." placeholder:"DIR" help:"Directory to write to. Default: this one."`
}

// Run implements the command.
func (c *mailPreviewCmd) Run(ctx context.Context, w *World) error {
	loaded, err := c.Load(w)
	if err != nil {
		return err
	}
	mails, err := c.mails(ctx, w, loaded.HTTP.BaseURL, loaded.Alerts.MaxJobs)
	if err != nil {
		return err
	}
	return preview.Write(loaded.Config, c.Out, mails, w.Stdout, w.Stderr)
}

// mails are what is to be written.
func (c *mailPreviewCmd) mails(ctx context.Context, w *World, baseURL string, maxJobs int) ([]render.Mail, error) {
	kinds := []mailer.Kind{mailer.Kind(c.Kind)}
	if c.Kind == "all" {
		kinds = mailer.Kinds()
	}
	if c.Subscriber == "" {
		return preview.Samples(kinds, c.Locale, baseURL)
	}
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return nil, err
	}
	defer daemon.Close()
	return preview.For(ctx, daemon, subscribers.ID(c.Subscriber), kinds, c.Locale, maxJobs)
}
