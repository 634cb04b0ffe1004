package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/alerts/normalize"
	"jobalertd/alerts/postings"
	"jobalertd/alerts/source/poll"
	"jobalertd/cmd/internal/app/backup"
	"jobalertd/cmd/internal/app/bell"
	"jobalertd/cmd/internal/app/lease"
	"jobalertd/cmd/internal/app/redisd"
	"jobalertd/cmd/internal/app/tracing"
	"jobalertd/cmd/internal/config"
	"jobalertd/cmd/internal/ops/status"
	"jobalertd/mailer/bounce/intake"
	"jobalertd/mailer/deliver"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/mailer/ticket"
	"jobalertd/subscribers/compose"
	"jobalertd/subscribers/limit"
	"jobalertd/subscribers/privacy"
	"jobalertd/subscribers/roster"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/store"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/transfer"
	"jobalertd/subscribers/web/request"
)

// Options is what an App is made of. Only Config is needed; the rest is for the demo and for tests,
// which bring their own Redis, network and pace.
type Options struct {
	Config  config.Config
	Version string
	Logger  *slog.Logger
	// Tool opens the rooms for one command: no redis-server is started, one must be running.
	Tool bool
	// Redis is used instead of redis.url.
	Redis redis.UniversalClient
	// Public, Operator and Bounces are used instead of http.listen, ops.listen and bounce.listen.
	Public, Operator, Bounces net.Listener
	// DialSMTP reaches relays, Boards fetches sources, Collector takes traces; nil means over the network.
	DialSMTP  func(ctx context.Context, network, addr string) (net.Conn, error)
	Boards    http.RoundTripper
	Collector http.RoundTripper
	// Ready is called when postings and people are loaded.
	Ready func()
	// Pages are handlers on the public listener beside the product's own, by pattern.
	Pages map[string]http.Handler
	// Shards is over how many shards new data is spread; Lease, Sweep and Sample are how long the
	// lease lasts, how often the outbox is swept, and how often the operator's page remembers the
	// metrics. Zero means the defaults.
	Shards int
	Lease  time.Duration
	Sweep  time.Duration
	Sample time.Duration
}

// App is the daemon: every room, joined. Its exported rooms serve the command line.
type App struct {
	Rules    alerts.Rules
	Log      *postings.Log
	Window   *postings.Window
	Store    *store.Store
	Roster   *roster.Roster
	Outbox   *outbox.Outbox
	Suppress *suppress.Set
	Desk     *signup.Desk
	Intake   *intake.Intake
	Keeper   *privacy.Keeper
	Runner   *digest.Runner
	Composer *compose.Composer
	Links    *token.Minter
	Pollers  []*poll.Poller
	Pool     *deliver.Pool
	Brakes   *limit.Brakes
	Transfer *transfer.Office

	opts     Options
	logger   *slog.Logger
	registry *prometheus.Registry
	metrics  *metrics
	history  *status.History
	tracer   *tracing.Tracer
	redis    redis.UniversalClient
	bell     *bell.Bell
	lease    *lease.Lease
	schedule *schedule
	tickets  *ticket.Signer
	courier  *deliver.Courier
	// normalizer is built once: it takes a moment.
	normalizer *normalize.Normalizer
	nudge      chan struct{} // postings came in: look who is due
	led        chan struct{} // the lease came to us
	ready      chan struct{} // closed when the copies of postings and people are loaded
	closers    []closer      // in the order of opening
}

// closer ends something that Open has begun.
type closer struct {
	name  string
	close func() error
}

// Open opens Redis and makes the rooms. Close ends what it has begun.
func Open(ctx context.Context, opts Options) (*App, error) {
	a := &App{opts: opts, logger: opts.Logger, registry: prometheus.NewRegistry(), nudge: make(chan struct{}, 1), led: make(chan struct{}, 1), ready: make(chan struct{})}
	if a.logger == nil {
		a.logger = slog.New(slog.DiscardHandler)
	}
	a.logger = slog.New(request.LogHandler(a.logger.Handler()))
	a.metrics = newMetrics(a.registry)
	a.history = status.NewHistory(a.registry, cmp.Or(opts.Sample, status.Interval))
	err := a.openTracing(ctx)
	if err == nil {
		err = a.openRedis(ctx)
	}
	if err == nil {
		err = backup.Ready(ctx, a.redis)
	}
	if err == nil {
		err = a.makeRooms(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Close ends what Open has begun, the last first.
func (a *App) Close() error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		if err := a.closers[i].close(); err != nil {
			errs = append(errs, fmt.Errorf("closing %s: %w", a.closers[i].name, err))
		}
	}
	a.closers = nil
	return errors.Join(errs...)
}

func (a *App) onClose(name string, closing func() error) {
	a.closers = append(a.closers, closer{name, closing})
}

// openTracing has requests, jobs and letters traced where the configuration asks for it.
func (a *App) openTracing(ctx context.Context) (err error) {
	if cfg := a.opts.Config.Tracing; !a.opts.Tool {
		a.tracer, err = tracing.New(ctx, tracing.Config{Endpoint: cfg.Endpoint, Ratio: cfg.Ratio, Version: a.opts.Version},
			tracing.Deps{Transport: a.opts.Collector, Registerer: a.registry, Logger: a.logger.With("component", "tracing")})
		a.onClose("tracing", a.tracer.Close)
	}
	return err
}

// openRedis opens the client, and a server of our own where no other is given.
func (a *App) openRedis(ctx context.Context) error {
	a.redis = a.opts.Redis
	target, own := redisServer(a.opts.Config.Redis), false
	target.Short = a.metrics.redis.WithLabelValues("wait").Inc
	if a.redis == nil && target.URL == "" {
		server, err := redisd.NewChild(a.opts.Config.Redis.DataDir, a.logger)
		if err != nil {
			return err
		}
		target, own = redisd.Server{URL: server.URL()}, true
		if !a.opts.Tool {
			a.startChild(server)
			server.Listening(ctx)
		}
	}
	if a.redis == nil {
		client, err := redisd.Open(target)
		if err != nil {
			return err
		}
		a.redis = client
		a.onClose("Redis", client.Close)
	}
	if own && !a.opts.Tool {
		if err := redisd.Await(ctx, a.redis); err != nil {
			return err
		}
	}
	if err := redisd.Check(ctx, a.redis); err != nil {
		if own && a.opts.Tool {
			return fmt.Errorf("%w; is `jobalertd serve` running here?", err)
		}
		return err
	}
	a.redis.AddHook(redisd.Judge{Failed: func(op string) { a.metrics.redis.WithLabelValues(op).Inc() }}) // from here on an error means trouble
	return nil
}

// startChild runs a redis-server until Close.
func (a *App) startChild(server *redisd.Child) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	a.onClose("redis-server", func() error {
		cancel()
		return <-done
	})
}

