package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"jobalertd/cmd/internal/ops"
	"jobalertd/subscribers/web"
)

// server is one listener and what it serves.
type server struct {
	name     string
	listener net.Listener
	serve    func(ctx context.Context, l net.Listener) error
}

// Run serves until ctx ends and what is in hand is done.
func (s server) Run(ctx context.Context) error { return s.serve(ctx, s.listener) }

// drain is how long open requests may take when the daemon stops.
const drain = 5 * time.Second

// webServer serves until ctx ends and the open requests are answered.
type webServer struct{ *http.Server }

func (s webServer) Run(ctx context.Context, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := s.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.Close())
	}
	<-failed
	return err
}

// servers opens the listeners. Both are open before anything runs, so that a port in use is noticed
// before any work is done.
func (a *App) servers() ([]server, error) {
	public, err := a.publicHandler()
	if err != nil {
		return nil, err
	}
	publicListener, err := listen(a.opts.Public, a.opts.Config.HTTP.Listen, "http.listen")
	if err != nil {
		return nil, err
	}
	operatorListener, err := listen(a.opts.Operator, a.opts.Config.Ops.Listen, "ops.listen")
	if err != nil {
		return nil, errors.Join(err, publicListener.Close())
	}
	mailListener, err := a.mailListener()
	if err != nil {
		return nil, errors.Join(err, publicListener.Close(), operatorListener.Close())
	}
	a.logger.Info("listening", "public", publicListener.Addr().String(), "operator", operatorListener.Addr().String())
	operator := webServer{&http.Server{Handler: a.operatorHandler(), ReadHeaderTimeout: drain}}
	servers := []server{
		{"the public listener", publicListener, webServer{web.NewServer(public)}.Run},
		{"the operator listener", operatorListener, operator.Run},
	}
	if mailListener != nil {
		a.logger.Info("listening for bounces", "lmtp", mailListener.Addr().String())
		servers = append(servers, server{"the listener for bounces", mailListener, a.mailServer().Run})
	}
	return servers, nil
}

func listen(given net.Listener, address, setting string) (net.Listener, error) {
	if given != nil {
		return given, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	return l, nil
}

func (a *App) operatorHandler() http.Handler {
	ops.Register(a.registry, ops.ReadBuild(a.opts.Version))
	checks := []ops.Check{
		{Name: "redis", Func: func(ctx context.Context) error { return a.redis.Ping(ctx).Err() }},
		{Name: "loaded", Func: func(context.Context) error {
			select {
			case <-a.ready:
				return nil
			default:
				p := a.Roster.Progress()
				return fmt.Errorf("postings and subscribers are still being loaded: %d of %d shards, %d subscribers, %d filters", p.Loaded, p.Shards, p.People, p.Filters)
			}
		}},
	}
	return ops.New(a.registry, a.history, a.opts.Version, checks, a.logger.With("component", "ops"))
}
