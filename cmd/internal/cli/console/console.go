package console

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"jobalertd/alerts/source/formats"
	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/app/sending"
	"jobalertd/cmd/internal/config"
	"jobalertd/mailer/records"
)

// World is what a command may touch.
type World struct {
	Args           []string
	Environ        []string
	Version        string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Resolver       records.Resolver // asks the DNS; nil is the machine's own
}

// UsageError is a wrong use that the parser cannot see.
type UsageError string

// Error implements error.
func (e UsageError) Error() string { return string(e) }

// ConfigFlag is the flag of every command that reads the configuration.
type ConfigFlag struct {
	Config string `short:"c" placeholder:"FILE" env:"JOBALERT_CONFIG" help:"Configuration file (YAML). Without one: defaults and JOBALERT_… variables."`
}

// Load reads the configuration.
func (f ConfigFlag) Load(w *World) (*config.Loaded, error) {
	loaded, err := config.Load(f.Config, w.Environ, config.Rules{
		Schedule: app.CheckSchedule, Formats: formats.Names(), From: records.CheckFrom, Aligned: records.Aligned, DKIMKey: sending.CheckKey,
	})
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return loaded, nil
}

// Open opens the rooms for one command beside a running daemon, or without one.
func (f ConfigFlag) Open(ctx context.Context, w *World) (*app.App, error) {
	opts, err := f.Options(w)
	if err != nil {
		return nil, err
	}
	opts.Tool = true
	return app.Open(ctx, opts)
}

// Options is what the configuration makes of a daemon.
func (f ConfigFlag) Options(w *World) (app.Options, error) {
	loaded, err := f.Load(w)
	if err != nil {
		return app.Options{}, err
	}
	return app.Options{Config: loaded.Config, Version: w.Version, Logger: NewLogger(loaded.Log, w.Stderr)}, nil
}

// NewLogger makes the logger of the configured level and form.
func NewLogger(cfg config.Log, out io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.Level)) // checked when the configuration was loaded
	opts := &slog.HandlerOptions{Level: level}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, opts))
	}
	return slog.New(slog.NewTextHandler(out, opts))
}

// terminal reports whether out is a terminal, where people look.
func terminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
