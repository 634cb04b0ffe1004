package postings

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	// result: new, joined, updated, unchanged, reopened, ended
	postings *prometheus.CounterVec
	open     prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	return &metrics{
		postings: promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_postings_total",
			Help: "Postings that sources handed in, by what became of them.",
		}, []string{"source", "result"}),
		open: promauto.With(reg).NewGauge(prometheus.GaugeOpts{
			Name: "jobalert_postings_open",
			Help: "Open postings in this process's window.",
		}),
	}
}
