package ops

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"jobalertd/cmd/internal/ops/status"
)

// Check is one thing that must work before the daemon takes requests.
type Check struct {
	// Name is what the operator calls it: "redis".
	Name string
	// Func gives nil if it works. It should end when ctx does.
	Func func(ctx context.Context) error
}

// checkTime bounds a check. It is shorter than the timeout that probes usually have, so that the
// answer still says which check hung.
const checkTime = 3 * time.Second

// readiness answers GET /readyz.
type readiness struct {
	checks []Check
	logger *slog.Logger

	mu      sync.Mutex
	failing map[string]bool // as last seen, to log changes only
}

func newReadiness(checks []Check, logger *slog.Logger) *readiness {
	return &readiness{checks: checks, logger: logger, failing: map[string]bool{}}
}

func (h *readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := h.health(r)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !body.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(body) // the prober has gone: nobody to tell
}

// health does all checks, and notes what has changed.
func (h *readiness) health(r *http.Request) status.Health {
	health := status.Health{Ready: true, Checks: make([]status.CheckResult, len(h.checks))}
	for i, err := range h.run(r.Context()) {
		health.Checks[i] = status.CheckResult{Name: h.checks[i].Name, OK: err == nil}
		health.Ready = health.Ready && err == nil
		h.note(h.checks[i].Name, err)
	}
	return health
}

// run does all checks at the same time; its errors are in the order of the checks.
func (h *readiness) run(ctx context.Context) []error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	errs := make([]error, len(h.checks))
	var wg sync.WaitGroup
	for i, check := range h.checks {
		wg.Go(func() { errs[i] = check.guarded(ctx) })
	}
	wg.Wait()
	return errs
}

// guarded turns a panic into a failure: a faulty check must not end the daemon.
func (c Check) guarded(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("check panicked: %v", r)
		}
	}()
	return c.Func(ctx)
}

// note logs a check that begins to fail, and one that works again.
func (h *readiness) note(name string, err error) {
	h.mu.Lock()
	changed := h.failing[name] != (err != nil)
	h.failing[name] = err != nil
	h.mu.Unlock()
	switch {
	case changed && err != nil:
		h.logger.Warn("not ready", "check", name, "error", err)
	case changed:
		h.logger.Info("ready again", "check", name)
	}
}
