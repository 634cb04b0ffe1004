package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnAnswerThatPanicsHalfwayIsLoggedAndCutOff(t *testing.T) {
	for name, test := range map[string]struct {
		with   any
		logged bool
	}{"a fault": {"out of cheese", true}, "a handler that hangs up": {http.ErrAbortHandler, false}} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			handler := calm(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte("half"))
				panic(test.with)
			}), nil, slog.New(slog.NewTextHandler(&log, nil)))
			defer func() {
				if v := recover(); v != http.ErrAbortHandler {
					t.Errorf("the connection is not cut: %v", v)
				}
				if strings.Contains(log.String(), "request failed") != test.logged {
					t.Errorf("the log says: %s", log.String())
				}
			}()
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		})
	}
}
