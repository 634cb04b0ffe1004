package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"jobalertd/cmd/internal/app/tracing"
)

// The cron jobs, as the label job names them.
const (
	jobAlerts    = "alerts"
	jobFollow    = "follow"
	jobPoll      = "poll"
	jobExpire    = "expire"
	jobPeople    = "people"
	jobRetention = "retention"
)

// CheckSchedule says what is wrong with a cron expression.
func CheckSchedule(spec string) error {
	_, err := cron.ParseStandard(spec)
	return err
}

// interval is the time between two runs of an @every expression, 0 for one that names its times.
func interval(spec string) time.Duration {
	parsed, err := cron.ParseStandard(spec)
	if every, ok := parsed.(cron.ConstantDelaySchedule); ok && err == nil {
		return every.Delay
	}
	return 0
}

// schedule is the heartbeat. It never decides who is due, only when to look.
type schedule struct {
	cron    *cron.Cron
	logger  *slog.Logger
	metrics *metrics
	tracer  *tracing.Tracer
	ctx     context.Context // of all jobs; set by Run
}

func newSchedule(logger *slog.Logger, m *metrics, tracer *tracing.Tracer) *schedule {
	return &schedule{cron: cron.New(cron.WithLocation(time.UTC)), logger: logger, metrics: m, tracer: tracer}
}

// Add runs job whenever spec says and when says yes, never twice at a time.
func (s *schedule) Add(name, spec string, when func() bool, job func(context.Context) error) error {
	// In this order: with Recover outside, a panic would leave the job marked as running for ever.
	chain := cron.NewChain(cron.SkipIfStillRunning(cronLogger{s.logger}), cron.Recover(cronLogger{s.logger}))
	_, err := s.cron.AddJob(spec, chain.Then(cron.FuncJob(func() {
		if when() {
			s.Do(s.ctx, name, job)
		}
	})))
	if err != nil {
		return fmt.Errorf("scheduling %s: %w", name, err)
	}
	return nil
}

// Do runs a job now, counts it, and logs its error.
func (s *schedule) Do(ctx context.Context, name string, job func(context.Context) error) {
	err := s.tracer.Job(ctx, name, job)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		s.metrics.runs.WithLabelValues(name, "error").Inc()
		s.logger.Error("job failed", "job", name, "error", err)
		return
	}
	s.metrics.runs.WithLabelValues(name, "ok").Inc()
	s.metrics.success.WithLabelValues(name).SetToCurrentTime()
}

// Run runs the jobs until ctx ends and those that have begun are done.
func (s *schedule) Run(ctx context.Context) error {
	s.ctx = ctx
	s.cron.Start()
	<-ctx.Done()
	<-s.cron.Stop().Done()
	return nil
}

// cronLogger passes cron's messages on: its panics are errors, its other talk is not needed.
type cronLogger struct{ logger *slog.Logger }

// Info implements cron.Logger.
func (l cronLogger) Info(string, ...any) {}

// Error implements cron.Logger.
func (l cronLogger) Error(err error, message string, details ...any) {
	l.logger.Error("job panicked", append([]any{"error", err, "cron", message}, details...)...)
}
