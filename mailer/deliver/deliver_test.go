package deliver

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest"
	"jobalertd/mailer/mailertest/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// network is the relays of a test, by host name.
type network map[string]*memnet.Listener

func (n network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	l, known := n[host]
	if !known {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return l.Dial(ctx)
}

// catch starts a mail catcher under a host name; it must be called in the test's bubble.
func (n network) catch(t *testing.T, host string, cfg mailertest.Config) *mailertest.Catcher {
	t.Helper()
	cfg.Domain = host
	c, err := mailertest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l := memnet.Listen()
	n[host] = l
	served := make(chan error, 1)
	go func() { served <- c.Serve(l) }()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return c
}

// play starts a server under a host name that does with each connection what it is told.
func (n network) play(t *testing.T, host string, session func(*textproto.Conn)) {
	t.Helper()
	l := memnet.Listen()
	n[host] = l
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				text := textproto.NewConn(conn)
				defer func() { _ = text.Close() }()
				session(text)
			}()
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
}

// bundle is a pool and what a test looks at.
type bundle struct {
	*Pool
	network network
	metrics *prometheus.Registry
	log     *bytes.Buffer
}

// relayAt is a relay in plain text.
func relayAt(host string) RelayConfig {
	return RelayConfig{Host: host, TLS: TLSNone, HELO: "test.example"}
}

func newBundle(t *testing.T, n network, relays ...RelayConfig) bundle {
	t.Helper()
	b := bundle{network: n, metrics: prometheus.NewPedanticRegistry(), log: new(bytes.Buffer)}
	var err error
	b.Pool, err = New(Config{Relays: relays}, b.deps())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func (b bundle) deps() Deps {
	return Deps{Registerer: b.metrics, Logger: slog.New(slog.NewTextHandler(b.log, nil)), Dial: b.network.dial}
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
		Data: []byte("Message-ID: <1@example.com>\r\nSubject: hello\r\n\r\nFirst line\r\n.a line with a dot\r\n")}
}

// compose is a Compose of that mail.
func compose(t testing.TB, to string) Compose {
	m := mailTo(t, to)
	return func(context.Context) (mailer.Message, error) { return m, nil }
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
	b := newBundle(t, network{}, relayAt("relay"))
	newCourierMetrics(b.metrics)
	problems, err := testutil.GatherAndLint(b.metrics)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// since is the time that has passed in the bubble.
func since(start time.Time) time.Duration { return time.Since(start) }
