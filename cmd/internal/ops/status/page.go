package status

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strings"
	"time"
)

// tile is one measure with its name on the page.
type tile struct {
	title string
	unit  func(float64) string
	measure
}

// section is a heading and what stands below it.
type section struct {
	title string
	tiles []tile
}

func sections() []section {
	outbox := func(state string) measure {
		return measure{metric: "jobalert_outbox_letters", where: map[string]string{"state": state}}
	}
	return []section{
		{"Letters", []tile{
			{"sent a minute", count, measure{metric: "jobalert_letters_total", where: map[string]string{"result": "sent"}, perMinute: true}},
			{"ready", count, outbox("ready")}, {"in hand", count, outbox("in_hand")}, {"put off", count, outbox("waiting")}, {"dead", count, outbox("dead")},
			{"age of the oldest", seconds, measure{metric: "jobalert_outbox_oldest_age_seconds"}},
		}},
		{"People", []tile{
			{"", count, measure{metric: "jobalert_subscribers", by: "state"}},
			{"signups a minute", count, measure{metric: "jobalert_signups_total", perMinute: true}},
			{"unsubscribes a minute", count, measure{metric: "jobalert_unsubscribes_total", perMinute: true}},
			{"distinct filters", count, measure{metric: "jobalert_filters"}},
		}},
		{"Postings", []tile{
			{"open", count, measure{metric: "jobalert_postings_open"}},
			{"new a minute", count, measure{metric: "jobalert_postings_total", where: map[string]string{"result": "new"}, perMinute: true}},
		}},
		{"Cron jobs: last good run", []tile{{"", ago, measure{metric: "jobalert_job_last_success_timestamp_seconds", by: "job", age: true}}}},
		{"Sources: last read", []tile{{"", ago, measure{metric: "jobalert_source_last_success_timestamp_seconds", by: "source", age: true}}}},
		{"Sources: polls a minute, by result", []tile{{"", count, measure{metric: "jobalert_source_fetches_total", by: "result", perMinute: true}}}},
		{"Relays: mails a minute", []tile{{"", count, measure{metric: "jobalert_delivery_duration_seconds", by: "relay", perMinute: true}}}},
		{"Relays: paused", []tile{{"", yes, measure{metric: "jobalert_relay_paused", by: "relay"}}}},
		{"Machine", []tile{
			{"requests a minute", count, measure{metric: "jobalert_http_request_duration_seconds", perMinute: true}},
			{"Redis errors a minute", count, measure{metric: "jobalert_redis_errors_total", perMinute: true}},
			{"memory", bytesOf, measure{metric: "process_resident_memory_bytes"}},
			{"goroutines", count, measure{metric: "go_goroutines"}},
		}},
	}
}

// measures is everything the page shows.
func measures() []measure {
	all := []measure{{metric: "jobalert_leader"}}
	for _, s := range sections() {
		for _, t := range s.tiles {
			all = append(all, t.measure)
		}
	}
	return all
}

func count(v float64) string { return fmt.Sprintf("%.0f", v) }
func seconds(v float64) string {
	return time.Duration(v * float64(time.Second)).Round(time.Second).String()
}
func bytesOf(v float64) string { return fmt.Sprintf("%.0f MiB", v/(1<<20)) }

func yes(v float64) string {
	if v > 0 {
		return "yes"
	}
	return "no"
}

// ago is an age.
func ago(v float64) string {
	if v == never {
		return "never"
	}
	return seconds(v) + " ago"
}

//go:embed page.html
var pageHTML string

// Health is the readiness of the daemon, as the page and /readyz show it.
type Health struct {
	Ready  bool          `json:"ready"`
	Checks []CheckResult `json:"checks"`
}

// CheckResult is whether one check passes.
type CheckResult struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

// view is what the page's template sees.
type view struct {
	Version  string
	Health   Health
	Leader   bool
	Sections []sectionView
}

type sectionView struct {
	Title string
	Lines []lineView
}

type lineView struct {
	Name, Value string
	Points      string // of the sparkline; empty where there is nothing to see yet
	Summary     string // the sparkline in words
}

// Handler is the page. health asks the checks.
func (h *History) Handler(version string, health func(*http.Request) Health) http.Handler {
	page := template.Must(template.New("status").Parse(pageHTML))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := view{Version: version, Health: health(r)}
		for _, l := range h.read(measure{metric: "jobalert_leader"}) {
			v.Leader = l.Now() > 0
		}
		for _, s := range sections() {
			if shown := h.section(s); len(shown.Lines) > 0 {
				v.Sections = append(v.Sections, shown)
			}
		}
		var text bytes.Buffer
		if err := page.Execute(&text, v); err != nil {
			http.Error(w, "the page cannot be shown: "+err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		_, _ = text.WriteTo(w)
	})
}

func (h *History) section(s section) sectionView {
	shown := sectionView{Title: s.title}
	for _, t := range s.tiles {
		for _, l := range h.read(t.measure) {
			name := strings.TrimSpace(l.Name + " " + t.title)
			low, high := extremes(l.Values)
			shown.Lines = append(shown.Lines, lineView{
				Name: name, Value: t.unit(l.Now()), Points: points(l.Values),
				Summary: fmt.Sprintf("%s in the last hour: %s to %s", name, t.unit(low), t.unit(high)),
			})
		}
	}
	return shown
}

func extremes(values []float64) (low, high float64) {
	if len(values) == 0 {
		return 0, 0
	}
	low, high = values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// The size of a sparkline in the units of its drawing.
const (
	sparkWidth  = 120
	sparkHeight = 24
)

// points is the values as an SVG polyline, from the oldest to the newest; a level line where nothing
// changes.
func points(values []float64) string {
	if len(values) < 2 {
		return ""
	}
	low, high := extremes(values)
	span := math.Max(high-low, math.SmallestNonzeroFloat64)
	var b strings.Builder
	for i, v := range values {
		x := float64(i) * sparkWidth / float64(len(values)-1)
		fmt.Fprintf(&b, "%.1f,%.1f ", x, sparkHeight-1-(v-low)/span*(sparkHeight-2))
	}
	return strings.TrimSpace(b.String())
}
