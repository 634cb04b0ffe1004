package app

import (
	"errors"
	"fmt"
	"time"

	"jobalertd/cmd/internal/config"
	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render"
	"jobalertd/subscribers/compose"
)

// Renderer makes what writes mails. Templates of the operator's own are tried on a sample of every mail
// in every language; the error names every fault once.
func Renderer(cfg config.Config) (*render.Renderer, error) { return newRenderer(cfg, nil) }

// newRenderer is Renderer with what signs the return paths of mails, nil for mails that are not sent.
func newRenderer(cfg config.Config, sign func(mailer.Letter) string) (*render.Renderer, error) {
	renders := renderConfig(cfg)
	renders.Ticket = sign
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
