package poll

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// The results of a poll, as the label result tells them.
const (
	resultOK         = "ok"          // fetched and read
	resultUnchanged  = "unchanged"   // the server said that nothing is new
	resultTemporary  = "temporary"   // failed, and may succeed later
	resultPermanent  = "permanent"   // failed, and will until someone acts
	resultUnreadable = "unreadable"  // fetched, but not of the format
	resultRefused    = "log_refused" // read, but the posting log did not take it
)

type metrics struct {
	fetches *prometheus.CounterVec
	success *prometheus.GaugeVec
}

// newMetrics registers the room's metrics; a nil registerer keeps them private.
func newMetrics(registerer prometheus.Registerer) *metrics {
	m := &metrics{
		fetches: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_source_fetches_total",
			Help: "Polls of a board, by result: ok, unchanged, temporary, permanent, unreadable, log_refused.",
		}, []string{"source", "result"}),
		success: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "jobalert_source_last_success_timestamp_seconds",
			Help: "When a board was last read to the end, in seconds since 1970.",
		}, []string{"source"}),
	}
	if registerer != nil {
		registerer.MustRegister(m.fetches, m.success)
	}
	return m
}

func (m *metrics) polled(board, result string, now time.Time) {
	m.fetches.WithLabelValues(board, result).Inc()
	if result == resultOK || result == resultUnchanged {
		m.success.WithLabelValues(board).Set(float64(now.UnixMilli()) / 1000)
	}
}
