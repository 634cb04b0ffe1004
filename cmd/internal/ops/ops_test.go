package ops

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"jobalertd/cmd/internal/ops/status"
)

// get asks the handler and returns status and body.
func get(h http.Handler, path string) (int, string) {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	return rec.Code, rec.Body.String()
}

func newTestHandler(checks []Check, log io.Writer) http.Handler {
	reg := prometheus.NewRegistry()
	Register(reg, Build{Version: "v1.2.3", Revision: "abc", GoVersion: "go1.26"})
	return New(reg, status.NewHistory(reg, status.Interval), "v1.2.3", checks, slog.New(slog.NewTextHandler(log, nil)))
}

func passing(context.Context) error { return nil }

func TestTheProcessIsAliveWhateverTheChecksSay(t *testing.T) {
	h := newTestHandler([]Check{{"redis", func(context.Context) error { return errors.New("down") }}}, io.Discard)
	if code, body := get(h, "/healthz"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz: %d %q", code, body)
	}
}

func TestReadyNamesTheFailingChecksButNotTheirErrors(t *testing.T) {
	for _, test := range []struct {
		name   string
		checks []Check
		code   int
		body   string
	}{
		{"no checks", nil, 200, `{"ready":true,"checks":[]}`},
		{"all pass", []Check{{"redis", passing}, {"leader", passing}}, 200,
			`{"ready":true,"checks":[{"name":"redis","ok":true},{"name":"leader","ok":true}]}`},
		{"one fails", []Check{{"redis", func(context.Context) error { return errors.New("redis://:hunter2@h is down") }}, {"leader", passing}}, 503,
			`{"ready":false,"checks":[{"name":"redis","ok":false},{"name":"leader","ok":true}]}`},
		{"one panics", []Check{{"redis", func(context.Context) error { panic("hunter2") }}}, 503,
			`{"ready":false,"checks":[{"name":"redis","ok":false}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, body := get(newTestHandler(test.checks, io.Discard), "/readyz")
			if code != test.code || strings.TrimSpace(body) != test.body {
				t.Errorf("/readyz: %d %s, want %d %s", code, body, test.code, test.body)
			}
		})
	}
}

func TestACheckThatHangsFailsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHandler([]Check{
			{"redis", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			{"leader", passing},
		}, io.Discard)
		code, body := get(h, "/readyz")
		if code != http.StatusServiceUnavailable || !strings.Contains(body, `{"name":"redis","ok":false}`) {
			t.Errorf("/readyz: %d %s", code, body)
		}
	})
}

func TestAFailingCheckIsLoggedOnceUntilItWorksAgain(t *testing.T) {
	var err error
	var log bytes.Buffer
	h := newTestHandler([]Check{{"redis", func(context.Context) error { return err }}}, &log)
	for _, state := range []error{nil, errors.New("first"), errors.New("second"), nil, nil, errors.New("third")} {
		err = state
		get(h, "/readyz")
	}
	var got []string
	for line := range strings.Lines(log.String()) {
		_, message, _ := strings.Cut(strings.TrimSpace(line), "level=")
		got = append(got, message)
	}
	want := "WARN msg=\"not ready\" check=redis error=first|INFO msg=\"ready again\" check=redis|WARN msg=\"not ready\" check=redis error=third"
	if strings.Join(got, "|") != want {
		t.Errorf("log is\n%s", log.String())
	}
}

func TestMetricsNameTheBuildAndTheRuntime(t *testing.T) {
	code, body := get(newTestHandler(nil, io.Discard), "/metrics")
	if code != http.StatusOK {
		t.Fatalf("/metrics: %d", code)
	}
	for _, want := range []string{
		`jobalert_build_info{goversion="go1.26",revision="abc",version="v1.2.3"} 1`, "\ngo_goroutines ", "\nprocess_start_time_seconds ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics lacks %q", want)
		}
	}
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestABrokenCollectorDoesNotHideTheRest(t *testing.T) {
	reg := prometheus.NewRegistry()
	Register(reg, Build{})
	reg.MustRegister(broken{prometheus.NewDesc("broken", "Never there.", nil, nil)})
	var log bytes.Buffer
	code, body := get(New(reg, status.NewHistory(reg, status.Interval), "", nil, slog.New(slog.NewTextHandler(&log, nil))), "/metrics")
	if code != http.StatusOK || !strings.Contains(body, "jobalert_build_info") {
		t.Errorf("/metrics: %d without the build", code)
	}
	if !strings.Contains(log.String(), "out of order") {
		t.Errorf("the log does not say what is broken: %s", log.String())
	}
}

type broken struct{ desc *prometheus.Desc }

func (b broken) Describe(ch chan<- *prometheus.Desc) { ch <- b.desc }
func (b broken) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.NewInvalidMetric(b.desc, errors.New("out of order"))
}

func TestProfilesAreServedAndNothingElse(t *testing.T) {
	h := newTestHandler(nil, io.Discard)
	for path, want := range map[string]int{
		"/": 200, "/debug/pprof/": 200, "/debug/pprof/goroutine?debug=1": 200, "/debug/pprof/cmdline": 200,
		"/debug/pprof/none": 404, "/admin": 404, "/metrics/x": 404,
	} {
		if code, _ := get(h, path); code != want {
			t.Errorf("%s: %d, want %d", path, code, want)
		}
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/metrics", nil))
	if rec.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST /metrics: %d", rec.Code)
	}
}

func TestWithoutARegistererThereAreNoMetrics(t *testing.T) {
	Register(nil, Build{})
	if code, body := get(New(prometheus.NewRegistry(), status.NewHistory(prometheus.NewRegistry(), status.Interval), "", nil, nil), "/metrics"); code != http.StatusOK || body != "" {
		t.Errorf("/metrics: %d %q", code, body)
	}
}

func TestTheBuildIsNamedByItsStampOrByWhatGoKnows(t *testing.T) {
	if b := ReadBuild("v9"); b.Version != "v9" || b.GoVersion != runtime.Version() || b.Revision == "" {
		t.Errorf("build = %+v", b)
	}
	if b := ReadBuild(""); b.Version == "" {
		t.Errorf("build = %+v", b)
	}
}

func TestRegisterCountsOneBuild(t *testing.T) {
	reg := prometheus.NewRegistry()
	Register(reg, ReadBuild("v1"))
	if n, err := testutil.GatherAndCount(reg, "jobalert_build_info"); n != 1 || err != nil {
		t.Errorf("%d series, %v", n, err)
	}
}
