// Package mails makes what writes mails, as the configuration asks for it.
package mails

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/cmd/internal/config"
	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render"
	"jobalertd/subscribers/compose"
)

// Renderer makes what writes mails; sign signs their return paths and is nil for mails that are not
// sent, as reg and log are, which hear of templates that fail. Templates of the operator's own are tried on a sample of every mail in every language; the error
// names every fault once.
func Renderer(cfg config.Config, sign func(mailer.Letter) string, reg prometheus.Registerer, log *slog.Logger) (*render.Renderer, error) {
	renders := render.Config{
		Product: cfg.Mail.Product, From: cfg.Mail.From, FromName: cfg.Mail.FromName, ReplyTo: cfg.Mail.ReplyTo,
		ListID: cfg.Mail.ListID, BounceDomain: cfg.Mail.EnvelopeDomain(), FeedbackID: cfg.Mail.FeedbackID,
		PostalAddress: cfg.Mail.PostalAddress, BaseURL: cfg.HTTP.BaseURL, Templates: cfg.Mail.TemplateFiles(), Ticket: sign,
		Metrics: reg, Log: log,
	}
	renderer, err := render.New(renders)
	if err != nil && cfg.Mail.Templates != "" {
		return nil, fmt.Errorf("mail.templates: %s: %w", cfg.Mail.Templates, err)
	}
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	if !renderer.Overridden() {
		return renderer, nil
	}
	if err := tryMails(renderer, cfg.HTTP.BaseURL); err != nil {
		return nil, fmt.Errorf("mail.templates: %s: %w", cfg.Mail.Templates, err)
	}
	return renderer, nil
}

func tryMails(renderer *render.Renderer, baseURL string) error {
	var errs []error
	named := map[string]bool{} // a fault in a part that mails share comes up in each of them
	for _, kind := range mailer.Kinds() {
		for _, l := range locale.All() {
			sample, err := compose.Sample(kind, l, baseURL, time.Now())
			if err == nil {
				err = renderer.Try(sample)
			}
			if err != nil && !named[err.Error()] {
				named[err.Error()] = true
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
