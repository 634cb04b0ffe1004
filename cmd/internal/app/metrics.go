package app

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	runs    *prometheus.CounterVec // job: alerts, follow, poll, expire, people, retention; result: ok, error
	success *prometheus.GaugeVec   // job as above
	redis   *prometheus.CounterVec // op: the Redis command, lower case
	// reloaded is 1 until a new configuration is refused.
	reloaded prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg)
	m := &metrics{
		runs: f.NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_job_runs_total",
			Help: "Runs of the cron jobs.",
		}, []string{"job", "result"}),
		success: f.NewGaugeVec(prometheus.GaugeOpts{
			Name: "jobalert_job_last_success_timestamp_seconds",
			Help: "When a cron job last ended well on this replica.",
		}, []string{"job"}),
		redis: f.NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_redis_errors_total",
			Help: "Redis commands that failed.",
		}, []string{"op"}),
		reloaded: f.NewGauge(prometheus.GaugeOpts{
			Name: "jobalert_config_last_reload_successful",
			Help: "0 after a SIGHUP whose configuration was refused, so that an older one is in effect; else 1.",
		}),
	}
	m.reloaded.Set(1)
	return m
}
