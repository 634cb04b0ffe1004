package render

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"jobalertd/mailer"
)

type metrics struct {
	// jobalert_template_failures_total{kind}: kind is one of mailer.Kinds.
	failures *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		failures: promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_template_failures_total",
			Help: "Mails written with the built-in templates because an operator's own failed.",
		}, []string{"kind"}),
	}
	for _, kind := range mailer.Kinds() {
		m.failures.WithLabelValues(string(kind))
	}
	return m
}
