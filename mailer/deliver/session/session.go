package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"jobalertd/mailer"
)

// politeTimeout is how long we wait for replies that only matter to the next mail, or to nobody.
const politeTimeout = 2 * time.Second

// codeClosing says that the relay hangs up (RFC 5321 §3.8).
const codeClosing = 421

// Session is a connection to a relay, ready to take mail. It carries one mail at a time and belongs
// to one goroutine at a time.
type Session struct {
	net     net.Conn // as it was dialled: closing it ends everything, from any goroutine
	client  *smtp.Client
	timeout time.Duration // for one reply

	pipelining, utf8, eightBit bool
	maxSize                    int // 0 is no limit

	born time.Time
	sent int    // transactions begun
	wire []byte // the mail being sent, kept for its memory

	answered bool // something was answered in this transaction
	broken   bool
	stale    bool
}

// Born is when the session began.
func (s *Session) Born() time.Time { return s.born }

// Sent is how many mails it was given, taken or not.
func (s *Session) Sent() int { return s.sent }

// Broken reports that no more mail can be sent; there is nothing left to do but Close it.
func (s *Session) Broken() bool { return s.broken }

// Stale reports that the relay had hung up before the last mail was begun. It has seen nothing of
// it, and the mail's outcome is not worth telling: send it over a new session.
func (s *Session) Stale() bool { return s.stale }

// Close hangs up. It may be called from any goroutine.
func (s *Session) Close() error { return s.net.Close() }

// command is one line of the envelope.
type command struct {
	stage mailer.Stage
	line  string
	want  int // the first digit of the reply that lets us go on
}

// Send hands over one mail. If ctx ends the connection is closed at once, and the outcome is that of
// a connection that failed. No outcome holds the recipient's address.
func (s *Session) Send(ctx context.Context, m mailer.Message) mailer.Outcome {
	commands, outcome := s.prepare(m)
	if outcome.Class != "" {
		return outcome
	}
	defer context.AfterFunc(ctx, func() { _ = s.net.Close() })()
	s.sent++
	s.answered = false
	outcome = s.envelope(commands)
	if outcome.Class == "" {
		outcome = s.body()
	}
	return outcome.RedactedFor(m.To)
}

// prepare makes the envelope and fills s.wire. Where this relay cannot be given the mail it says
// why in an outcome.
func (s *Session) prepare(m mailer.Message) ([]command, mailer.Outcome) {
	unfit := func(class mailer.Class, stage mailer.Stage, text string) ([]command, mailer.Outcome) {
		return nil, mailer.Outcome{Class: class, Stage: stage, Text: text}
	}
	if err := checkEnvelope(m); err != nil {
		return unfit(mailer.ClassUnwritten, mailer.StageMail, err.Error())
	}
	var eightBit bool
	var err error
	if s.wire, eightBit, err = appendMail(s.wire[:0], m.Data); err != nil {
		return unfit(mailer.ClassUnwritten, mailer.StageData, err.Error())
	}
	options := ""
	if eightBit {
		if !s.eightBit {
			return unfit(mailer.ClassUnwritten, mailer.StageMail, "the mail goes beyond ASCII and the relay does not offer 8BITMIME")
		}
		options += " BODY=8BITMIME"
	}
	if !m.To.ASCII() { // and only then: a relay may have to pass it on to one without (RFC 6531 §3.4)
		if !s.utf8 {
			return unfit(mailer.ClassRefused, mailer.StageRcpt, "the address needs SMTPUTF8 and the relay does not offer it")
		}
		options += " SMTPUTF8"
	}
	if s.maxSize > 0 && len(m.Data) > s.maxSize {
		return unfit(mailer.ClassTooBig, mailer.StageMail, fmt.Sprintf("the mail has %d octets and the relay takes %d", len(m.Data), s.maxSize))
	}
	return []command{
		{mailer.StageMail, "MAIL FROM:<" + m.ReturnPath + ">" + options + "\r\n", 2},
		{mailer.StageRcpt, "RCPT TO:<" + m.To.String() + ">\r\n", 2},
		{mailer.StageData, "DATA\r\n", 3},
	}, mailer.Outcome{}
}

