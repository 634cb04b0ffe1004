package tracing

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/sdk/trace"
)

// counted counts the spans that were sent, and says when they could not be.
type counted struct {
	trace.SpanExporter
	metrics *metrics
	log     *slog.Logger
}

func newCounted(next trace.SpanExporter, m *metrics, log *slog.Logger) counted {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return counted{next, m, log}
}

// ExportSpans implements trace.SpanExporter. Its error goes no further: it would go to a logger of the whole process.
func (c counted) ExportSpans(ctx context.Context, spans []trace.ReadOnlySpan) error {
	err := c.SpanExporter.ExportSpans(ctx, spans)
	if err != nil {
		c.metrics.spans.WithLabelValues("dropped").Add(float64(len(spans)))
		c.log.WarnContext(ctx, "spans dropped", "spans", len(spans), "error", err)
		return nil
	}
	c.metrics.spans.WithLabelValues("sent").Add(float64(len(spans)))
	return nil
}
