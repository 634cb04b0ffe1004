package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"

	"jobalertd/subscribers/web/request"
)

// Config says where spans go. A zero Config is no tracing.
type Config struct {
	// Endpoint is the collector's OTLP/HTTP address without a path, such as http://127.0.0.1:4318.
	Endpoint string
	// Ratio is the share of traces that are kept, 0 to 1.
	Ratio float64
	// Version is the daemon's.
	Version string
}

// Deps is what a Tracer is joined to. All of it may be nil.
type Deps struct {
	// Transport reaches the collector; nil means over the network.
	Transport  http.RoundTripper
	Registerer prometheus.Registerer
	Logger     *slog.Logger
}

// Tracer makes spans. A nil Tracer makes none.
type Tracer struct {
	provider *trace.TracerProvider
	tracer   api.Tracer
}

// patience is how long the collector may take for spans, farewell how long it may for the last ones.
const patience, farewell = 10 * time.Second, 3 * time.Second

// New makes a Tracer; nil where the configuration names no collector. The collector need not be there: spans
// that it does not take are counted, logged and dropped.
func New(ctx context.Context, cfg Config, deps Deps) (*Tracer, error) {
	m := newMetrics(deps.Registerer)
	if cfg.Endpoint == "" {
		return nil, nil
	}
	client, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(cfg.Endpoint+"/v1/traces"),
		otlptracehttp.WithHTTPClient(&http.Client{Transport: deps.Transport, Timeout: patience}))
	if err != nil {
		return nil, fmt.Errorf("tracing.endpoint: %w", err)
	}
	provider := trace.NewTracerProvider(
		trace.WithBatcher(newCounted(client, m, deps.Logger)),
		trace.WithIDGenerator(ids{}),
		trace.WithSampler(trace.TraceIDRatioBased(cfg.Ratio)),
		trace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "jobalertd"), attribute.String("service.version", cfg.Version))),
	)
	return &Tracer{provider, provider.Tracer("jobalertd")}, nil
}

// Close sends what is left.
func (t *Tracer) Close() error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	return t.provider.Shutdown(ctx)
}

// Handler makes a trace of every request, linked to the caller's where it sends a traceparent (W3C Trace
// Context): strangers call here, and must not write into whatever trace they name. The span has its name
// from Answered.
func (t *Tracer) Handler(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := t.tracer.Start(r.Context(), "request", api.WithSpanKind(api.SpanKindServer))
		if link := api.LinkFromContext(caller); link.SpanContext.IsValid() {
			span.AddLink(link)
		}
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Answered says of the request of ctx which route answered it, and how.
func (t *Tracer) Answered(ctx context.Context, route string, status int) {
	if t == nil {
		return
	}
	span := api.SpanFromContext(ctx)
	span.SetName(route)
	span.SetAttributes(attribute.String("http.route", route), attribute.Int("http.response.status_code", status),
		attribute.String("jobalert.request", request.ID(ctx)))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, http.StatusText(status))
	}
}

// Job does a cron job within a span.
func (t *Tracer) Job(ctx context.Context, name string, job func(context.Context) error) error {
	if t == nil {
		return job(ctx)
	}
	ctx, span := t.tracer.Start(ctx, name)
	defer span.End()
	err := job(ctx)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}
