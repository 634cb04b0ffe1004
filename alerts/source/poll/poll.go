package poll

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/fetch"
)

// Log is the posting log, as a poller needs it.
type Log interface {
	// Commit takes postings in; the answer has one result per posting: "new", "joined", "updated",
	// "unchanged", "reopened", "closed", "rejected".
	Commit(ctx context.Context, postings []alerts.Posting) ([]string, error)
	// Reconcile tells which listings a whole fetch of one board showed; it closes what two fetches
	// have missed and says how many were closed.
	Reconcile(ctx context.Context, board string, listings []string) (int, error)
}

// Getter fetches one page; *fetch.Fetcher is one.
type Getter interface {
	Get(ctx context.Context, request source.Request, known fetch.Validators) (fetch.Response, error)
}

// Normalizer makes a classified posting of a raw record.
type Normalizer interface {
	Posting(format string, board source.Board, raw source.Raw) alerts.Posting
}

// The limits of one poll.
const (
	maxPages  = 2_000 // requests, so that a feed that leads in circles ends
	batchSize = 200   // postings handed to the log at a time
)

// ErrTooSoon is returned for a poll that the source's terms do not allow yet.
var ErrTooSoon = errors.New("polled too soon")

// ErrMostRefused is returned where more than half of a board's records make no sense: the format
// has changed, or the answer is another one.
var ErrMostRefused = errors.New("most records cannot be read")

// Report is what a poll did.
type Report struct {
	Board     string // greenhouse:acme
	Requests  int
	Unchanged int // of the requests: pages that had not changed
	Listings  int // seen on the board
	Committed int // handed to the posting log
	Results   map[string]int
	Closed    int
	Refused   []error // records left out, and why
}

// Poller watches one board. Poll may be called by several at a time; one poll runs.
type Poller struct {
	format  source.Format
	board   source.Board
	id      string
	get     Getter
	norm    Normalizer
	log     Log
	metrics *metrics

	mu    sync.Mutex
	last  time.Time
	pages map[string]memory
	once  map[string]string // pages of single listings that were read, and their stamps
}

// memory is what is remembered of a page: how to recognise it, and what it held.
type memory struct {
	validators fetch.Validators
	present    []string
	follow     []source.Request
	refused    int
}

// Metrics are shared by all pollers of a process.
type Metrics struct{ m *metrics }

// NewMetrics registers the pollers' metrics; registerer may be nil.
func NewMetrics(registerer prometheus.Registerer) Metrics { return Metrics{newMetrics(registerer)} }

// New makes a Poller of one board.
func New(format source.Format, board source.Board, get Getter, norm Normalizer, log Log, metrics Metrics) (*Poller, error) {
	if format.Start == nil {
		return nil, fmt.Errorf("%w: %s is not polled: its postings are sent to us", source.ErrSetting, format.Name)
	}
	if _, err := format.Start(board); err != nil {
		return nil, fmt.Errorf("source %s: %w", format.Name, err)
	}
	return &Poller{
		format: format, board: board, id: board.ID(format.Name), get: get, norm: norm, log: log, metrics: metrics.m,
		pages: make(map[string]memory), once: make(map[string]string),
	}, nil
}

// ID is the board's name everywhere: greenhouse:acme.
func (p *Poller) ID() string { return p.id }

// Every is the shortest time between two polls that the source's terms allow.
func (p *Poller) Every() time.Duration { return p.format.Terms.Every }

// Delay spreads boards over an interval: each waits its own part of it, always the same one.
func Delay(id string, interval time.Duration) time.Duration {
	if interval <= 0 {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))
	return time.Duration(h.Sum64() % uint64(interval))
}

// Poll reads the board once. A failure of one page ends the poll: what was read until then is
// kept, and nothing is closed.
func (p *Poller) Poll(ctx context.Context, now time.Time) (Report, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// A tenth is forgiven: a heartbeat that comes a moment early is not a breach.
	if since := now.Sub(p.last); !p.last.IsZero() && since < p.format.Terms.Every-p.format.Terms.Every/10 {
		return Report{Board: p.id}, fmt.Errorf("%w: %s was read %s ago and asks for %s between two reads", ErrTooSoon, p.id, since, p.format.Terms.Every)
	}
	p.last = now
	run := &run{Poller: p, report: Report{Board: p.id, Results: map[string]int{}}, seen: map[string]bool{}, visited: map[string]bool{}}
	err := run.all(ctx)
	p.metrics.polled(p.id, result(run.report, err), now)
	if err != nil {
		return run.report, fmt.Errorf("polling %s: %w", p.id, err)
	}
	return run.report, nil
}

// errLog marks a failure of the posting log.
var errLog = errors.New("posting log")

// result names how a poll ended.
func result(report Report, err error) string {
	switch {
	case err == nil && report.Unchanged == report.Requests:
		return resultUnchanged
	case err == nil:
		return resultOK
	case errors.Is(err, errLog):
		return resultRefused
	case errors.Is(err, source.ErrNotThisFormat), errors.Is(err, ErrMostRefused):
		return resultUnreadable
	}
	if t, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err); ok && !t.Temporary() {
		return resultPermanent
	}
	return resultTemporary
}
