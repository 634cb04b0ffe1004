package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"jobalertd/cmd/internal/demo/samples"
)

// Options say how the demo runs.
type Options struct {
	Addr    string // of the public listener
	OpsAddr string // of the operator listener
	Version string
	Stdout  io.Writer
	Stderr  io.Writer
}

const (
	// publishEvery is how often a company publishes a posting.
	publishEvery = 6 * time.Second
	// pollSpec is how often the boards are polled.
	pollSpec = "@every 5s"
)

// Run shows the daemon at work until ctx ends.
func Run(ctx context.Context, o Options) error {
	public, err := listenOn(o.Addr)
	if err != nil {
		return err
	}
	operator, err := listenOn(o.OpsAddr)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	logger := slog.New(slog.NewTextHandler(o.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := newStage(ctx, options{version: o.Version, public: public, operator: operator, schedule: pollSpec, logger: logger})
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Stdout, `The demo is running. Nothing leaves this machine, nothing is kept.

  1. Sign up, any address will do:      %[1]s/
  2. Read the mails, click their links: %[1]s/mails/
  3. Watch the metrics:                 http://%[2]s/metrics

Companies that do not exist publish a posting every few seconds; choose "as soon as it appears" and
the class "backend" to see mails come in. Ctrl-C stops everything.
`, s.url, operator.Addr())
	publishing := make(chan struct{})
	go func() {
		defer close(publishing)
		s.publish(ctx, logger)
	}()
	err = s.daemon.Run(ctx)
	<-publishing
	fmt.Fprintln(o.Stdout, "\nThe demo has ended.")
	return errors.Join(err, s.close())
}

// publish lets postings appear until ctx ends.
func (s *stage) publish(ctx context.Context, logger *slog.Logger) {
	ticker := time.NewTicker(publishEvery)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			var opening samples.Opening
			if n%3 == 2 {
				opening = s.world.PublishMatching(now)
			} else {
				opening = s.world.Publish(now)
			}
			if opening.Board.Format != samples.FormatPush {
				continue // the poller finds it
			}
			if err := s.push(ctx, opening.Posting); err != nil && ctx.Err() == nil {
				logger.Warn("a company could not push its posting", "error", err)
			}
		}
	}
}
