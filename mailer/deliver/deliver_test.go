package deliver

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// network is a network that ends with the test; it must be made in the test's bubble.
func network(t *testing.T) *mailertest.Network {
	t.Helper()
	n := new(mailertest.Network)
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// catch starts a mail catcher under a host name.
func catch(t *testing.T, n *mailertest.Network, host string, cfg mailertest.Config) *mailertest.Catcher {
	t.Helper()
	c, err := n.Catch(host, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// bundle is a pool and what a test looks at.
type bundle struct {
	*Pool
	network *mailertest.Network
	metrics *prometheus.Registry
	log     *bytes.Buffer
	logger  *slog.Logger
}

// relayAt is a relay in plain text.
func relayAt(host string) RelayConfig {
	return RelayConfig{Host: host, TLS: TLSNone, HELO: "test.example"}
}

func newBundle(t *testing.T, n *mailertest.Network, relays ...RelayConfig) bundle {
	t.Helper()
	b := bundle{network: n, metrics: prometheus.NewPedanticRegistry(), log: new(bytes.Buffer)}
	b.logger = slog.New(slog.NewTextHandler(b.log, nil))
	var err error
	b.Pool, err = New(Config{Relays: relays}, b.deps())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func (b bundle) deps() Deps {
	return Deps{Registerer: b.metrics, Logger: b.logger, Dial: b.network.Dial}
}

// metric is the value of a counter or gauge, written as name{label="value"}.
func (b bundle) metric(t *testing.T, series string) float64 {
	t.Helper()
	families, err := b.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			name := family.GetName()
			if len(labels) > 0 {
				name += "{" + strings.Join(labels, ",") + "}"
			}
			if name != series {
				continue
			}
			switch {
			case m.GetHistogram() != nil:
				return float64(m.GetHistogram().GetSampleCount())
			case m.GetGauge() != nil:
				return m.GetGauge().GetValue()
			default:
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

func address(t testing.TB, s string) mailer.Address {
	t.Helper()
	a, err := mailer.ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// mailTo is a small mail.
func mailTo(t testing.TB, to string) mailer.Message {
	return mailer.Message{ID: "1@example.com", ReturnPath: "bounce+1@example.com", To: address(t, to),
		Data: lines(t, "Message-ID: <1@example.com>\r\nSubject: hello\r\n\r\nFirst line\r\n.a line with a dot\r\n")}
}

func lines(t testing.TB, text string) []mailer.Lines {
	t.Helper()
	l, err := mailer.ParseLines([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return []mailer.Lines{l}
}

// compose is a Compose of that mail.
func compose(t testing.TB, to string) Compose {
	m := mailTo(t, to)
	return func(context.Context, Admit) (mailer.Message, error) { return m, nil }
}

// send sends a small mail and fails the test if that is not possible.
func (b bundle) send(t *testing.T, to string) mailer.Outcome {
	t.Helper()
	outcome, err := b.Send(t.Context(), compose(t, to))
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	return outcome
}

func TestTheMetricsPassTheLinter(t *testing.T) {
	b := newBundle(t, network(t), relayAt("relay"))
	newCourierMetrics(b.metrics)
	problems, err := testutil.GatherAndLint(b.metrics)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}
