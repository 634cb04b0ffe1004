package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"github.com/alicebob/miniredis/v2"

	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/app/redisd"
	"jobalertd/cmd/internal/config"
	"jobalertd/cmd/internal/config/settings"
	"jobalertd/cmd/internal/demo/inbox"
	"jobalertd/cmd/internal/demo/samples"
	"jobalertd/mailer/mailertest"
)

// pushKey is the key that the companies without a board push their postings with.
const pushKey = "demo-posting-key-0001"

// stage is everything the demo runs in: the daemon, and the world around it.
type stage struct {
	daemon  *app.App
	world   *samples.World
	catcher *mailertest.Catcher
	redis   *miniredis.Miniredis
	url     string // of the public listener
	closers []func() error
}

// options say how a stage is set.
type options struct {
	version  string
	public   net.Listener
	operator net.Listener
	schedule string // of the boards
	logger   *slog.Logger
}

// newStage sets the stage; close strikes it.
func newStage(ctx context.Context, o options) (*stage, error) {
	s := &stage{url: "http://" + o.public.Addr().String(), redis: miniredis.NewMiniRedis()}
	if err := s.set(ctx, o); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *stage) set(ctx context.Context, o options) error {
	var err error
	if s.world, err = samples.New(time.Now(), s.url+"/boards"); err != nil {
		return err
	}
	if err := s.redis.Start(); err != nil {
		return fmt.Errorf("starting the embedded Redis: %w", err)
	}
	s.closers = append(s.closers, func() error { s.redis.Close(); return nil })
	smtp, err := s.catch()
	if err != nil {
		return err
	}
	client, err := redisd.Open(redisd.Server{URL: "redis://" + s.redis.Addr()})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, client.Close)
	boards := s.world.Handler()
	s.daemon, err = app.Open(ctx, app.Options{
		Config: s.config(smtp, o.schedule), Version: o.version, Logger: o.logger, Redis: client,
		Public: o.public, Operator: o.operator, Boards: inProcess{boards},
		Pages: map[string]http.Handler{
			"/mails/":  inbox.New(inbox.Config{}, caught{s.catcher}),
			"/boards/": http.StripPrefix("/boards", boards),
		},
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, s.daemon.Close)
	if _, err = s.daemon.Push(ctx, s.world.Pushed()); err != nil {
		return err
	}
	return s.poll(ctx)
}

// poll has the daemon read all boards.
func (s *stage) poll(ctx context.Context) error {
	for _, poller := range s.daemon.Pollers {
		if err := s.daemon.Poll(ctx, poller); err != nil {
			return err
		}
	}
	return nil
}

// catch starts the mail catcher and returns its port.
func (s *stage) catch() (port int, err error) {
	if s.catcher, err = mailertest.New(mailertest.Config{}); err != nil {
		return 0, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("starting the mail catcher: %w", err)
	}
	done := make(chan error, 1)
	go func() { done <- s.catcher.Serve(listener) }()
	s.closers = append(s.closers, func() error {
		err := s.catcher.Close()
		return errors.Join(err, <-done)
	})
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// config is the daemon's configuration in the demo.
func (s *stage) config(smtpPort int, schedule string) config.Config {
	cfg := config.Default()
	cfg.HTTP.BaseURL = s.url
	cfg.Keys.Secret = settings.NewSecret("the demo keeps no secrets, so this key can stand here")
	cfg.Mail.FeedbackID = "jobalertd" // by which the inbox tells the kinds of mails apart
	cfg.Mail.PostalAddress = "Example Street 1, 12345 Example Town"
	cfg.Mail.Relays = []config.Relay{{Name: "catcher", Host: "127.0.0.1", Port: smtpPort, TLS: "none", HELO: "demo.example.com", MaxConnections: 4}}
	cfg.Postings.APIKeys = []config.Secret{settings.NewSecret(pushKey)}
	for _, b := range s.world.Boards() {
		if b.Format != samples.FormatPush {
			cfg.Sources = append(cfg.Sources, config.Source{Format: b.Format, Board: b.Name, Company: b.Company, Schedule: schedule})
		}
	}
	return cfg
}

// close strikes the stage, the last first.
func (s *stage) close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	return errors.Join(errs...)
}

// inProcess answers requests to the boards without a network, whatever their host.
type inProcess struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	t.handler.ServeHTTP(recorder, r)
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// caught shows the mails of the catcher in the inbox.
type caught struct{ catcher *mailertest.Catcher }

// Messages implements inbox.Source.
func (c caught) Messages() []inbox.Message {
	mails := c.catcher.Mails()
	messages := make([]inbox.Message, len(mails))
	for i, m := range mails {
		messages[i] = inbox.Message{ID: i + 1, From: m.From, To: m.To, At: m.At, Raw: m.Data}
	}
	return messages
}

// listenOn opens a listener, with a hint for the usual trouble.
func listenOn(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		_, port, _ := net.SplitHostPort(address)
		if n, convErr := strconv.Atoi(port); convErr == nil && n > 0 {
			return nil, fmt.Errorf("%w; is something else running there? jobalertd demo --addr takes another address", err)
		}
	}
	return l, err
}
