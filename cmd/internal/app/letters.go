package app

import (
	"context"
	"log/slog"

	"jobalertd/mailer"
)

// letterOwed tells the couriers, here and on other replicas, that a shard's outbox has something, and
// the operator what. Of an alert it names the number of jobs and the sequence numbers they lie between.
func (a *App) letterOwed(ctx context.Context, shard int, l mailer.Letter) {
	a.bell.Owed(shard)
	if !a.logger.Enabled(ctx, slog.LevelInfo) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 7),
		slog.String("letter", l.ID), slog.String("subscriber", l.Subscriber), slog.String("kind", string(l.Kind)))
	if l.Alert != "" {
		attrs = append(attrs, slog.String("alert", l.Alert), slog.Int("jobs", len(l.Postings)+l.More),
			slog.Uint64("after", l.After), slog.Uint64("upto", l.Upto))
	}
	a.logger.LogAttrs(ctx, slog.LevelInfo, "letter is owed", attrs...)
}
