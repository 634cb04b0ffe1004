package limit

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	braked *prometheus.CounterVec // by: ip, domain, address
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		braked: promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_signups_braked_total",
			Help: "Signups of strangers that were not taken in because there were too many, by what there were too many of.",
		}, []string{"by"}),
	}
	for _, by := range []By{ByIP, ByDomain, ByAddress} {
		m.braked.WithLabelValues(string(by))
	}
	return m
}
