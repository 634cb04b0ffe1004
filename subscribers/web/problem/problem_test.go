package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/subscribers"
	"jobalertd/subscribers/once"
	"jobalertd/subscribers/token"
)

// away is what the store says when Redis is not there.
type away bool

func (away) Error() string     { return "dial tcp 10.1.2.3:6379: connection refused" }
func (a away) Temporary() bool { return bool(a) }

func TestEveryErrorHasAStatus(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
	}{
		{"a field", alerts.FieldErrors{{Field: "email", Problem: "is empty"}}, 422},
		{"a problem of its own", New(MediaType, "send JSON"), 415},
		{"a body that is too large", &http.MaxBytesError{Limit: 10}, 413},
		{"a link cut short", token.ErrMalformed, 404},
		{"a forged link", token.ErrForged, 404},
		{"an expired link", token.ErrExpired, 410},
		{"an expired signup", subscribers.ErrExpired, 410},
		{"nobody", subscribers.ErrNotFound, 404},
		{"a race", subscribers.ErrConflict, 409},
		{"a state that forbids it", subscribers.ErrState, 409},
		{"a suppressed address", subscribers.ErrSuppressed, 409},
		{"a key in use", once.ErrBusy, 409},
		{"a key used up", once.ErrReused, 422},
		{"too many at once", New(TooMany, "too many from there"), 429},
		{"a store that is away", away(true), 503},
		{"a store that is broken", away(false), 500},
		{"a client that has gone", context.Canceled, 503},
		{"a store that is slow", context.DeadlineExceeded, 503},
		{"anything else", errors.New("nil pointer"), 500},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := From(fmt.Errorf("saving ann@example.org: %w", test.err))
			if p.Status() != test.status {
				t.Errorf("status %d, want %d", p.Status(), test.status)
			}
			if p.Title() == "" || p.Detail == "" {
				t.Errorf("%+v says nothing", p)
			}
			for _, secret := range []string{"ann@", "10.1.2.3", "nil pointer"} {
				if strings.Contains(p.Error(), secret) {
					t.Errorf("%q shows %q to a stranger", p.Error(), secret)
				}
			}
		})
	}
}

func TestWriteIsRFC9457(t *testing.T) {
	w := httptest.NewRecorder()
	From(alerts.FieldErrors{{Field: "alerts[0].filter.workplace[1]", Problem: `"mars" is not a workplace`}}).Write(w)
	if w.Code != 422 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Content-Type"))
	}
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"type": "urn:jobalertd:problem:invalid", "title": "Some fields are not right", "status": 422.0,
		"detail": "1 field is not right",
		"errors": []any{map[string]any{"field": "alerts[0].filter.workplace[1]", "problem": `"mars" is not a workplace`}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhoMayComeBackIsToldWhen(t *testing.T) {
	w := httptest.NewRecorder()
	From(away(true)).Write(w)
	if w.Code != 503 || w.Header().Get("Retry-After") != "10" {
		t.Errorf("%d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	w = httptest.NewRecorder()
	Problem{Kind: TooMany, Wait: 1500 * time.Millisecond}.Write(w)
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" {
		t.Errorf("%d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	w = httptest.NewRecorder()
	New(Unsigned, "no key").Write(w)
	if w.Code != 401 || w.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("%d, WWW-Authenticate %q", w.Code, w.Header().Get("WWW-Authenticate"))
	}
}