// masters is the master keys, the newest first. Without a configured one the daemon keeps its own,
// which only works on one machine.
func (a *App) masters() ([]string, error) {
	cfg := a.opts.Config
	secret := cfg.Keys.Secret
	if secret.Reveal() == "" && (cfg.Redis.URL.Reveal() != "" || a.opts.Redis != nil) {
		return nil, errors.New("keys.secret is needed with redis.url, the same on every replica; `openssl rand -base64 32` makes one")
	}
	if secret.Reveal() == "" {
		var err error
		if secret, err = config.KeepKey(cfg.Redis.DataDir); err != nil {
			return nil, err
		}
	}
	all := []string{secret.Reveal()}
	for _, previous := range cfg.Keys.Previous {
		all = append(all, previous.Reveal())
	}
	return all, nil
}

// Run serves until ctx ends, then stops from the front to the back. It returns why it stopped, nil
// where ctx was the reason.
func (a *App) Run(ctx context.Context) error {
	servers, err := a.servers()
	if err != nil {
		return err
	}
	// What takes new work in, what finishes the work in hand, and what tells the other replicas of the rest end
	// one after the other.
	front, stopFront := context.WithCancelCause(ctx)
	back, stopBack := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stopBack(nil)
	bells, stopBells := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBells()
	var fronts, backs, ringing sync.WaitGroup
	start := func(group *sync.WaitGroup, ctx context.Context, name string, run func(context.Context) error) {
		group.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				stopFront(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	start(&ringing, bells, "publishing bells", a.bell.Publish)
	start(&ringing, bells, "hearing bells", a.bell.Listen)
	start(&backs, back, "relays", a.Pool.Run)
	start(&backs, back, "sending letters", a.courier.Run)
	start(&backs, back, "holding the lease", a.lease.Run)
	for _, s := range servers {
		start(&fronts, front, "serving "+s.name, s.Run)
	}
	start(&fronts, front, "remembering metrics", a.history.Run)
	start(&fronts, front, "loading", a.load)
	start(&fronts, front, "cron", a.schedule.Run)
	start(&fronts, front, "first polls", a.firstPolls)
	start(&fronts, front, "serving alerts", a.followNudges)
	<-front.Done()
	a.logger.Info("stopping", "reason", context.Cause(front))
	fronts.Wait()
	stopBack(context.Cause(front))
	backs.Wait()
	stopBells()
	ringing.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return context.Cause(front)
}

// RefusedReload notes that a new configuration was refused.
func (a *App) RefusedReload() { a.metrics.reloaded.Set(0) }

// load reads postings and people into memory, for as long as it takes Redis to be there. Until
// then the daemon is not ready.
func (a *App) load(ctx context.Context) error {
	loading, loaded := context.WithCancel(ctx)
	var telling sync.WaitGroup
	telling.Go(func() { a.tellProgress(loading) })
	defer telling.Wait()
	defer loaded()
	for {
		err := a.Runner.Refresh(ctx)
		if err == nil {
			a.Window.Read() // else the first person to preview a filter would wait for it
			close(a.ready)
			a.logger.Info("ready")
			if a.opts.Ready != nil {
				a.opts.Ready()
			}
			a.wake()
			return nil
		}
		if ctx.Err() != nil {
			return nil
		}
		a.logger.Warn("postings and subscribers could not be loaded yet", "error", err)
		sleep(ctx, time.Second)
	}
}

// progressEvery is how often the log tells how far loading has come.
const progressEvery = 5 * time.Second

// tellProgress logs how far loading has come, for as long as it goes on.
func (a *App) tellProgress(loading context.Context) {
	for {
		sleep(loading, progressEvery)
		if loading.Err() != nil {
			return
		}
		p := a.Roster.Progress()
		a.logger.Info("loading", "shards_loaded", p.Loaded, "shards", p.Shards, "subscribers", p.People, "filters", p.Filters)
	}
}

// wake has the leader look who is due.
func (a *App) wake() {
	select {
	case a.nudge <- struct{}{}:
	default:
	}
}

// followNudges serves alerts whenever postings have come in.
func (a *App) followNudges(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.nudge:
			if a.lease.Held() {
				a.schedule.Do(ctx, jobAlerts, a.serveAlerts)
			}
		}
	}
}
