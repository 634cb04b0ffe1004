package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"jobalertd/alerts/source/formats"
	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/app/sending"
	"jobalertd/cmd/internal/cli/manual"
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

// Exit codes.
const (
	exitDone  = 0
	exitFail  = 1
	exitUsage = 2
)

// verbs is every command, as `jobalertd --help` lists them.
type verbs struct {
	Demo        demoCmd        `cmd:"" help:"Try it: everything embedded, sample postings, a page for the mails."`
	Serve       serveCmd       `cmd:"" help:"Run the daemon."`
	Check       checkCmd       `cmd:"" help:"Check the configuration and name all its faults at once."`
	Config      configCmd      `cmd:"" help:"Print an example configuration, the reference, or what is in effect."`
	Normalize   normalizeCmd   `cmd:"" help:"Turn a board's raw response into postings, one JSON a line."`
	Match       matchCmd       `cmd:"" help:"Tell which postings match which filters."`
	Bounce      bounceCmd      `cmd:"" help:"Tell what raw mails are: bounces, complaints, auto-replies."`
	Digest      digestCmd      `cmd:"" help:"Tell which letters would be owed at a time, or owe those due now."`
	Explain     explainCmd     `cmd:"" help:"Tell why a posting reaches a subscriber, or why not."`
	Postings    postingsCmd    `cmd:"" help:"Import, list, show and close postings."`
	Sources     sourcesCmd     `cmd:"" help:"List the configured boards, or fetch them now."`
	Mail        mailCmd        `cmd:"" help:"Look at mails without sending them."`
	Outbox      outboxCmd      `cmd:"" help:"Look at the letters that are owed, and at the dead ones."`
	Subscribers subscribersCmd `cmd:"" help:"List, show, export, erase and suppress subscribers."`
	Healthcheck healthcheckCmd `cmd:"" help:"Ask the running daemon whether it is ready."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
	Completion  completionCmd  `cmd:"" help:"Print what makes a shell complete commands: bash, fish or zsh."`
	Man         manCmd         `cmd:"" help:"Print the manual page, for man -l -."`
	Complete    completeCmd    `cmd:"" hidden:"" help:"Print the words that may come next, for the scripts of completion."`
}

// configFlag is the flag of every command that reads the configuration.
type configFlag struct {
	Config string `short:"c" placeholder:"FILE" env:"JOBALERT_CONFIG" help:"Configuration file (YAML). Without one: defaults and JOBALERT_… variables."`
}

// Main runs one command and returns its exit code.
func Main(ctx context.Context, w World) int {
	var v verbs
	exited := -1
	parser, err := kong.New(&v,
		kong.Name("jobalertd"),
		kong.Description("Personalised job alerts for backend developers: takes postings in, matches them with what people asked for, and mails them."),
		kong.Writers(w.Stdout, w.Stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"formats": strings.Join(formats.Names(), ", "), "shells": strings.Join(manual.Shells(), ",")},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&w),
	)
	if err != nil {
		fmt.Fprintln(w.Stderr, "jobalertd:", err)
		return exitFail
	}
	command, err := parser.Parse(w.Args)
	if exited >= 0 {
		return exited // --help has answered
	}
	if err != nil {
		fmt.Fprintf(w.Stderr, "jobalertd: %v\nTry jobalertd --help.\n", err)
		return exitUsage
	}
	if err := command.Run(); err != nil {
		if usage, ok := errors.AsType[usageError](err); ok {
			fmt.Fprintf(w.Stderr, "jobalertd: %v\n", usage)
			return exitUsage
		}
		fmt.Fprintf(w.Stderr, "jobalertd: %v\n", err)
		return exitFail
	}
	return exitDone
}

// usageError is a wrong use that the parser cannot see.
type usageError string

func (e usageError) Error() string { return string(e) }

// load reads the configuration.
func (f configFlag) load(w *World) (*config.Loaded, error) {
	loaded, err := config.Load(f.Config, w.Environ, config.Rules{Schedule: app.CheckSchedule, Formats: formats.Names(), From: records.CheckFrom, Aligned: records.Aligned, DKIMKey: sending.CheckKey})
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return loaded, nil
}

// open opens the rooms for one command beside a running daemon, or without one.
func (f configFlag) open(ctx context.Context, w *World) (*app.App, error) {
	loaded, err := f.load(w)
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, app.Options{Config: loaded.Config, Version: w.Version, Logger: newLogger(loaded.Log, w.Stderr), Tool: true})
}

// newLogger makes the logger of the configured level and form.
func newLogger(cfg config.Log, out io.Writer) *slog.Logger {
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

// versionCmd prints the version.
type versionCmd struct{}

// Run implements the command.
func (versionCmd) Run(w *World) error {
	_, err := fmt.Fprintln(w.Stdout, "jobalertd", w.Version)
	return err
}
