package roster

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	subscribers *prometheus.GaugeVec // state: pending, active, paused, left
	unreadable  prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	return &metrics{
		subscribers: promauto.With(reg).NewGaugeVec(prometheus.GaugeOpts{
			Name: "jobalert_subscribers",
			Help: "Subscribers by state.",
		}, []string{"state"}),
		unreadable: promauto.With(reg).NewGauge(prometheus.GaugeOpts{
			Name: "jobalert_subscribers_unreadable",
			Help: "Subscribers whose records cannot be read: damaged, or written by a newer version. They get nothing.",
		}),
	}
}
