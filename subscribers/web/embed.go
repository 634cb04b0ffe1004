package web

import (
	"net/http"
	"net/url"
	"strings"
)

// embed is the signup page for the frames of other sites.
func embed(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signup := r.Clone(r.Context())
		signup.URL = &url.URL{Path: "/", RawQuery: r.URL.RawQuery}
		page.ServeHTTP(w, signup)
	})
}

// frames lets the pages of sites show the signup page at /embed in a frame, and the answer to its
// form. All other pages stay out of frames: nobody shall be made to press a button they do not see.
func frames(sites []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(sites) > 0 && (r.URL.Path == "/embed" || r.URL.Path == "/subscribe") {
			w = &framedWriter{ResponseWriter: w, ancestors: strings.Join(sites, " ")}
		}
		next.ServeHTTP(w, r)
	})
}

// framedWriter changes in an answer who may show it in a frame.
type framedWriter struct {
	http.ResponseWriter
	ancestors string
	begun     bool
}

func (w *framedWriter) WriteHeader(status int) {
	if !w.begun {
		w.begun = true
		h := w.Header()
		h.Del("X-Frame-Options") // it knows no sites
		h.Set(policyHeader, strings.Replace(h.Get(policyHeader), "frame-ancestors 'none'", "frame-ancestors "+w.ancestors, 1))
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *framedWriter) Write(b []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *framedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
