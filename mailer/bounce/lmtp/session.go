package lmtp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"jobalertd/mailer/bounce"
	"jobalertd/mailer/ticket"
)

// session is one connection.
type session struct {
	server     *Server
	from       string
	recipients []recipient
}

var _ smtp.LMTPSession = (*session)(nil)

// recipient is an address we take mail for: exactly one of ticket and token is there.
type recipient struct {
	address string
	ticket  ticket.Ticket
	token   string
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.recipients = "", nil }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt implements smtp.Session. It refuses what we did not sign.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	r, ok := s.server.recipient(to)
	if !ok {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such address here"}
	}
	if r.token != "" && s.from == "" {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "No bounces to this address"}
	}
	s.recipients = append(s.recipients, r)
	return nil
}

// recipient reads an address of ours.
func (s *Server) recipient(to string) (recipient, bool) {
	local, domain, _ := strings.Cut(strings.ToLower(to), "@")
	if domain != s.domain {
		return recipient{}, false
	}
	if text, found := strings.CutPrefix(local, bounce.Prefix); found {
		t, err := s.deps.Tickets.Check(text)
		return recipient{address: to, ticket: t}, err == nil
	}
	text, found := strings.CutPrefix(local, bounce.UnsubscribePrefix)
	return recipient{address: to, token: text}, found && s.deps.Leaving.Signed(text)
}

// Data implements smtp.Session. The server speaks LMTP, so LMTPData is called instead.
func (s *session) Data(io.Reader) error { return errors.ErrUnsupported }

// LMTPData implements smtp.LMTPSession: it acts on the mail, for each recipient by itself.
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	ctx, cancel := context.WithTimeout(context.Background(), effort)
	defer cancel()
	raw, err := io.ReadAll(io.LimitReader(r, bounce.MaxSize))
	if err == nil {
		_, err = io.Copy(io.Discard, r) // an unfinished mail is none
	}
	if err != nil {
		return s.server.reply(ctx, fmt.Errorf("receiving a mail: %w", err))
	}
	for _, to := range s.recipients {
		status.SetStatus(to.address, s.server.reply(ctx, s.server.take(ctx, to, raw)))
	}
	return nil
}

// take acts on a mail to one recipient.
func (s *Server) take(ctx context.Context, to recipient, raw []byte) error {
	now := time.Now()
	if to.token != "" {
		return s.deps.Leaving.Leave(ctx, to.token, now)
	}
	reports, err := bounce.Read(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("judging a mail: %w", err)
	}
	return s.deps.Intake.To(ctx, to.ticket, reports, now)
}

// reply is what the mail server is told.
func (s *Server) reply(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if refusal, ok := errors.AsType[*smtp.SMTPError](err); ok {
		return refusal // too large
	}
	s.deps.Log.WarnContext(ctx, "a mail that came back could not be dealt with yet", "error", err)
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Please try again later"}
}
