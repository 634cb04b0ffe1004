package tracing

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	api "go.opentelemetry.io/otel/trace"

	"jobalertd/mailer"
	"jobalertd/mailer/deliver"
)

// Owed begins the trace of a letter that is owed now, linked to the span of ctx.
func (t *Tracer) Owed(ctx context.Context, l mailer.Letter) {
	if t == nil {
		return
	}
	cause := api.LinkFromContext(ctx)
	_, span := t.tracer.Start(context.WithValue(context.WithoutCancel(ctx), letterKey{}, l.ID), "letter is owed",
		api.WithNewRoot(), api.WithLinks(cause), api.WithSpanKind(api.SpanKindProducer), api.WithAttributes(attributes(l)...))
	span.End()
}

// attributes are what spans say of a letter.
func attributes(l mailer.Letter) []attribute.KeyValue {
	all := []attribute.KeyValue{
		attribute.String("jobalert.letter", l.ID), attribute.String("jobalert.subscriber", l.Subscriber),
		attribute.String("jobalert.kind", string(l.Kind)),
	}
	if l.Alert != "" {
		all = append(all, attribute.String("jobalert.alert", l.Alert), attribute.Int("jobalert.jobs", len(l.Postings)+l.More))
	}
	return all
}

// under has the next span belong to a letter's trace.
func under(ctx context.Context, letter string) context.Context {
	trace, span := derived(letter)
	return api.ContextWithRemoteSpanContext(ctx, api.NewSpanContext(api.SpanContextConfig{TraceID: trace, SpanID: span, Remote: true}))
}

// Composer makes a span of each letter's composing.
func (t *Tracer) Composer(next deliver.Composer) deliver.Composer {
	if t == nil {
		return next
	}
	return composer{next, t}
}

type composer struct {
	deliver.Composer
	t *Tracer
}

// Compose implements deliver.Composer.
func (c composer) Compose(ctx context.Context, l mailer.Letter, admit func(domain string) error) (mailer.Message, error) {
	ctx, span := c.t.tracer.Start(under(ctx, l.ID), "compose")
	defer span.End()
	m, err := c.Composer.Compose(ctx, l, admit)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return m, err
}

// Outbox makes a span of each attempt at a letter, from its claim until the outbox knows what became of it.
func (t *Tracer) Outbox(next deliver.Outbox) deliver.Outbox {
	if t == nil {
		return next
	}
	return &attempts{Outbox: next, t: t, open: map[string]attempt{}}
}

// attempts is an outbox whose claims are spans.
type attempts struct {
	deliver.Outbox
	t    *Tracer
	mu   sync.Mutex
	open map[string]attempt // by receipt
}

type attempt struct {
	span  api.Span
	begun time.Time
}

// lost is after how long an attempt is forgotten of which the courier says no more that it has it in hand.
const lost = time.Minute

// Claim implements deliver.Outbox.
func (a *attempts) Claim(ctx context.Context, limit int) ([]mailer.Claim, error) {
	claims, err := a.Outbox.Claim(ctx, limit)
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range claims {
		_, span := a.t.tracer.Start(under(ctx, c.Letter.ID), "attempt", api.WithSpanKind(api.SpanKindConsumer),
			api.WithAttributes(attributes(c.Letter)...))
		a.open[c.Receipt] = attempt{span, time.Now()}
	}
	return claims, err
}

// end ends the span of a claim.
func (a *attempts) end(c mailer.Claim, result string, o mailer.Outcome, err error) error {
	a.mu.Lock()
	ended, ok := a.open[c.Receipt]
	delete(a.open, c.Receipt)
	a.mu.Unlock()
	if !ok {
		return err
	}
	ended.span.SetAttributes(attribute.String("jobalert.result", result))
	if o.Class != "" {
		ended.span.SetAttributes(attribute.String("jobalert.class", string(o.Class)), attribute.Int("jobalert.smtp.code", o.Code))
	}
	if err != nil {
		ended.span.SetStatus(codes.Error, err.Error())
	}
	ended.span.End()
	return err
}

// Done implements deliver.Outbox.
func (a *attempts) Done(ctx context.Context, c mailer.Claim, result string) error {
	return a.end(c, result, mailer.Outcome{}, a.Outbox.Done(ctx, c, result))
}

// Retry implements deliver.Outbox.
func (a *attempts) Retry(ctx context.Context, c mailer.Claim, at time.Time, o mailer.Outcome) error {
	return a.end(c, "retry", o, a.Outbox.Retry(ctx, c, at, o))
}

// Postpone implements deliver.Outbox.
func (a *attempts) Postpone(ctx context.Context, c mailer.Claim, at time.Time) error {
	return a.end(c, "postponed", mailer.Outcome{}, a.Outbox.Postpone(ctx, c, at))
}

// Bury implements deliver.Outbox.
func (a *attempts) Bury(ctx context.Context, c mailer.Claim, o mailer.Outcome) error {
	return a.end(c, "dead", o, a.Outbox.Bury(ctx, c, o))
}

// Release implements deliver.Outbox.
func (a *attempts) Release(ctx context.Context, c mailer.Claim) error {
	return a.end(c, "released", mailer.Outcome{}, a.Outbox.Release(ctx, c))
}

// Renew implements deliver.Outbox. What is not among the claims was lost to another replica.
func (a *attempts) Renew(ctx context.Context, claims []mailer.Claim) error {
	held := make(map[string]bool, len(claims))
	for _, c := range claims {
		held[c.Receipt] = true
	}
	a.mu.Lock()
	for receipt, open := range a.open {
		if !held[receipt] && time.Since(open.begun) > lost {
			open.span.End()
			delete(a.open, receipt)
		}
	}
	a.mu.Unlock()
	return a.Outbox.Renew(ctx, claims)
}
