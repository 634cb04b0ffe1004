package deliver

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"jobalertd/mailer"
)

// poolMetrics is what the pool counts.
type poolMetrics struct {
	// jobalert_delivery_duration_seconds{relay,result}: relay is a configured name, result one of
	// mailer.Classes. Failed attempts to connect count too, as the class of their failure.
	duration *prometheus.HistogramVec
	// jobalert_in_doubt_total
	inDoubt prometheus.Counter
}

func newPoolMetrics(reg prometheus.Registerer) *poolMetrics {
	factory := promauto.With(reg)
	return &poolMetrics{
		duration: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "jobalert_delivery_duration_seconds",
			Help:    "Time to hand one mail to a relay, by what came of it.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
		}, []string{"relay", "result"}),
		inDoubt: factory.NewCounter(prometheus.CounterOpts{
			Name: "jobalert_in_doubt_total",
			Help: "Mails of which nobody knows whether the relay took them.",
		}),
	}
}

// watchRelay offers jobalert_relay_paused{relay}: 1 while the relay is not used, else 0.
func watchRelay(reg prometheus.Registerer, name string, paused func() bool) {
	promauto.With(reg).NewGaugeFunc(prometheus.GaugeOpts{
		Name:        "jobalert_relay_paused",
		Help:        "Whether the relay is left alone after trouble.",
		ConstLabels: prometheus.Labels{"relay": name},
	}, func() float64 {
		if paused() {
			return 1
		}
		return 0
	})
}

func (m *poolMetrics) attempt(relay string, class mailer.Class, took time.Duration) {
	m.duration.WithLabelValues(relay, string(class)).Observe(took.Seconds())
	if class == mailer.ClassInDoubt {
		m.inDoubt.Inc()
	}
}

// The legal results of a letter.
const (
	resultSent      = "sent"      // a relay took it
	resultDeferred  = "deferred"  // put off for another try
	resultPostponed = "postponed" // put off untried, because its recipient's domain gets enough
	resultDropped   = "dropped"   // not to be sent any more
	resultDead      = "dead"      // refused for good
	resultExpired   = "expired"   // given up after mailer.Lifetime
	resultInDoubt   = "in_doubt"  // given up, though a relay may have taken it
)

// courierMetrics is what the courier counts.
type courierMetrics struct {
	// jobalert_letters_total{kind,result}: kind is one of mailer.Kinds, result one of the above.
	letters *prometheus.CounterVec
	// jobalert_posting_to_mail_seconds: instant alerts only
	postingToMail prometheus.Histogram
}

func newCourierMetrics(reg prometheus.Registerer) *courierMetrics {
	factory := promauto.With(reg)
	m := &courierMetrics{
		letters: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_letters_total",
			Help: "Letters, by what became of them.",
		}, []string{"kind", "result"}),
		postingToMail: factory.NewHistogram(prometheus.HistogramOpts{
			Name:    "jobalert_posting_to_mail_seconds",
			Help:    "From the posting being known to the relay having taken the instant alert about it.",
			Buckets: []float64{.1, .25, .5, 1, 2, 3, 4, 5, 7.5, 10, 20, 30, 60, 120, 300, 900, 1800, 3600},
		}),
	}
	for _, kind := range mailer.Kinds() {
		for _, result := range []string{resultSent, resultDeferred, resultPostponed, resultDropped, resultDead, resultExpired, resultInDoubt} {
			m.letters.WithLabelValues(string(kind), result)
		}
	}
	return m
}

func (m *courierMetrics) letter(l mailer.Letter, result string, now time.Time) {
	m.letters.WithLabelValues(string(l.Kind), result).Inc()
	if result == resultSent && l.Kind == mailer.KindAlert && !l.News.IsZero() {
		m.postingToMail.Observe(now.Sub(l.News).Seconds())
	}
}
