package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/postings"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/fetch"
	"jobalertd/alerts/source/formats"
	"jobalertd/alerts/source/poll"
	"jobalertd/alerts/source/push"
	"jobalertd/cmd/internal/app/redisd"
	"jobalertd/cmd/internal/config"
	"jobalertd/subscribers"
	"jobalertd/subscribers/once"
	"jobalertd/subscribers/web"
)

// creditOf is how a source's terms ask to be named; nothing where they do not.
func creditOf(format string) string {
	f, _ := formats.ByName(format)
	return f.Terms.Credit
}

// offers answers what signing up and the pages ask about postings.
type offers struct{ *App }

// Head implements signup.Postings.
func (o offers) Head(ctx context.Context) (alerts.Seq, error) {
	return o.Log.Head(ctx)
}

// Samples implements signup.Postings: the best open postings of all filters, none twice.
func (o offers) Samples(_ context.Context, filters []alerts.Filter, n int) ([]string, error) {
	var ids []string
	for _, f := range filters {
		for _, m := range o.Runner.Preview(f, time.Now(), n).Samples {
			if len(ids) < n && !slices.Contains(ids, m.ID()) {
				ids = append(ids, m.ID())
			}
		}
	}
	return ids, nil
}

// previewSamples is how many samples a preview shows.
const previewSamples = 3

// Preview implements web.Postings.
func (o offers) Preview(_ context.Context, f alerts.Filter, now time.Time) (web.Preview, error) {
	found := o.Runner.Preview(f, now, previewSamples)
	preview := web.Preview{Open: found.Open, PerWeek: found.PerWeek, Samples: []web.Sample{}}
	for _, m := range found.Samples {
		p := m.Posting
		preview.Samples = append(preview.Samples, web.Sample{
			ID: p.ID, Title: p.Title, Company: p.Company, URL: p.URL, Workplace: p.Workplace,
			Locations: p.Locations, Salary: p.Salary, PostedAt: p.PostedAt,
		})
	}
	return preview, nil
}

// Matches implements web.Postings: what the alerts match among the open postings, newest first.
func (o offers) Matches(ctx context.Context, id subscribers.ID, alert string, limit int) ([]web.Match, error) {
	sub, err := o.Desk.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	found := map[string]web.Match{}
	for _, a := range sub.Alerts {
		if alert != "" && a.ID != alert {
			continue
		}
		for _, m := range o.Runner.Matches(a.Filter, limit) {
			found[m.ID()] = web.Match{Seq: m.Seq, Posting: *m.Posting}
		}
	}
	newest := slices.SortedFunc(maps.Values(found), func(a, b web.Match) int { return cmp.Compare(b.Seq, a.Seq) })
	return newest[:min(len(newest), limit)], nil
}

// Judge implements web.Postings.
func (o offers) Judge(ctx context.Context, f alerts.Filter, posting string) (web.Judged, error) {
	job, err := o.Log.Find(ctx, posting)
	if errors.Is(err, postings.ErrNotFound) {
		return web.Judged{}, fmt.Errorf("posting %s: %w", posting, subscribers.ErrNotFound)
	}
	if err != nil {
		return web.Judged{}, err
	}
	return web.Judged{Posting: job.Posting, Verdict: o.Rules.Matcher(f).Match(&job.Posting), Closed: !job.Open(time.Now())}, nil
}

// Between implements web.Postings.
func (o offers) Between(_ context.Context, f alerts.Filter, after, upto alerts.Seq, limit int) ([]alerts.Match, int, error) {
	found, n := o.Runner.Between(f, after, upto, limit)
	return found, n, nil
}

// Push implements web.Postings.
func (o offers) Push(ctx context.Context, pushed []alerts.Posting) ([]string, error) {
	return o.App.Push(ctx, pushed)
}

// Push takes in postings that were sent to us. What they leave out is read from their text.
func (a *App) Push(ctx context.Context, pushed []alerts.Posting) ([]string, error) {
	complete := make([]alerts.Posting, len(pushed))
	for i, p := range pushed {
		complete[i] = a.normalizer.Posting(push.Name, source.Board{}, push.Raw(source.Board{}, &p))
	}
	results, err := a.Log.Commit(ctx, complete)
	if slices.Contains(results, postings.ResultNew) {
		a.bell.Postings()
	}
	return results, err
}

// makePollers makes a poller of each configured board.
func (a *App) makePollers() error {
	metrics := poll.NewMetrics(a.registry)
	public := fetch.New(a.fetching(nil))
	private := fetch.New(a.fetching([]netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}))
	for _, s := range a.opts.Config.Sources {
		format, board, err := boardOf(s)
		if err != nil {
			return err
		}
		if a.opts.Boards != nil {
			format.Terms.Every = 0 // nobody's server is asked
		}
		fetcher := public
		if s.AllowPrivate {
			fetcher = private
		}
		poller, err := poll.New(format, board, fetcher, a.normalizer, a.Log, metrics)
		if err != nil {
			return err
		}
		a.Pollers = append(a.Pollers, poller)
	}
	return nil
}

