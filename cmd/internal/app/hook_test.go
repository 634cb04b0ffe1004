package app

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/cmd/internal/config"
	"jobalertd/mailer/mailertest/redistest"
)

// publicSite is the public listener of a daemon with the given settings.
func publicSite(t *testing.T, client redis.UniversalClient, edit func(*config.Config)) (*App, http.Handler) {
	t.Helper()
	cfg := config.Default()
	if err := cfg.Keys.Secret.UnmarshalText([]byte("a master key for tests, long enough for one")); err != nil {
		t.Fatal(err)
	}
	cfg.Mail.Relays = []config.Relay{{Name: "nowhere", Host: "127.0.0.1", Port: 1, TLS: "none"}}
	edit(&cfg)
	app, err := Open(t.Context(), Options{Config: cfg, Redis: client})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	handler, err := app.publicHandler()
	if err != nil {
		t.Fatal(err)
	}
	return app, handler
}

// hookSite is the public listener of a daemon with the given settings, over an embedded Redis.
func hookSite(t *testing.T, client redis.UniversalClient, edit func(*config.Config)) (*App, func(email string, header ...string) *httptest.ResponseRecorder) {
	t.Helper()
	app, handler := publicSite(t, client, edit)
	return app, func(email string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/api/v1/subscriptions", strings.NewReader(hookBody(email)))
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
}

func TestTheBrakesAreTheConfiguredOnes(t *testing.T) {
	app, signUp := hookSite(t, redistest.Embedded(t), func(c *config.Config) {
		c.HTTP.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} // where httptest's requests come from
		c.Limits = config.Limits{PerIP: 2, PerDomain: 3}
	})
	for n, want := range []struct {
		ip, email string
		status    int
	}{
		{"203.0.113.1", "a@example.com", 202}, {"203.0.113.1", "b@example.com", 202}, {"203.0.113.1", "c@example.com", 429},
		{"203.0.113.2", "c@example.com", 202}, {"203.0.113.2", "d@example.com", 429}, {"203.0.113.3", "d@example.org", 202},
	} {
		if w := signUp(want.email, "X-Forwarded-For", want.ip); w.Code != want.status {
			t.Errorf("signup %d: %d %s, want %d", n+1, w.Code, w.Body, want.status)
		}
	}
	if stats, err := app.Outbox.Stats(t.Context(), time.Now()); err != nil || stats.Ready != 4 {
		t.Errorf("%+v letters owed, %v; want 4", stats, err)
	}
}

func TestPreviewsHaveTheConfiguredBrake(t *testing.T) {
	_, handler := publicSite(t, redistest.Embedded(t), func(c *config.Config) { c.Limits = config.Limits{Previews: 2} })
	for n, want := range []int{200, 200, 429} {
		r := httptest.NewRequest("POST", "/api/v1/preview", strings.NewReader(`{"filter":{}}`))
		r.RemoteAddr = "203.0.113.1:1234"
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("preview %d: %d %s, want %d", n+1, w.Code, w.Body, want)
		}
	}
}

func TestARequestSentTwiceBringsOneMailHoweverLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, signUp := hookSite(t, embeddedRedis(t), func(*config.Config) {})
		first := signUp("ada@example.com", "Idempotency-Key", "k")
		time.Sleep(time.Hour) // no longer just the form sent twice
		// The daemon forgets what it answered, as if it had died before it could keep that.
		names := app.redis.Keys(t.Context(), "jobalert:once:*").Val()
		if first.Code != http.StatusAccepted || len(names) != 1 || app.redis.Del(t.Context(), names...).Err() != nil {
			t.Fatalf("%d %s, keys %q", first.Code, first.Body, names)
		}
		if again := signUp("ada@example.com", "Idempotency-Key", "k"); again.Body.String() != first.Body.String() {
			t.Errorf("%s, then %s", first.Body, again.Body)
		}
		if stats, err := app.Outbox.Stats(t.Context(), time.Now()); err != nil || stats.Ready != 1 {
			t.Errorf("%+v letters owed, %v; want 1", stats, err)
		}
	})
}
