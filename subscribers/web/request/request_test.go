package request

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// ask sends a request with an id, and gives the id of the answer and the one in the context.
func ask(id string, trusted bool) (answered, carried string) {
	h := Named(func(*http.Request) bool { return trusted }, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		carried = ID(r.Context())
	}))
	r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
	r.Header.Set(Header, id)
	h.ServeHTTP(w, r)
	return w.Header().Get(Header), carried
}

func TestAnIDIsKeptOnlyIfItIsSaneAndFromATrustedProxy(t *testing.T) {
	tests := []struct {
		name, id string
		trusted  bool
		kept     bool
	}{
		{"a proxy's", "7f3c.A_b-9", true, true},
		{"a proxy's, as long as may be", strings.Repeat("a", 64), true, true},
		{"a proxy's, too long", strings.Repeat("a", 65), true, false},
		{"a stranger's", "7f3c", false, false},
		{"none", "", true, false},
		{"a line break", "a\nlevel=ERROR", true, false},
		{"a space", "a b", true, false},
		{"markup", "<b>", true, false},
		{"letters beyond ASCII", "ä", true, false},
		{"half a letter", "\xc3", true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answered, carried := ask(test.id, test.trusted)
			if answered != carried || !sane(answered) {
				t.Errorf("the answer names %q, the context %q", answered, carried)
			}
			if (answered == test.id) != test.kept {
				t.Errorf("%q became %q", test.id, answered)
			}
		})
	}
	if a, b := first(ask("", false)), first(ask("", false)); a == b {
		t.Errorf("two requests are both called %q", a)
	}
}

func first(a, _ string) string { return a }

func TestTheLogNamesTheRequestOfALine(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(LogHandler(slog.NewTextHandler(&log, nil))).With("component", "x")
	logger.InfoContext(context.WithValue(t.Context(), contextKey{}, "id-1"), "inside")
	logger.InfoContext(t.Context(), "outside")
	inside, outside, _ := strings.Cut(log.String(), "\n")
	if !strings.Contains(inside, "component=x request=id-1") {
		t.Errorf("no id: %s", inside)
	}
	if strings.Contains(outside, "request") {
		t.Errorf("a line without a request: %s", outside)
	}
}
