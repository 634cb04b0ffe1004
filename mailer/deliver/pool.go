package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/mailer"
	"jobalertd/mailer/deliver/session"
)

// Deps is what a pool and a courier work with. The zero value will do.
type Deps struct {
	Registerer prometheus.Registerer // nil: metrics are counted and shown nowhere
	Logger     *slog.Logger          // nil: nothing is logged
	Dial       session.DialFunc      // nil: the operating system's network
}

func (d Deps) withDefaults() Deps {
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	if d.Dial == nil {
		d.Dial = new(net.Dialer).DialContext
	}
	return d
}

// Compose makes the mail when a connection is ready to take it. It may be called more than once
// for one mail, and must then look again at everything that could forbid it. It may ask admit for the
// recipient's domain before the work begins; where it does not, it is asked afterwards.
type Compose func(ctx context.Context, admit Admit) (mailer.Message, error)

// Admit is nil where a mail to the domain may be sent now, and else a *Crowded.
type Admit = func(domain string) error

// Pool is the connections to all relays. Its methods may be called from many goroutines.
type Pool struct {
	grace   time.Duration
	deps    Deps
	metrics *poolMetrics
	relays  []*relay
	domains *domains

	mu      sync.Mutex
	closed  bool
	waiting bool          // somebody waits for a place
	changed chan struct{} // closed and replaced when there may be one
}

// New makes a pool. It connects to nothing yet; the error is Config.Validate's.
func New(cfg Config, deps Deps) (*Pool, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg, deps = cfg.withDefaults(), deps.withDefaults()
	p := &Pool{grace: cfg.Grace, deps: deps, metrics: newPoolMetrics(deps.Registerer), domains: newDomains(cfg.Domains), changed: make(chan struct{})}
	for _, relayConfig := range cfg.Relays {
		r := newRelay(relayConfig)
		p.relays = append(p.relays, r)
		watchRelay(deps.Registerer, r.cfg.Name, func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return r.paused(time.Now())
		})
	}
	return p, nil
}

// mails is how many mails the relay that carries most can have under way.
func (p *Pool) mails() int {
	most := 0
	for _, r := range p.relays {
		most = max(most, r.cfg.mails())
	}
	return most
}

// Send waits until a relay is ready, composes the mail and hands it over. The outcome is what SMTP
// said. An error means that nothing was sent and nothing is known: compose's own error, as it is,
// a *Crowded, or the end of ctx while waiting. A mail under way when ctx ends has the pool's grace to finish.
func (p *Pool) Send(ctx context.Context, compose Compose) (mailer.Outcome, error) {
	work, done := graceful(ctx, p.grace)
	defer done()
	return p.send(ctx, work, compose)
}

// send is Send for who sends many mails: ctx ends the waiting, and work, some time after it, a mail under way.
func (p *Pool) send(ctx, work context.Context, compose Compose) (mailer.Outcome, error) {
	var outcome mailer.Outcome
	var tried []*relay
	for {
		r, c, err := p.acquire(ctx, tried)
		switch {
		case r == nil && len(tried) > 0:
			return outcome, nil
		case err != nil:
			return mailer.Outcome{}, err
		}
		sent, err := p.sendThrough(ctx, work, r, c, compose)
		switch {
		case errors.As(err, new(*session.Error)):
			continue // the relay is paused now; that is not the mail's trouble
		case errors.Is(err, session.ErrStale):
			continue // the connection is not used again
		case err != nil:
			return mailer.Outcome{}, err
		case !worthAnother(sent):
			return sent, nil
		}
		outcome, tried = sent, append(tried, r)
	}
}

// worthAnother reports whether another relay may do better with the mail at once.
func worthAnother(o mailer.Outcome) bool {
	switch o.Class {
	case mailer.ClassNetwork, mailer.ClassRelay, mailer.ClassProtocol:
		return true
	default:
		return o.Class == mailer.ClassPolicy && o.Stage == mailer.StageMail
	}
}

// acquire takes a place at the first relay that is not paused, waiting until there is one; without
// a connection where one has to be made. If some relays were tried already it waits for no pause to
// end: without another open relay it returns none.
func (p *Pool) acquire(ctx context.Context, tried []*relay) (*relay, *conn, error) {
	for {
		if ctx.Err() != nil {
			return nil, nil, fmt.Errorf("waiting for a relay: %w", context.Cause(ctx))
		}
		p.mu.Lock()
		now := time.Now()
		r, wake := p.choose(tried, now)
		var c *conn
		var placed bool
		var worn []*conn
		switch {
		case r == nil:
		case r.next.After(now): // it takes no place before the rate lets it begin
			wake = r.next
		default:
			worn = r.worn(func(c *conn) bool { return r.useful(c, now) })
			if c, placed = r.place(now); placed {
				r.begin(now)
			}
		}
		changed := p.changed
		p.waiting = p.waiting || !placed
		p.mu.Unlock()
		quitAll(worn)
		switch {
		case placed:
			return r, c, nil
		case r == nil && len(tried) > 0:
			return nil, nil, nil
		}
		p.await(ctx, changed, wake)
	}
}

// choose is the first relay that is not paused, or else when the first pause ends. Zero is never.
func (p *Pool) choose(tried []*relay, now time.Time) (*relay, time.Time) {
	var wake time.Time
	for _, r := range p.relays {
		if slices.Contains(tried, r) {
			continue
		}
		if !r.paused(now) {
			return r, time.Time{}
		}
		if wake.IsZero() || r.pausedUntil.Before(wake) {
			wake = r.pausedUntil
		}
	}
	return nil, wake
}

