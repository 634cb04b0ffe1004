package status

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/html"
)

// shop is a daemon as the page sees it.
type shop struct {
	registry *prometheus.Registry
	sent     *prometheus.CounterVec
	ready    *prometheus.GaugeVec
	jobs     *prometheus.GaugeVec
	history  *History
}

func newShop() *shop {
	s := &shop{registry: prometheus.NewRegistry()}
	s.sent = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jobalert_letters_total"}, []string{"kind", "result"})
	s.ready = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "jobalert_outbox_letters"}, []string{"state"})
	s.jobs = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "jobalert_job_last_success_timestamp_seconds"}, []string{"job"})
	s.registry.MustRegister(s.sent, s.ready, s.jobs)
	s.history = NewHistory(s.registry, 10*time.Second)
	return s
}

// page is the page's text, its tags and blank lines taken out, and the page itself.
func (s *shop) page(t *testing.T, health Health) (text, source string) {
	t.Helper()
	rec := httptest.NewRecorder()
	s.history.Handler("v1.2.3", func(*http.Request) Health { return health }).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("status %d: %s", rec.Code, rec.Body)
	}
	if _, err := html.Parse(strings.NewReader(rec.Body.String())); err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`(?s)<style>.*</style>|<[^>]*>`).ReplaceAllString(rec.Body.String(), " ")
	return regexp.MustCompile(`\s+`).ReplaceAllString(text, " "), rec.Body.String()
}

func TestThePageShowsWhatTheMetricsSayAndHowItWent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop()
		s.sent.WithLabelValues("digest", "sent").Add(1000) // before the page's time
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.history.Run(ctx) }()
		for i := range 4 {
			synctest.Wait()
			s.sent.WithLabelValues("digest", "sent").Add(2)
			s.sent.WithLabelValues("alert", "sent").Add(1)
			s.sent.WithLabelValues("alert", "deferred").Add(50)
			s.ready.WithLabelValues("ready").Set(float64(i))
			s.ready.WithLabelValues("dead").Set(7)
			s.jobs.WithLabelValues("alerts").Set(float64(time.Now().Unix()))
			s.jobs.WithLabelValues("poll").Set(0)
			time.Sleep(10 * time.Second)
		}
		synctest.Wait()
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		text, source := s.page(t, Health{Ready: true, Checks: []CheckResult{{"redis", true}}})
		for _, want := range []string{
			"jobalertd v1.2.3 ready redis: fine", "this replica follows",
			"sent a minute 18 ", "ready 3 ", "dead 7 ", "alerts 10s ago", "poll never",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the page lacks %q:\n%s", want, text)
			}
		}
		if !strings.Contains(source, `aria-label="ready in the last hour: 0 to 3"`) || !strings.Contains(source, `,1.0"/>`) {
			t.Errorf("no line shows how the queue grew:\n%s", source)
		}
		if strings.Contains(text, "Sources") {
			t.Error("the page has a section without anything in it")
		}
	})
}

func TestThePageSaysWhatIsWrong(t *testing.T) {
	text, _ := newShop().page(t, Health{Checks: []CheckResult{{"redis", false}, {"loaded", true}}})
	if !strings.Contains(text, "not ready redis: failing loaded: fine") {
		t.Errorf("the page says %s", text)
	}
}

func TestOnlyTheLastHourIsKeptAndALineThatIsGoneIsForgotten(t *testing.T) {
	s := newShop()
	s.ready.WithLabelValues("ready").Set(1)
	for range kept + 10 {
		s.history.sample()
	}
	m := measure{metric: "jobalert_outbox_letters", where: map[string]string{"state": "ready"}}
	if lines := s.history.read(m); len(lines) != 1 || len(lines[0].Values) != kept {
		t.Errorf("%d lines", len(lines))
	}
	s.ready.Reset()
	s.history.sample()
	if lines := s.history.read(m); len(lines) != 0 {
		t.Errorf("%d lines of a metric that is gone", len(lines))
	}
}

func TestWhatAMetricIsLabelledIsNoMarkup(t *testing.T) {
	s := newShop()
	s.jobs.WithLabelValues(`<script>alert(1)</script>`).Set(1)
	s.history.sample()
	if _, source := s.page(t, Health{}); strings.Contains(source, "<script") {
		t.Error("a label became markup")
	}
}
