package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"jobalertd/alerts/source/formats"
	"jobalertd/cmd/internal/cli/console"
	"jobalertd/cmd/internal/cli/manual"
	"jobalertd/cmd/internal/cli/transfer"
)

// World is what a command may touch.
type World = console.World

// Exit codes.
const (
	exitDone  = 0
	exitFail  = 1
	exitUsage = 2
)

// verbs is every command, as `jobalertd --help` lists them.
type verbs struct {
	Demo        demoCmd             `cmd:"" help:"Try it: everything embedded, sample postings, a page for the mails."`
	Serve       serveCmd            `cmd:"" help:"Run the daemon."`
	Check       checkCmd            `cmd:"" help:"Check the configuration and name all its faults at once."`
	Config      configCmd           `cmd:"" help:"Print an example configuration, the reference, or what is in effect."`
	Normalize   normalizeCmd        `cmd:"" help:"Turn a board's raw response into postings, one JSON a line."`
	Match       matchCmd            `cmd:"" help:"Tell which postings match which filters."`
	Bounce      bounceCmd           `cmd:"" help:"Tell what raw mails are: bounces, complaints, auto-replies."`
	Digest      digestCmd           `cmd:"" help:"Tell which letters would be owed at a time, or owe those due now."`
	Explain     explainCmd          `cmd:"" help:"Tell why a posting reaches a subscriber, or why not."`
	Postings    postingsCmd         `cmd:"" help:"Import, list, show and close postings."`
	Sources     sourcesCmd          `cmd:"" help:"List the configured boards, or fetch them now."`
	Mail        mailCmd             `cmd:"" help:"Look at mails without sending them."`
	Outbox      outboxCmd           `cmd:"" help:"Look at the letters that are owed, and at the dead ones."`
	Subscribers subscribersCmd      `cmd:"" help:"Import, list, show, export, erase and suppress subscribers."`
	Backup      transfer.BackupCmd  `cmd:"" help:"Write everything that is kept to a file."`
	Restore     transfer.RestoreCmd `cmd:"" help:"Read a backup into an empty Redis."`
	Healthcheck healthcheckCmd      `cmd:"" help:"Ask the running daemon whether it is ready."`
	Version     versionCmd          `cmd:"" help:"Print the version."`
	Completion  completionCmd       `cmd:"" help:"Print what makes a shell complete commands: bash, fish or zsh."`
	Man         manCmd              `cmd:"" help:"Print the manual page, for man -l -."`
	Complete    completeCmd         `cmd:"" hidden:"" help:"Print the words that may come next, for the scripts of completion."`
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
		if usage, ok := errors.AsType[console.UsageError](err); ok {
			fmt.Fprintf(w.Stderr, "jobalertd: %v\n", usage)
			return exitUsage
		}
		fmt.Fprintf(w.Stderr, "jobalertd: %v\n", err)
		return exitFail
	}
	return exitDone
}

// versionCmd prints the version.
type versionCmd struct{}

// Run implements the command.
func (versionCmd) Run(w *World) error {
	_, err := fmt.Fprintln(w.Stdout, "jobalertd", w.Version)
	return err
}
