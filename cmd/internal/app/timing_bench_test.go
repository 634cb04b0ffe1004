package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/web"
)

// BenchmarkTiming asks how well the time of an answer tells people apart: how often, in percent, an
// answer about somebody known takes longer than one about a stranger. 50 tells nothing. Each address
// is asked about once, all kinds in turn. The leaky desk shows that the measure sees a leak.
func BenchmarkTiming(b *testing.B) {
	for _, leaks := range []bool{false, true} {
		b.Run(fmt.Sprintf("leaky=%v", leaks), func(b *testing.B) {
			app, _ := openOver(b, redistest.Socket(b, "--appendonly", "yes", "--appendfsync", "everysec"))
			var desk web.Signup = app.Desk
			if leaks {
				desk = leaky{app.Desk, app}
			}
			handler, err := web.New(web.Config{BaseURL: "http://127.0.0.1:8080"}, web.Deps{Signup: desk, Tokens: app.Links})
			if err != nil {
				b.Fatal(err)
			}
			kinds := []string{"stranger", "stranger again", "pending", "active", "suppressed"}
			for _, kind := range kinds {
				know(b, app, kind)
			}
			took := map[string][]time.Duration{}
			for n := range b.N {
				for _, i := range rand.Perm(len(kinds)) {
					took[kinds[i]] = append(took[kinds[i]], answerTime(b, handler, addressOf(kinds[i], n)))
				}
			}
			b.ReportMetric(0, "ns/op") // says nothing: the sum of all
			for _, kind := range kinds[1:] {
				b.ReportMetric(100*longer(took[kind], took[kinds[0]]), "%-slower-"+strings.ReplaceAll(kind, " ", "-"))
			}
		})
	}
}

// leaky is a desk that says at once what it does not have to work on.
type leaky struct {
	*signup.Desk
	app *App
}

func (l leaky) Enrol(ctx context.Context, s subscribers.Signup, now time.Time) (signup.Enrolled, error) {
	hash := l.app.Store.Hash(s.Address)
	if _, silent, err := l.app.Suppress.Get(ctx, hash); err != nil || silent {
		return signup.Enrolled{}, err
	}
	if _, err := l.app.Store.Find(ctx, hash); err == nil {
		return signup.Enrolled{}, nil
	}
	return l.Desk.Enrol(ctx, s, now)
}

func addressOf(kind string, n int) string {
	return fmt.Sprintf("%s%d@example.com", strings.ReplaceAll(kind, " ", "."), n)
}

// know makes b.N people known in one way.
func know(b *testing.B, app *App, kind string) {
	b.Helper()
	for n := range b.N {
		address, err := mailer.ParseAddress(addressOf(kind, n))
		if err != nil {
			b.Fatal(err)
		}
		now := time.Now()
		if kind == "suppressed" {
			err = app.Suppress.Add(b.Context(), app.Store.Hash(address), suppress.ReasonComplaint, now)
		}
		if kind == "pending" || kind == "active" {
			var done signup.Enrolled
			done, err = app.Desk.Enrol(b.Context(), subscribers.Signup{
				Address: address, Locale: "en", Zone: "UTC", Alerts: []subscribers.Alert{{Cadence: alerts.Cadence{Every: alerts.EveryInstant}}},
			}, now)
			if err == nil && kind == "active" {
				_, err = app.Desk.Confirm(b.Context(), done.ID, done.Proposal, subscribers.ViaButton, now)
			}
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// answerTime is how long it takes to hear that a signup was accepted.
func answerTime(b *testing.B, handler http.Handler, address string) time.Duration {
	r := httptest.NewRequest("POST", "/api/v1/subscriptions", strings.NewReader(hookBody(address)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	begun := time.Now()
	handler.ServeHTTP(w, r)
	took := time.Since(begun)
	if w.Code != http.StatusAccepted {
		b.Fatalf("%d %s", w.Code, w.Body)
	}
	return took
}

// longer is how often one of a takes longer than one of b, a tie counting half (Vargha and Delaney's A,
// which outliers do not move).
func longer(a, b []time.Duration) float64 {
	b = slices.Sorted(slices.Values(b))
	sum := 0.0
	for _, x := range a {
		below, tied := slices.BinarySearch(b, x)
		sum += float64(below)
		if tied {
			sum += 0.5
		}
	}
	return sum / float64(len(a)) / float64(len(b))
}
