package digest

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	due      *prometheus.CounterVec // cadence: instant, daily, weekly
	filters  prometheus.Gauge
	duration prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg)
	return &metrics{
		due: f.NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_alerts_due_total",
			Help: "Alerts that were due and looked at.",
		}, []string{"cadence"}),
		filters: f.NewGauge(prometheus.GaugeOpts{
			Name: "jobalert_filters",
			Help: "Distinct filters of people who may be written to.",
		}),
		duration: f.NewHistogram(prometheus.HistogramOpts{
			Name:    "jobalert_match_duration_seconds",
			Help:    "Time to match all due filters with their postings, per run.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 10),
		}),
	}
}
