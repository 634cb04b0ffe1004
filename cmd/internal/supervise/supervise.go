package supervise

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

	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/config"
	"jobalertd/cmd/internal/service"
)

// Config is what daemons are started with.
type Config struct {
	Version string
	// Load reads the configuration; its error names all faults.
	Load func() (*config.Loaded, error)
	// Logger makes the logger of a configuration.
	Logger func(config.Log) *slog.Logger
}

// Run runs the daemon until ctx ends, and starts it anew at each SIGHUP.
func Run(ctx context.Context, cfg Config) error {
	sockets, err := service.Inherit()
	if err != nil {
		return err
	}
	defer sockets.Close()
	defer service.Stopping()
	loaded, err := cfg.Load()
	if err != nil {
		return err
	}
	s := supervisor{cfg: cfg, sockets: sockets, hangups: make(chan os.Signal, 1)}
	signal.Notify(s.hangups, syscall.SIGHUP)
	defer signal.Stop(s.hangups)
	return s.run(ctx, loaded)
}

// supervisor runs one daemon after the other, each with the configuration that a hang-up brought.
type supervisor struct {
	cfg     Config
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
			s.cfg.Logger(proven.Log).Error("the daemon does not start with the new configuration, the old one stays", "error", err)
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
	logger := s.cfg.Logger(loaded.Log)
	daemon, operator, err := start(ctx, app.Options{Config: loaded.Config, Version: s.cfg.Version, Logger: logger, Ready: service.Ready}, s.sockets)
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
		next, err := s.cfg.Load()
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
	return func(ctx context.Context) error { return Ask(ctx, operator.String(), "/healthz") }
}

// Ask asks the operator listener; any answer but 200 is an error.
func Ask(ctx context.Context, address, path string) error {
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
