// Package request gives each request of the public listener an id, which its answer names in
// X-Request-Id, and which stands in every line of the log that the request led to.
//
// # Decisions
//
// The id comes into the log by a slog.Handler around the daemon's own, not by each call: so nobody can forget it,
// and rooms that know nothing of HTTP, such as the one that owes letters, name it too.
//
// A proxy's id is kept, so that its log and ours can be laid side by side; a stranger's is not: it could
// be somebody else's, or whatever they want to read in our log.
package request

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
)

// Header is the name under which proxies send an id, and every answer has it.
const Header = "X-Request-Id"

// LogKey is the name of the id in the log.
const LogKey = "request"

// Lengths of ids in characters.
const (
	longest = 64 // of a proxy's
	made    = 16 // of ours: 80 bits, so that no two are equal
)

type contextKey struct{}

// ID is the id of the request that led to ctx; empty where none did.
func ID(ctx context.Context) string {
	id, _ := ctx.Value(contextKey{}).(string)
	return id
}

// Named gives every request an id: the one it brings along, where its sender is trusted and the id is
// sane, else a fresh one.
func Named(trusted func(*http.Request) bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(Header)
		if !sane(id) || !trusted(r) {
			id = strings.ToLower(rand.Text()[:made])
		}
		w.Header().Set(Header, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, id)))
	})
}

// sane reports whether a text is fit to be an id: short, and nothing in it that a log, a shell or a
// page would have to quote.
func sane(id string) bool {
	return id != "" && len(id) <= longest && !strings.ContainsFunc(id, func(c rune) bool {
		return !('A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-')
	})
}

// LogHandler is next with the id of the request, where there is one, in every record.
func LogHandler(next slog.Handler) slog.Handler { return handler{next} }

type handler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := ID(ctx); id != "" {
		r.AddAttrs(slog.String(LogKey, id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
