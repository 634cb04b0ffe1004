package roster

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	subscribers *prometheus.GaugeVec // state: pending, active, paused, left
}

func newMetrics(reg prometheus.Registerer) *metrics {
	return &metrics{
		subscribers: promauto.With(reg).NewGaugeVec(prometheus.GaugeOpts{
			Name: "jobalert_subscribers",
			Help: "Subscribers by state.",
		}, []string{"state"}),
	}
}
