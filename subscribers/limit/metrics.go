package limit

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	braked   *prometheus.CounterVec // by: ip, domain, address
	previews prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		braked: promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_signups_braked_total",
			Help: "Signups of strangers that were not taken in because there were too many, by what there were too many of.",
		}, []string{"by"}),
		previews: promauto.With(reg).NewCounter(prometheus.CounterOpts{
			Name: "jobalert_previews_braked_total",
			Help: "Questions of strangers what a filter would find that were not answered because too many came from one IP address.",
		}),
	}
	for _, by := range []By{ByIP, ByDomain, ByAddress} {
		m.braked.WithLabelValues(string(by))
	}
	return m
}