// await waits until something changed, it is time, or ctx ends.
func (p *Pool) await(ctx context.Context, changed <-chan struct{}, until time.Time) {
	var timeout <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-changed:
	case <-timeout:
	case <-ctx.Done():
	}
}

// release gives a place back, and closes a connection that is of no more use.
func (p *Pool) release(r *relay, c *conn) {
	p.mu.Lock()
	r.busy--
	over := false
	if c == nil {
		r.dialling--
	} else {
		c.busy--
		c.idleSince = time.Now()
		over = c.busy == 0 && (p.closed || c.Broken() || c.Spent())
	}
	if over {
		r.conns = slices.DeleteFunc(r.conns, func(other *conn) bool { return other == c })
	}
	p.wake()
	p.mu.Unlock()
	switch {
	case over && c.Broken():
		_ = c.Close()
	case over:
		c.Quit()
	}
}

// sendThrough sends over a place at a relay and gives it back. A *session.Error means that the relay
// was not reached, session.ErrStale that the connection had ended.
func (p *Pool) sendThrough(ctx, work context.Context, r *relay, c *conn, compose Compose) (mailer.Outcome, error) {
	defer func() { p.release(r, c) }()
	if c == nil {
		s, err := p.connect(ctx, r)
		if err != nil {
			return mailer.Outcome{}, err
		}
		c = p.add(r, s)
	}
	return p.transact(work, r, c, compose)
}

// add puts a new connection in the place of one that was being made.
func (p *Pool) add(r *relay, s *session.Session) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &conn{Session: s, busy: 1, given: 1}
	r.dialling--
	r.conns = append(r.conns, c)
	p.wake() // it may have room for more than one
	return c
}

// wake has those who wait for a place look again. The pool must be locked.
func (p *Pool) wake() {
	if p.waiting {
		p.waiting = false
		close(p.changed)
		p.changed = make(chan struct{})
	}
}

// connect makes a new connection. If that fails the relay is paused.
func (p *Pool) connect(ctx context.Context, r *relay) (*session.Session, error) {
	start := time.Now()
	s, err := session.Dial(ctx, r.cfg.session(), p.deps.Dial)
	if failed, ok := errors.AsType[*session.Error](err); ok {
		outcome := failed.Outcome()
		outcome.Relay = r.cfg.Name
		p.metrics.attempt(r.cfg.Name, outcome.Class, time.Since(start))
		p.learn(ctx, r, outcome, failed.Hint())
	}
	return s, err
}

// transact sends one mail over a connection.
func (p *Pool) transact(work context.Context, r *relay, c *conn, compose Compose) (mailer.Outcome, error) {
	visit := visit{domains: p.domains}
	defer visit.leave()
	message, err := compose(work, visit.enter)
	if err == nil {
		err = visit.enter(message.To.Domain())
	}
	if err != nil {
		return mailer.Outcome{}, err
	}
	if message.Free != nil {
		defer message.Free()
	}
	visit.begun = true
	start := time.Now()
	outcome, err := c.Send(work, message)
	outcome.Relay = r.cfg.Name
	switch {
	case err != nil:
		return mailer.Outcome{}, err
	case outcome.Class == mailer.ClassNetwork && work.Err() != nil:
		return mailer.Outcome{}, fmt.Errorf("sending a mail: %w", context.Cause(work))
	}
	p.metrics.attempt(r.cfg.Name, outcome.Class, time.Since(start))
	p.learn(work, r, outcome, "")
	return outcome, nil
}

// graceful is a context that ends when asked to, or grace after ctx does.
func graceful(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	unwatch := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel(context.Cause(ctx))
		case <-work.Done():
		}
	})
	return work, func() {
		unwatch()
		cancel(nil)
	}
}

// learn pauses a relay, or finds it well again.
func (p *Pool) learn(ctx context.Context, r *relay, o mailer.Outcome, hint string) {
	now := time.Now()
	p.mu.Lock()
	recovered := o.Class == mailer.ClassSent && r.troubles > 0
	paused := r.learn(o, now)
	pause := r.pausedUntil.Sub(now)
	p.mu.Unlock()
	switch {
	case recovered:
		p.deps.Logger.InfoContext(ctx, "relay takes mail again", "relay", r.cfg.Name)
	case paused:
		level := slog.LevelWarn
		if o.Class == mailer.ClassPolicy {
			level = slog.LevelError
		}
		p.deps.Logger.Log(ctx, level, "relay is paused", "for", pause, "hint", hint, "outcome", o)
	}
}

// Run closes connections that have been idle for too long, and when ctx ends all of them.
func (p *Pool) Run(ctx context.Context) error {
	every := p.relays[0].cfg.IdleTimeout
	for _, r := range p.relays {
		every = min(every, r.cfg.IdleTimeout)
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.tidy((*relay).useful)
		case <-ctx.Done():
			p.Close()
			return nil
		}
	}
}

// Close closes all idle connections. Those in use are closed when their mail is done; later ones
// are not kept.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.tidy(func(*relay, *conn, time.Time) bool { return false })
}

// tidy closes the connections that nobody uses and that are not to be kept.
func (p *Pool) tidy(keep func(*relay, *conn, time.Time) bool) {
	var worn []*conn
	p.mu.Lock()
	now := time.Now()
	for _, r := range p.relays {
		worn = append(worn, r.worn(func(c *conn) bool { return keep(r, c, now) })...)
	}
	p.mu.Unlock()
	quitAll(worn)
}

// quitAll says goodbye on all connections at once, which takes a few seconds at most.
func quitAll(conns []*conn) {
	var leaving sync.WaitGroup
	for _, c := range conns {
		leaving.Go(c.Quit)
	}
	leaving.Wait()
}
