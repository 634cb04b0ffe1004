package web

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// watch measures and logs every answer. What it tells of the request is the pattern: a path may hold
// a token.
type watch struct {
	metrics *metrics
	log     *slog.Logger
	all     bool // log those at info, too, that did not fail by our fault
	// answered hears of them; may be nil.
	answered func(ctx context.Context, route string, status int)
}

func (wa watch) over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		counted := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(counted, r)
		route := cmp.Or(r.Pattern, "none") // set by the mux on this very request
		status, took := cmp.Or(counted.status, http.StatusOK), time.Since(begun)
		wa.metrics.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
		wa.note(r, route, status, took)
		if wa.answered != nil {
			wa.answered(r.Context(), route, status)
		}
	})
}

func (wa watch) note(r *http.Request, route string, status int, took time.Duration) {
	level := slog.LevelDebug
	if wa.all || status >= http.StatusInternalServerError {
		level = slog.LevelInfo
	}
	// A method may be any word that a stranger likes.
	method := r.Method
	if !known(method) {
		method = "other"
	}
	wa.log.LogAttrs(r.Context(), level, "request answered", slog.String("route", route), slog.String("method", method),
		slog.Int("status", status), slog.Duration("took", took))
}

// known reports whether a method is one of RFC 9110.
func known(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace, http.MethodPatch:
		return true
	}
	return false
}

// statusWriter remembers the status, zero while there is none.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = cmp.Or(w.status, status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.status = cmp.Or(w.status, http.StatusOK)
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
