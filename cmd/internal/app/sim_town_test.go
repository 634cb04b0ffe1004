package app

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"jobalertd/cmd/internal/app/redisd"
	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/memnet"
	"jobalertd/mailer/mailertest/redistest"
)

// simTown is a town whose daemon can die and be started again: Redis, the relay, the board and the
// people live on.
type simTown struct {
	*town
	rng   *rand.Rand
	store *miniredis.Miniredis
	redis *memnet.Listener
	smtp  *memnet.Listener
	board *simBoard
	pace  pace
	life  *life
	sins  *sins
}

// simWorkers is how many letters a daemon has in hand, and so the most that can come twice when it dies.
const simWorkers = 4

// pace is how often the daemon looks after things: a year wants longer waits than a morning.
type pace struct {
	heartbeat, polls string
	lease, sweep     time.Duration
}

// life is one process: what it holds that dies with it.
type life struct {
	app    *App
	mortal *mortal
	public *memnet.Listener
	stop   context.CancelFunc
	ended  chan error
}

// errDead is what a process that has died would see, if it saw anything.
var errDead = errors.New("this process is dead")

// doom is what happens at a Redis command.
type doom string

const (
	doomBefore doom = "fails before it is executed"
	doomAfter  doom = "is executed and its reply is lost"
	doomDeath  doom = "is the last one of the process"
)

// mortal is a redis.Hook: one command meets its doom, and when the process dies, at a command or when told,
// nothing of it reaches the world any more.
type mortal struct {
	sins  *sins
	mu    sync.Mutex
	left  int // commands until doom; 0 is never
	doom  doom
	dead  bool
	conns []net.Conn
}

var _ redis.Hook = (*mortal)(nil)

// arm dooms the k-th command from now.
func (m *mortal) arm(k int, d doom) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left, m.doom = k, d
}

// DialHook implements redis.Hook.
func (m *mortal) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements redis.Hook.
func (m *mortal) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := m.meet(func() error { return next(ctx, cmd) })
		if errors.Is(err, errDead) || errors.Is(err, redistest.ErrCut) {
			cmd.SetErr(err)
		}
		return err
	}
}

// ProcessPipelineHook implements redis.Hook.
func (m *mortal) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := m.meet(func() error { return next(ctx, cmds) })
		if errors.Is(err, errDead) || errors.Is(err, redistest.ErrCut) {
			for _, cmd := range cmds {
				cmd.SetErr(err)
			}
		}
		return err
	}
}

// meet runs a command, or what its doom makes of it.
func (m *mortal) meet(run func() error) error {
	m.mu.Lock()
	m.left--
	due, how, dead := m.left == 0, m.doom, m.dead
	m.mu.Unlock()
	switch {
	case dead:
		return errDead
	case !due:
		return run()
	}
	m.sins.note(time.Now(), 0)
	switch how {
	case doomAfter:
		_ = run()
	case doomDeath:
		m.die()
		return errDead
	}
	return redistest.ErrCut
}

// die cuts the process off.
func (m *mortal) die() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead = true
	for _, conn := range m.conns {
		_ = conn.Close()
	}
}

func (m *mortal) isDead() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}

// dialer reaches the relay for as long as the process lives.
func (m *mortal) dialer(l *memnet.Listener) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := l.DialContext(ctx, network, addr)
		m.mu.Lock()
		defer m.mu.Unlock()
		if err == nil && m.dead {
			_ = conn.Close()
			return nil, errDead
		}
		if err == nil {
			m.conns = append(m.conns, conn)
		}
		return conn, err
	}
}

// newSimTown builds everything and starts the first daemon.
func newSimTown(t *testing.T, rng *rand.Rand, p pace) *simTown {
	catcher, err := mailertest.New(mailertest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	store, redis := redistest.Serve(t)
	w := &simTown{rng: rng, store: store, redis: redis, smtp: memnet.Listen(), board: newSimBoard(), pace: p, sins: &sins{}}
	serving := make(chan error, 1)
	go func() { serving <- catcher.Serve(w.smtp) }()
	w.town = &town{t: t, catcher: catcher, opened: map[string]bool{}, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return w.life.public.DialContext(ctx, network, addr)
		}, DisableKeepAlives: true}}}
	t.Cleanup(func() {
		w.bury()
		_ = catcher.Close()
		<-serving
	})
	w.start()
	return w
}

// start starts a daemon.
func (w *simTown) start() {
	w.t.Helper()
	client, m := redisd.Over(w.redis.Dial), &mortal{sins: w.sins}
	l := &life{mortal: m, public: memnet.Listen(), ended: make(chan error, 1)}
	cfg := townConfig()
	cfg.Alerts.Heartbeat = w.pace.heartbeat
	cfg.Delivery.Workers = simWorkers
	cfg.Sources[0].Schedule = w.pace.polls
	var err error
	for range 3 { // a daemon that cannot open Redis ends, and is started again
		l.app, err = Open(w.t.Context(), Options{
			Config: cfg, Redis: client, Public: l.public, Operator: memnet.Listen(), DialSMTP: m.dialer(w.smtp), Boards: w.board,
			Shards: 4, Lease: w.pace.lease, Sweep: w.pace.sweep, Sample: time.Hour,
		})
		if err == nil {
			break
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	client.AddHook(m)
	ctx, stop := context.WithCancel(w.t.Context())
	l.stop = func() { stop(); _ = client.Close() }
	go func() { l.ended <- l.app.Run(ctx) }()
	w.life, w.app = l, l.app
}

// bury ends what is left of a process.
func (w *simTown) bury() {
	w.life.mortal.die()
	w.life.stop()
	<-w.life.ended
	_ = w.life.app.Close()
	_ = w.life.public.Close()
}

// revive starts a new daemon some time after the old one has died, if it has.
func (w *simTown) revive(after time.Duration) {
	if !w.life.mortal.isDead() {
		return
	}
	w.sins.note(time.Now(), simWorkers)
	w.bury()
	w.sleep(after)
	w.store.FastForward(w.pace.lease) // nothing expires in miniredis by itself; the dead leader's lease does
	w.start()
	w.sins.note(time.Now(), 0)
}

// sins is what was done to the daemon, and when: what excuses a late or a second mail.
type sins struct {
	mu     sync.Mutex
	at     []time.Time
	doubts int
}

// note notes a fault, and how many mails it may have left in doubt.
func (s *sins) note(at time.Time, doubts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = append(s.at, at)
	s.doubts += doubts
}

// between reports whether anything was done in a span of time.
func (s *sins) between(from, to time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, at := range s.at {
		if !at.Before(from) && !at.After(to) {
			return true
		}
	}
	return false
}
