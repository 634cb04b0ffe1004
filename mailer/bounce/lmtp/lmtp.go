package lmtp

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"jobalertd/mailer/bounce"
	"jobalertd/mailer/ticket"
)

// What a connection may use.
const (
	maxMessage     = 4 << 20 // bytes; of which bounce.MaxSize are read
	maxRecipients  = 50
	maxConnections = 50
	maxAge         = 10 * time.Minute
	// silence is how long a command, or a mail as a whole, may take to arrive.
	silence = time.Minute
	// effort is how long acting on a mail may take; the mail server waits longer (RFC 2033 §4.2).
	effort = 30 * time.Second
	// drain is how long mails in hand may take when the daemon stops.
	drain = 5 * time.Second
)

// Intake acts on what came back. Package intake implements it.
type Intake interface {
	To(ctx context.Context, t ticket.Ticket, reports []bounce.Report, now time.Time) error
}

// Leaving carries out wishes to leave.
type Leaving interface {
	// Signed reports whether we signed the token.
	Signed(token string) bool
	// Leave carries out what it stands for. Doing it again changes nothing.
	Leave(ctx context.Context, token string, now time.Time) error
}

// Deps is what a Server works with.
type Deps struct {
	Tickets *ticket.Signer
	Intake  Intake
	Leaving Leaving
	Log     *slog.Logger
}

// Server takes mails in for the addresses of one domain.
type Server struct {
	domain string
	deps   Deps
}

// New makes a server for the bounce domain.
func New(domain string, deps Deps) *Server { return &Server{strings.ToLower(domain), deps} }

// Run serves until ctx ends and the mails in hand are dealt with. It closes the listener.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	bounded := newBounded(l)
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	server.LMTP, server.Domain = true, s.domain
	server.MaxMessageBytes, server.MaxRecipients = maxMessage, maxRecipients
	server.ReadTimeout, server.WriteTimeout = silence, silence
	server.ErrorLog = slog.NewLogLogger(s.deps.Log.Handler(), slog.LevelWarn)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(bounded) }()
	select {
	case err := <-failed:
		bounded.closeAll()
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := server.Shutdown(ctx)
	bounded.closeAll()
	<-failed
	if errors.Is(err, context.DeadlineExceeded) {
		return nil // the mail server tries again
	}
	return err
}
