package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"jobalertd/subscribers/web/pages"
	"jobalertd/subscribers/web/problem"
)

const policyHeader = "Content-Security-Policy"

// secure sets the headers that every answer has. A page sets its own policy over the strict one.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set(policyHeader, "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		next.ServeHTTP(w, r)
	})
}

// protect refuses forms that other sites send, but where that is the point: signing up from the
// sites that the operator allows, and RFC 8058.
func protect(base *url.URL, sites []string, next http.Handler, people *pages.Pages) (http.Handler, error) {
	deny := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		people.Error(w, r, problem.New(problem.CrossOrigin, "send the form from its own page"))
	})
	guard := func(trusted ...string) (*http.CrossOriginProtection, error) {
		g := http.NewCrossOriginProtection()
		g.SetDenyHandler(deny)
		// A reverse proxy may hide the host that the browser knows.
		for _, origin := range append(trusted, base.Scheme+"://"+base.Host) {
			if err := g.AddTrustedOrigin(origin); err != nil {
				return nil, fmt.Errorf("web: trusting %s: %w", origin, err)
			}
		}
		return g, nil
	}
	ours, err := guard()
	if err != nil {
		return nil, err
	}
	ours.AddInsecureBypassPattern("/unsubscribe/")
	ours.AddInsecureBypassPattern("/api/")
	ours.AddInsecureBypassPattern("/hooks/")
	signups, err := guard(sites...)
	if err != nil {
		return nil, err
	}
	fromHere, fromSites := ours.Handler(next), signups.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/subscribe" {
			fromSites.ServeHTTP(w, r)
			return
		}
		fromHere.ServeHTTP(w, r)
	}), nil
}

// calm answers where a handler panics, as where it fails. Left to net/http, the person would get no answer,
// and the log a line without the id of the request.
func calm(next http.Handler, people *pages.Pages, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &statusWriter{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { // a handler's own way to hang up
				panic(v)
			}
			err := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			if answer.status != 0 { // it had begun to answer: what is cut off must not look whole
				log.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
				panic(http.ErrAbortHandler)
			}
			if !forPrograms(r) {
				people.Error(answer, r, err)
				return
			}
			log.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
			problem.From(err).Write(answer)
		}()
		next.ServeHTTP(answer, r)
	})
}

// forPrograms reports whether a path is answered in JSON.
func forPrograms(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/hooks/")
}

// unmatched answers in our own form where the mux has no handler.
func unmatched(mux *http.ServeMux, people *pages.Pages) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fallback, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		// The mux's own answer is plain text, but it knows which methods the path has.
		said := refusal{header: http.Header{}}
		fallback.ServeHTTP(&said, r)
		err := problem.New(problem.NotFound, "no such path")
		if said.status == http.StatusMethodNotAllowed {
			allow := said.header.Get("Allow")
			w.Header().Set("Allow", allow)
			err = problem.New(problem.Method, "use %s", allow)
		}
		if forPrograms(r) {
			err.Write(w)
			return
		}
		people.Error(w, r, err)
	})
}

// refusal keeps the status and header of an answer and drops its body.
type refusal struct {
	header http.Header
	status int
}

func (r *refusal) Header() http.Header         { return r.header }
func (r *refusal) WriteHeader(status int)      { r.status = status }
func (r *refusal) Write(b []byte) (int, error) { return len(b), nil }
