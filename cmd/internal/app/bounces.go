package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/cmd/internal/config"
	"jobalertd/mailer/bounce/lmtp"
	"jobalertd/mailer/bounce/provider"
	"jobalertd/subscribers"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web"
	"jobalertd/subscribers/web/webhook"
)

// bounceReader reads the calls of the configured mail providers.
func (a *App) bounceReader() (*provider.Reader, error) {
	cfg, err := providers(a.opts.Config)
	if err != nil {
		return nil, err
	}
	return provider.New(cfg, provider.Deps{Intake: a.Intake, Fetch: fetchAmazon(), Once: a.Suppress.Once})
}

// CheckBounces says what is wrong with the configured mail providers.
func CheckBounces(cfg config.Config) error {
	configured, err := providers(cfg)
	if err == nil {
		_, err = provider.New(configured, provider.Deps{})
	}
	if err != nil {
		return fmt.Errorf("bounce: %w", err)
	}
	return nil
}

func providers(cfg config.Config) (provider.Config, error) {
	b := cfg.Bounce
	all := provider.Config{
		SESTopics: b.SESTopics, SendGridKeys: b.SendGridKeys, PostmarkLogins: reveal(b.PostmarkLogins), MailgunKeys: reveal(b.MailgunKeys),
	}
	if len(b.Secrets) == 0 {
		return all, nil
	}
	verifier, err := webhook.New(reveal(b.Secrets))
	if err != nil {
		return all, fmt.Errorf("secrets: %w", err)
	}
	all.Generic = func(h textproto.MIMEHeader, body []byte, now time.Time) error {
		return verifier.Verify(http.Header(h), body, now)
	}
	return all, nil
}

const (
	// amazonDeadline is for one answer of Amazon; SNS itself waits 15 s for ours.
	amazonDeadline = 5 * time.Second
	maxAnswer      = 64 << 10
)

// fetchAmazon gets certificates and confirms subscriptions. It follows nobody anywhere else.
func fetchAmazon() func(ctx context.Context, url string) ([]byte, error) {
	client := &http.Client{
		Timeout:       amazonDeadline,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context, url string) ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s answers %s", req.URL.Host, resp.Status)
		}
		return io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	}
}

// leaving carries out wishes to leave that come by mail.
type leaving struct {
	desk  *signup.Desk
	links *token.Minter
	count prometheus.Counter
}

// Signed implements lmtp.Leaving.
func (l leaving) Signed(text string) bool {
	_, err := l.claims(text, time.Now())
	return err == nil
}

// Leave implements lmtp.Leaving.
func (l leaving) Leave(ctx context.Context, text string, now time.Time) error {
	claims, err := l.claims(text, now)
	if err != nil {
		return err
	}
	err = l.desk.Leave(ctx, claims.Subscriber, claims.Alert, subscribers.ViaMailto, now)
	switch {
	case errors.Is(err, subscribers.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	l.count.Inc()
	return nil
}

func (l leaving) claims(text string, now time.Time) (token.Claims, error) {
	link, err := token.FromAddress(text)
	if err != nil {
		return token.Claims{}, err
	}
	return l.links.Check(token.Unsubscribe, link, now)
}

// mailServer takes in mails that come back.
func (a *App) mailServer() *lmtp.Server {
	count := web.Unsubscribes(a.registry).WithLabelValues(string(subscribers.ViaMailto))
	return lmtp.New(a.opts.Config.Mail.EnvelopeDomain(), lmtp.Deps{
		Tickets: a.tickets, Intake: a.Intake, Leaving: leaving{a.Desk, a.Links, count}, Log: a.logger.With("component", "lmtp"),
	})
}

// mailListener opens the listener of the mail server; nil where there shall be none.
func (a *App) mailListener() (net.Listener, error) {
	if a.opts.Bounces == nil && a.opts.Config.Bounce.Listen == "" {
		return nil, nil
	}
	return listen(a.opts.Bounces, a.opts.Config.Bounce.Listen, "bounce.listen")
}
