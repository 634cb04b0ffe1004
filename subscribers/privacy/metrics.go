package privacy

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"jobalertd/subscribers"
)

type metrics struct {
	steps *prometheus.CounterVec // step: erase, drop, resume, ask, end
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{steps: promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
		Name: "jobalert_retention_steps_total",
		Help: "What happened to subscribers by itself when its time had come.",
	}, []string{"step"})}
	for _, step := range subscribers.Steps() {
		m.steps.WithLabelValues(string(step))
	}
	return m
}
