package arch

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jobalertd/mailer/mailertest/needs"
)

// hasten makes seconds of the hours and minutes of the rules, so that a test can wait for them.
func hasten(rules string) string {
	rules = regexp.MustCompile(`(?m)for: \d+[mh]$`).ReplaceAllString(rules, "for: 1s")
	rules = regexp.MustCompile(`\[\d+[mhd]\]`).ReplaceAllString(rules, "[4s]")
	return regexp.MustCompile(`\b\d+ \* (3600|60|86400)\b`).ReplaceAllString(rules, "3")
}

// patient is a daemon as Prometheus sees it: well, ill in every way at once, or gone.
type patient struct {
	state   atomic.Value // one of the below
	scrapes atomic.Int64
}

const (
	well = "well"
	ill  = "ill"
	gone = "gone"
)

func (p *patient) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	n, now := p.scrapes.Add(1), time.Now().Unix()
	switch p.state.Load() {
	case gone:
		http.Error(w, "gone", http.StatusBadGateway)
	case ill:
		fmt.Fprintf(w, symptoms, now-100, 0, now-50, 900, 1, n, 7, n, 2, 7, 100*n, 100*n)
	case well:
		fmt.Fprintf(w, symptoms, now-100, 1, now, 0, 0, 7, n, 7, 0, 100*n, 7, 7)
	}
}

// symptoms are the metrics that the rules look at, as the daemon shows them.
const symptoms = `jobalert_build_info{version="v1"} 1
process_start_time_seconds %d
jobalert_leader %d
jobalert_job_last_success_timestamp_seconds{job="alerts"} %d
jobalert_outbox_oldest_age_seconds %d
jobalert_relay_paused{relay="main"} %d
jobalert_source_fetches_total{source="greenhouse:acme",result="permanent"} %d
jobalert_source_fetches_total{source="greenhouse:acme",result="ok"} %d
jobalert_redis_errors_total{op="evalsha"} %d
jobalert_subscribers_unreadable %d
jobalert_letters_total{kind="digest",result="sent"} %d
jobalert_bounces_total{verdict="complaint"} %d
jobalert_bounces_total{verdict="hard"} %d
`

// prometheus starts a real Prometheus that scrapes the target under the hastened rules, and returns
// its address.
func prometheus(t *testing.T, rules, target string) string {
	t.Helper()
	program := needs.Program(t, "prometheus", "prometheus")
	dir := t.TempDir()
	config := fmt.Sprintf(`global: {scrape_interval: 250ms, evaluation_interval: 250ms}
rule_files: [rules.yml]
scrape_configs: [{job_name: jobalertd, scrape_timeout: 250ms, static_configs: [{targets: [%q]}]}]
`, target)
	for name, text := range map[string]string{"prometheus.yml": config, "rules.yml": hasten(rules)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+dir+"/data",
		"--web.listen-address="+address, "--log.level=error")
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	return address
}

// firing are the names of the alerts that fire; nil as long as Prometheus does not answer.
func firing(address string) []string {
	resp, err := http.Get("http://" + address + "/api/v1/alerts")
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var answer struct {
		Data struct {
			Alerts []struct {
				State  string
				Labels map[string]string
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil
	}
	names := map[string]bool{}
	for _, a := range answer.Data.Alerts {
		if a.State == "firing" {
			names[a.Labels["alertname"]] = true
		}
	}
	return append([]string{}, slices.Sorted(maps.Keys(names))...)
}

// TestEveryAlertFiresAndRecoversInARealPrometheus is about what promtool cannot see: how a scrape
// renames labels, and which metrics a target has.
func TestEveryAlertFiresAndRecoversInARealPrometheus(t *testing.T) {
	needs.Program(t, "prometheus", "prometheus")
	rules, err := os.ReadFile("../../../deploy/prometheus/rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	var alerts []string
	for _, m := range regexp.MustCompile(`(?m)^ *- alert: (\w+)`).FindAllStringSubmatch(string(rules), -1) {
		if m[1] != "JobalertDown" {
			alerts = append(alerts, m[1])
		}
	}
	slices.Sort(alerts)
	p := &patient{}
	target := httptest.NewServer(p)
	defer target.Close()
	p.state.Store(well)
	address := prometheus(t, string(rules), strings.TrimPrefix(target.URL, "http://"))
	for _, step := range []struct {
		state string
		fires []string
	}{{well, []string{}}, {ill, alerts}, {well, []string{}}, {gone, []string{"JobalertDown"}}, {well, []string{}}} {
		p.state.Store(step.state)
		awaitFiring(t, address, step.state, step.fires)
	}
}

// awaitFiring waits until exactly these alerts fire.
func awaitFiring(t *testing.T, address, state string, want []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a bound for a test that fails, not a measure
	defer cancel()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		got := firing(address)
		if got != nil && slices.Equal(got, want) {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("while the daemon is %s, %v fire, want %v", state, got, want)
		}
	}
}