// envelope says everything up to DATA, in one piece where the relay offers PIPELINING. It returns
// the refusal, or no class if the mail may follow.
func (s *Session) envelope(commands []command) mailer.Outcome {
	if s.pipelining {
		if err := s.write(s.timeout, commands...); err != nil {
			return s.lost(mailer.StageMail, err)
		}
	}
	var refused mailer.Outcome
	for _, cmd := range commands {
		if !s.pipelining {
			if err := s.write(s.timeout, cmd); err != nil {
				return s.lost(cmd.stage, err)
			}
		}
		code, text, err := s.reply(s.timeout)
		if err != nil && refused.Class == "" {
			return s.lost(cmd.stage, err)
		}
		if err != nil || s.refuses(&refused, cmd, code, text) {
			s.broken = true
			return refused
		}
		if refused.Class != "" && !s.pipelining {
			break
		}
	}
	if refused.Class != "" {
		s.reset()
	}
	return refused
}

// refuses notes the reply to a command, unless an earlier one was a refusal. It reports whether the
// connection is of no more use.
func (s *Session) refuses(refused *mailer.Outcome, cmd command, code int, text string) bool {
	first := !s.answered
	s.answered = true
	switch {
	case refused.Class != "" && code == 354:
		// A relay that takes DATA though it refused what came before wants to see an end to it
		// (RFC 2920 §3.1). There is no recipient: nothing is sent.
		if s.write(politeTimeout, command{line: ".\r\n"}) != nil {
			return true
		}
		_, _, err := s.reply(politeTimeout)
		return err != nil
	case refused.Class != "" || code/100 == cmd.want:
		return code == codeClosing
	}
	*refused = mailer.Classify(cmd.stage, code, "", text)
	s.stale = first && s.sent > 1 && code == codeClosing
	return code == codeClosing || refused.Class == mailer.ClassProtocol
}

// body sends the mail and hears what becomes of it.
func (s *Session) body() mailer.Outcome {
	if gone, err := s.writeMail(); err != nil && !gone {
		s.broken = true
		// A relay that hangs up in the middle may have said why.
		if code, text, err := s.reply(politeTimeout); err == nil && code/100 != 2 {
			return mailer.Classify(mailer.StageData, code, "", text)
		}
		return mailer.Classify(mailer.StageData, 0, "", err.Error())
	}
	code, text, err := s.reply(2 * s.timeout)
	if err != nil {
		return s.lost(mailer.StageDot, err)
	}
	outcome := mailer.Classify(mailer.StageDot, code, "", text)
	s.broken = code == codeClosing || outcome.Class == mailer.ClassInDoubt || outcome.Class == mailer.ClassProtocol
	return outcome
}

// writeMail writes s.wire. Where that fails it reports whether the final dot may have gone out all
// the same: only if every octet was handed over.
func (s *Session) writeMail() (gone bool, err error) {
	if err := s.net.SetDeadline(time.Now().Add(s.timeout)); err != nil {
		return false, err
	}
	w := s.client.Text.W
	n, err := w.Write(s.wire)
	if err == nil {
		err = w.Flush()
	}
	return n == len(s.wire) && w.Buffered() == 0, err
}

func (s *Session) write(patience time.Duration, commands ...command) error {
	if err := s.net.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	for _, cmd := range commands {
		_, _ = s.client.Text.W.WriteString(cmd.line) // an error stays until Flush reports it
	}
	return s.client.Text.W.Flush()
}

func (s *Session) reply(patience time.Duration) (code int, text string, err error) {
	if err := s.net.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, "", err
	}
	return s.client.Text.ReadResponse(0)
}

// lost is the outcome of a connection that failed.
func (s *Session) lost(stage mailer.Stage, err error) mailer.Outcome {
	s.broken = true
	s.stale = !s.answered && s.sent > 1 && !errors.Is(err, os.ErrDeadlineExceeded)
	outcome := mailer.Classify(stage, 0, "", err.Error())
	if stage != mailer.StageDot && isType[textproto.ProtocolError](err) {
		outcome.Class = mailer.ClassProtocol
	}
	return outcome
}

// reset ends the transaction after a refusal, so that the next mail does not inherit it.
func (s *Session) reset() {
	if err := s.write(politeTimeout, command{line: "RSET\r\n"}); err != nil {
		s.broken = true
		return
	}
	code, _, err := s.reply(politeTimeout)
	s.broken = err != nil || code/100 != 2
}

// Quit says goodbye and hangs up, answered or not.
func (s *Session) Quit() {
	if err := s.write(politeTimeout, command{line: "QUIT\r\n"}); err == nil {
		_, _, _ = s.reply(politeTimeout)
	}
	_ = s.net.Close()
}
