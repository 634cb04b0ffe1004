package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/config"
	"jobalertd/cmd/internal/service"
)

// serveCmd is `jobalertd serve`.
type serveCmd struct{ configFlag }

// Help is what `jobalertd serve --help` says beyond the flags.
func (serveCmd) Help() string {
	return `SIGTERM stops it after the letters in hand. SIGHUP reads the configuration anew: all of it may change. ` +
		`A faulty one is refused, its faults are logged, and the daemon goes on as before.`
}

// Run implements the command.
func (c *serveCmd) Run(ctx context.Context, w *World) error {
	sockets, err := service.Inherit()
	if err != nil {
		return err
	}
	defer sockets.Close()
	defer service.Stopping()
	loaded, err := c.loadToServe(w)
	if err != nil {
		return err
	}
	s := supervisor{load: func() (*config.Loaded, error) { return c.loadToServe(w) }, w: w, sockets: sockets, hangups: make(chan os.Signal, 1)}
	signal.Notify(s.hangups, syscall.SIGHUP)
	defer signal.Stop(s.hangups)
	return s.run(ctx, loaded)
}

// loadToServe reads the configuration, which must be complete.
func (c *serveCmd) loadToServe(w *World) (*config.Loaded, error) {
	loaded, err := c.load(w)
	if err != nil {
		return nil, err
	}
	if err := loaded.CheckServe(); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return loaded, offline(loaded)
}

// supervisor runs one daemon after the other, each with the configuration that a hang-up brought.
type supervisor struct {
	load    func() (*config.Loaded, error)
	w       *World
	sockets *service.Sockets
	hangups chan os.Signal
	refused bool // the last configuration was
}

// errNotStarted says that a daemon could not begin its work.
var errNotStarted = errors.New("not started")

// run runs daemons until ctx ends. One that does not start is replaced by the one before it.
func (s *supervisor) run(ctx context.Context, loaded *config.Loaded) error {
	var proven *config.Loaded // what the last daemon ran with
	for {
		next, err := s.serve(ctx, loaded)
		switch {
		case errors.Is(err, errNotStarted) && proven != nil:
			newLogger(proven.Log, s.w.Stderr).Error("the daemon does not start with the new configuration, the old one stays", "error", err)
			loaded, proven, s.refused = proven, nil, true
		case err != nil || next == nil:
			return err
		default:
			loaded, proven, s.refused = next, loaded, false
		}
	}
}

// serve runs the daemon until ctx ends, or a hang-up brings a configuration to go on with.
func (s *supervisor) serve(ctx context.Context, loaded *config.Loaded) (next *config.Loaded, err error) {
	logger := newLogger(loaded.Log, s.w.Stderr)
	daemon, operator, err := start(ctx, app.Options{Config: loaded.Config, Version: s.w.Version, Logger: logger, Ready: service.Ready}, s.sockets)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotStarted, err)
	}
	if s.refused {
		daemon.RefusedReload()
	}
	running, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { service.Watch(running, alive(operator)) })
	beside.Go(func() {
		if next = s.reload(running, logger, daemon); next != nil {
			service.Loading()
			stop()
		}
	})
	err = daemon.Run(running)
	stop()
	beside.Wait()
	return next, errors.Join(err, daemon.Close())
}

// start opens the daemon on its sockets, and tells where the operator listener is.
func start(ctx context.Context, opts app.Options, sockets *service.Sockets) (daemon *app.App, operator net.Addr, err error) {
	if opts.Public, err = sockets.Listen("public", opts.Config.HTTP.Listen); err != nil {
		return nil, nil, fmt.Errorf("http.listen: %w", err)
	}
	if opts.Operator, err = sockets.Listen("operator", opts.Config.Ops.Listen); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("ops.listen: %w", err), opts.Public.Close())
	}
	if daemon, err = app.Open(ctx, opts); err != nil {
		return nil, nil, errors.Join(err, opts.Public.Close(), opts.Operator.Close())
	}
	return daemon, opts.Operator.Addr(), nil
}

// reload waits for a hang-up that brings a configuration without fault; nil where ctx ends before.
func (s *supervisor) reload(ctx context.Context, logger *slog.Logger, daemon *app.App) *config.Loaded {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.hangups:
		}
		next, err := s.load()
		if err == nil {
			logger.Info("reloading")
			return next
		}
		daemon.RefusedReload()
		logger.Error("the new configuration is refused, the old one stays", "error", err)
	}
}

// alive asks the operator listener whether the process answers.
func alive(operator net.Addr) func(context.Context) error {
	return func(ctx context.Context) error { return ask(ctx, operator.String(), "/healthz") }
}

// ask asks the operator listener; any answer but 200 is an error.
func ask(ctx context.Context, address, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the daemon does not answer: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) // so that the connection can be used again
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the daemon is not ready: it answers %s", resp.Status)
	}
	return nil
}

// healthcheckCmd is `jobalertd healthcheck`.
type healthcheckCmd struct{ configFlag }

// healthTimeout is how long the daemon may take to answer.
const healthTimeout = 5 * time.Second

// Run implements the command.
func (c *healthcheckCmd) Run(ctx context.Context, w *World) error {
	loaded, err := c.load(w)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	if err := ask(ctx, loaded.Ops.Listen, "/readyz"); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.Stdout, "ready")
	return err
}
