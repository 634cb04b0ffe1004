package tracing

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	spans *prometheus.CounterVec // result: sent, dropped
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		spans: promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_spans_total",
			Help: "Spans given to the OpenTelemetry collector, by result: sent or dropped.",
		}, []string{"result"}),
	}
	for _, result := range []string{"sent", "dropped"} {
		m.spans.WithLabelValues(result)
	}
	return m
}
