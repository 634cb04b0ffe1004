package app

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// spanCatcher is an OpenTelemetry collector that keeps what it gets, or is out of order.
type spanCatcher struct {
	broken bool

	mu    sync.Mutex
	spans []*otlp.Span
	raw   bytes.Buffer
}

// RoundTrip implements http.RoundTripper.
func (c *spanCatcher) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	c.raw.Write(body)
	var request collector.ExportTraceServiceRequest
	status := http.StatusOK
	if err := proto.Unmarshal(body, &request); err != nil || c.broken || r.URL.String() != "http://collector.example/v1/traces" {
		status = http.StatusBadRequest
	}
	for _, resource := range request.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// text is all that was sent.
func (c *spanCatcher) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.raw.String()
}

// with is the spans that have an attribute of this value, first the one that began the trace.
func (c *spanCatcher) with(key, value string) []*otlp.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []*otlp.Span
	for _, span := range c.spans {
		if attributeOf(span, key) == value {
			found = append(found, span)
		}
	}
	slices.SortStableFunc(found, func(a, b *otlp.Span) int { return len(a.ParentSpanId) - len(b.ParentSpanId) })
	return found
}

func attributeOf(span *otlp.Span, key string) string {
	for _, a := range span.Attributes {
		if a.Key == key {
			return a.Value.GetStringValue()
		}
	}
	return ""
}

func traced(c *spanCatcher) func(*Options) {
	return func(o *Options) {
		o.Collector = c
		o.Config.Tracing.Endpoint = "http://collector.example"
		o.Config.Tracing.Ratio = 1
	}
}

func TestATraceFollowsALetterFromTheSignup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans := &spanCatcher{}
		w, _, _, answer := loggedTown(t, traced(spans))
		time.Sleep(time.Minute) // the last batch is on its way
		confirm, alert := letterID(w.mails()[0]), letterID(w.mails()[2])

		signups := spans.with("jobalert.request", answer.Get("X-Request-Id"))
		if len(signups) != 1 || signups[0].Name != "POST /api/v1/subscriptions" {
			t.Fatalf("the signup has the spans %v", signups)
		}
		for _, letter := range []string{confirm, alert} {
			all := spans.with("jobalert.letter", letter)
			if len(all) != 2 || all[0].Name != "letter is owed" || all[1].Name != "attempt" || attributeOf(all[1], "jobalert.result") != "sent" {
				t.Fatalf("letter %s has the spans %v", letter, all)
			}
			if !bytes.Equal(all[0].TraceId, all[1].TraceId) || !bytes.Equal(all[0].SpanId, all[1].ParentSpanId) {
				t.Errorf("letter %s is not one trace: %v", letter, all)
			}
			if len(all[0].Links) != 1 {
				t.Errorf("letter %s is not linked to what owed it: %v", letter, all[0])
			}
		}
		owed := spans.with("jobalert.letter", confirm)[0]
		if !bytes.Equal(owed.Links[0].TraceId, signups[0].TraceId) {
			t.Errorf("the letter to confirm is linked to %x, and the signup is %x", owed.Links[0].TraceId, signups[0].TraceId)
		}
	})
}

func TestTracesTellNothingOfAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans := &spanCatcher{}
		w, _, _, _ := loggedTown(t, traced(spans))
		time.Sleep(time.Minute)
		link := w.mails()[2].Get("List-Unsubscribe")
		token := link[strings.LastIndex(link, "/")+1:][:20]
		told := spans.text()
		for _, secret := range []string{loggedLocal, loggedName, loggedWord, token} {
			if told == "" || strings.Contains(told, secret) {
				t.Errorf("the %d octets of traces tell %q", len(told), secret)
			}
		}
	})
}

func TestACollectorThatIsOutOfOrderDisturbsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans := &spanCatcher{broken: true}
		w, log, _, _ := loggedTown(t, traced(spans)) // it sees the mails arrive
		time.Sleep(time.Minute)
		if len(log.lines(t, "spans dropped")) == 0 {
			t.Error("the log does not say that spans were dropped")
		}
		if w.counted("jobalert_spans_total", "dropped") <= 0 {
			t.Error("the metrics do not count them")
		}
	})
}
