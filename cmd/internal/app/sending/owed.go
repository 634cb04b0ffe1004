package sending

import (
	"context"
	"log/slog"

	"jobalertd/mailer"
)

// Owed logs that a letter is owed. Of an alert it names the number of jobs and the sequence numbers that
// they lie between.
func Owed(ctx context.Context, logger *slog.Logger, l mailer.Letter) {
	if !logger.Enabled(ctx, slog.LevelInfo) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 7),
		slog.String("letter", l.ID), slog.String("subscriber", l.Subscriber), slog.String("kind", string(l.Kind)))
	if l.Alert != "" {
		attrs = append(attrs, slog.String("alert", l.Alert), slog.Int("jobs", len(l.Postings)+l.More),
			slog.Uint64("after", l.After), slog.Uint64("upto", l.Upto))
	}
	logger.LogAttrs(ctx, slog.LevelInfo, "letter is owed", attrs...)
}