// boardOf is the board of a configured source, and how it is read.
func boardOf(s config.Source) (source.Format, source.Board, error) {
	format, found := formats.ByName(s.Format)
	board := source.Board{Name: s.Board, Company: s.Company, URL: s.URL, Query: map[string]string{}, User: s.User, Key: source.Secret(s.Key.Reveal())}
	if !found || format.Start == nil {
		return format, board, fmt.Errorf("source %s: %q is not a format that can be polled", s.Name(), s.Format)
	}
	for _, parameter := range s.Query {
		name, value, found := strings.Cut(parameter, "=")
		if !found {
			return format, board, fmt.Errorf("source %s: query: %q is not like name=value", s.Name(), parameter)
		}
		board.Query[name] = value
	}
	requests, err := format.Start(board)
	if err != nil {
		return format, board, fmt.Errorf("source %s: %w", s.Name(), err)
	}
	if s.URL != "" && !strings.HasPrefix(requests[0].URL, strings.TrimSuffix(s.URL, "/")) {
		requests[0].URL = s.URL // instead of the usual address
		format.Start = func(source.Board) ([]source.Request, error) { return requests, nil }
	}
	return format, board, nil
}

// CheckSources says what is wrong with the configured boards, as far as that shows without asking them.
func CheckSources(cfg config.Config) error {
	var errs []error
	for _, s := range cfg.Sources {
		_, _, err := boardOf(s)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// fetching is how boards are fetched; allow lists addresses that are reached although not public.
func (a *App) fetching(allow []netip.Prefix) fetch.Config {
	agent := "jobalertd/" + a.opts.Version + " (+" + a.opts.Config.HTTP.BaseURL + ")"
	return fetch.Config{UserAgent: agent, Allow: allow, Transport: a.opts.Boards}
}

// publicHandler is everything on the public listener.
func (a *App) publicHandler() (http.Handler, error) {
	cfg := a.opts.Config
	bounces, err := a.bounceReader()
	if err != nil {
		return nil, fmt.Errorf("bounce: %w", err)
	}
	handler, err := web.New(web.Config{
		BaseURL: cfg.HTTP.BaseURL, Name: cfg.Mail.Product, PostingKeys: reveal(cfg.Postings.APIKeys),
		HookSecrets: reveal(cfg.Hook.Secrets), Origins: cfg.Hook.AllowedOrigins,
		TrustedProxies: cfg.HTTP.TrustedProxies, WorkBits: cfg.Limits.ProofOfWork, LogRequests: cfg.Log.Requests,
	}, web.Deps{
		Signup: a.Desk, Postings: offers{a}, Privacy: a.Keeper, Bounces: bounces, Tokens: a.Links, Brakes: a.Brakes, Once: once.New(a.redis),
		Log: a.logger.With("component", "web"), Answered: a.tracer.Answered, Metrics: a.registry,
	})
	if err != nil {
		return nil, err
	}
	if cfg.Redis.WaitReplicas > 0 {
		handler = confirmed(handler)
	}
	handler = a.tracer.Handler(handler)
	if len(a.opts.Pages) == 0 {
		return handler, nil
	}
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	for pattern, page := range a.opts.Pages {
		mux.Handle(pattern, page)
	}
	return mux, nil
}

// confirmed has every change that a request makes be on as many replicas as the configuration asks for
// before the request is answered. Requests that only read do not wait.
func confirmed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			r = r.WithContext(redisd.Confirmed(r.Context()))
		}
		next.ServeHTTP(w, r)
	})
}

func redisServer(cfg config.Redis) redisd.Server {
	return redisd.Server{URL: cfg.URL.Reveal(), CA: cfg.CAFile.Data, Replicas: cfg.WaitReplicas, Within: cfg.WaitTimeout}
}

func reveal(secrets []config.Secret) []string {
	texts := make([]string, len(secrets))
	for i, s := range secrets {
		texts[i] = s.Reveal()
	}
	return texts
}

// RedisRule is what a Redis user must be allowed, as ACL SETUSER takes it.
func RedisRule() string { return redisd.Rule() }

// CheckRedis tries the configured Redis, for `jobalertd check --online`.
func CheckRedis(ctx context.Context, cfg config.Config) error {
	if cfg.Redis.URL.IsZero() {
		_, err := redisd.NewChild(cfg.Redis.DataDir, slog.New(slog.DiscardHandler))
		return err
	}
	client, err := redisd.Open(redisServer(cfg.Redis))
	if err != nil {
		return err
	}
	return errors.Join(redisd.Check(ctx, client), client.Close())
}
