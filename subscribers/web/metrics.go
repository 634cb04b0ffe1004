package web

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"jobalertd/subscribers"
	"jobalertd/subscribers/web/pages/join"
	"jobalertd/subscribers/web/problem"
)

type metrics struct {
	requests      *prometheus.HistogramVec
	signups       *prometheus.CounterVec
	confirmations *prometheus.CounterVec
	unsubscribes  *prometheus.CounterVec
}

// newMetrics makes the room's metrics; without a registerer they count for nobody.
func newMetrics(reg prometheus.Registerer) *metrics {
	auto := promauto.With(reg)
	m := &metrics{
		requests: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name:                        "jobalert_http_request_duration_seconds",
			Help:                        "Time to answer a request of the public listener.",
			Buckets:                     []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
			NativeHistogramBucketFactor: 1.1,
		}, []string{
			"route", // the pattern, such as "GET /confirm/{token}"; "none" where there is none
			"code",  // the HTTP status
		}),
		signups: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_signups_total",
			Help: "Signups by form and hook, and what came of them.",
		}, []string{"result"}), // signupResults
		confirmations: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "jobalert_confirmations_total",
			Help: "Addresses confirmed, by the way it was done.",
		}, []string{"via"}), // button, cookie
		unsubscribes: Unsubscribes(reg),
	}
	for _, result := range signupResults() {
		m.signups.WithLabelValues(result)
	}
	for _, via := range []subscribers.Via{subscribers.ViaButton, subscribers.ViaCookie} {
		m.confirmations.WithLabelValues(string(via))
	}
	return m
}

// Unsubscribes is the counter of wishes to hear no more, the same one for each registerer: some come
// by mail, past this listener.
func Unsubscribes(reg prometheus.Registerer) *prometheus.CounterVec {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "jobalert_unsubscribes_total",
		Help: "Wishes to hear no more of an alert or of all, by the way they came.",
	}, []string{"via"}) // button, one_click, manage, mailto
	if reg != nil {
		if known, ok := errors.AsType[prometheus.AlreadyRegisteredError](reg.Register(vec)); ok {
			vec = known.ExistingCollector.(*prometheus.CounterVec)
		}
	}
	for _, via := range []subscribers.Via{subscribers.ViaButton, subscribers.ViaOneClick, subscribers.ViaManage, subscribers.ViaMailto} {
		vec.WithLabelValues(string(via))
	}
	return vec
}

// The results of a signup.
const (
	signupAccepted    = "accepted"    // the same for every valid address, known or not
	signupInvalid     = "invalid"     // refused, with the faults named
	signupBot         = "bot"         // the honeypot was filled in, or the form was sent too soon
	signupBraked      = "braked"      // too many from there; the sender was told to come back
	signupUnavailable = "unavailable" // the store was away; the sender was told to come back
	signupFailed      = "failed"      // our fault
)

// signupResults lists the results, so that each is shown from the start.
func signupResults() []string {
	return []string{signupAccepted, signupInvalid, signupBot, signupBraked, signupUnavailable, signupFailed}
}

// Signup counts a signup by the error it ended in.
func (m *metrics) Signup(err error) {
	result := signupInvalid
	switch kind := problem.From(err).Kind; {
	case err == nil:
		result = signupAccepted
	case errors.Is(err, join.ErrBot):
		result = signupBot
	case kind == problem.TooMany:
		result = signupBraked
	case kind == problem.Unavailable:
		result = signupUnavailable
	case kind == problem.Internal:
		result = signupFailed
	}
	m.signups.WithLabelValues(result).Inc()
}

// Confirmation counts an address that was confirmed.
func (m *metrics) Confirmation(via subscribers.Via) {
	m.confirmations.WithLabelValues(string(via)).Inc()
}

// Unsubscribe counts a wish to hear no more.
func (m *metrics) Unsubscribe(via subscribers.Via) {
	m.unsubscribes.WithLabelValues(string(via)).Inc()
}
