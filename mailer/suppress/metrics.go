package suppress

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	suppressed *prometheus.CounterVec // reason: bounce, unreachable, complaint, operator
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		suppressed: promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_suppressed_total",
			Help: "Addresses that were suppressed, by reason.",
		}, []string{"reason"}),
	}
	for _, reason := range Reasons() {
		m.suppressed.WithLabelValues(string(reason))
	}
	return m
}
