package intake

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"jobalertd/mailer/bounce"
)

type metrics struct {
	bounces *prometheus.CounterVec // verdict: hard, soft, complaint, none
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		bounces: promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_bounces_total",
			Help: "What came back, by what it says of the address; believed or not.",
		}, []string{"verdict"}),
	}
	for _, verdict := range bounce.Verdicts() {
		m.bounces.WithLabelValues(string(verdict))
	}
	return m
}
