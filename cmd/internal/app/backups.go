package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jobalertd/cmd/internal/app/backup"
)

// Backup writes a backup of everything that is kept and returns how many keys it holds.
func (a *App) Backup(ctx context.Context, out io.Writer, progress func(done, all int)) (int, error) {
	return backup.Write(ctx, a.redis, out, time.Now(), progress)
}

// Restore reads a backup into the configured Redis, which must be empty, and returns when it was made. No
// daemon may run meanwhile; where the daemon has a redis-server of its own, it is started for this.
func Restore(ctx context.Context, opts Options, in io.ReadSeeker, progress func(done, all int)) (at time.Time, err error) {
	a := &App{opts: opts, logger: opts.Logger, metrics: newMetrics(prometheus.NewRegistry())}
	if a.logger == nil {
		a.logger = slog.New(slog.DiscardHandler)
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.openRedis(ctx); err != nil {
		return time.Time{}, err
	}
	if at, err = backup.Restore(ctx, a.redis, in, progress); err != nil {
		return at, fmt.Errorf("restoring: %w", err)
	}
	return at, nil
}
