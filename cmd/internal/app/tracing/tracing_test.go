package tracing

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// roundTripper is a function as a http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestARequestIsLinkedToTheCallersTraceAndNotPartOfIt(t *testing.T) {
	const callers = "4bf92f3577b34da6a3ce929d0e0e4736"
	var got collector.ExportTraceServiceRequest
	tracer, err := New(t.Context(), Config{Endpoint: "http://collector.example", Ratio: 1}, Deps{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			if err == nil {
				err = proto.Unmarshal(body, &got)
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}, err
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := tracer.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		tracer.Answered(r.Context(), "GET /", http.StatusInternalServerError)
	}))
	r := httptest.NewRequest(http.MethodGet, "/secret-path", nil)
	r.Header.Set("Traceparent", "00-"+callers+"-00f067aa0ba902b7-01")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	if err := tracer.Close(); err != nil {
		t.Fatal(err)
	}
	if len(got.ResourceSpans) != 1 || len(got.ResourceSpans[0].ScopeSpans[0].Spans) != 1 {
		t.Fatalf("spans %v", &got)
	}
	span := got.ResourceSpans[0].ScopeSpans[0].Spans[0]
	if hex.EncodeToString(span.TraceId) == callers || len(span.ParentSpanId) != 0 {
		t.Errorf("the request is part of the caller's trace: %v", span)
	}
	if len(span.Links) != 1 || hex.EncodeToString(span.Links[0].TraceId) != callers {
		t.Errorf("the request is not linked to the caller's trace: %v", span)
	}
	if span.Name != "GET /" || span.Status.GetCode().String() != "STATUS_CODE_ERROR" {
		t.Errorf("span %v", span)
	}
}

func TestATracerThatIsOffStandsInNobodysWay(t *testing.T) {
	off, err := New(t.Context(), Config{}, Deps{})
	if err != nil || off != nil {
		t.Fatal(off, err)
	}
	served := false
	off.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served = true })).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	if !served || off.Outbox(nil) != nil || off.Composer(nil) != nil || off.Close() != nil {
		t.Error("a tracer that is off does something")
	}
}
