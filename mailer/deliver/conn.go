package deliver

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

// conn is a connection to a relay. It carries one mail at a time.
type conn struct {
	net     net.Conn // as it was dialled: closing it ends everything, from any goroutine
	client  *smtp.Client
	timeout time.Duration // for one reply

	pipelining, utf8, eightBit bool
	maxSize                    int // 0 is no limit

	born      time.Time
	idleSince time.Time
	sent      int    // transactions begun
	wire      []byte // the mail being sent, kept for its memory

	answered bool // something was answered in this transaction
	broken   bool // nothing more can be sent over it
	stale    bool // it had been closed before this transaction began
}

// command is one line of the envelope.
type command struct {
	stage mailer.Stage
	line  string
	want  int // the first digit of the reply that lets us go on
}

// transact hands over one mail. If ctx ends it is cut off. Afterwards the connection is ready for
// the next mail, or broken.
func (c *conn) transact(ctx context.Context, m mailer.Message) mailer.Outcome {
	commands, outcome := c.prepare(m)
	if outcome.Class != "" {
		return outcome
	}
	unwatch := context.AfterFunc(ctx, func() { _ = c.net.Close() })
	c.sent++
	c.answered = false
	outcome = c.envelope(commands)
	if outcome.Class == "" {
		outcome = c.body()
	}
	if !unwatch() {
		c.broken = true
	}
	return outcome.RedactedFor(m.To)
}

// prepare makes the envelope and fills c.wire. Where this relay cannot be given the mail it says
// why in an outcome.
func (c *conn) prepare(m mailer.Message) ([]command, mailer.Outcome) {
	unfit := func(class mailer.Class, stage mailer.Stage, text string) ([]command, mailer.Outcome) {
		return nil, mailer.Outcome{Class: class, Stage: stage, Text: text}
	}
	if err := checkEnvelope(m); err != nil {
		return unfit(mailer.ClassUnwritten, mailer.StageMail, err.Error())
	}
	var eightBit bool
	var err error
	if c.wire, eightBit, err = appendMail(c.wire[:0], m.Data); err != nil {
		return unfit(mailer.ClassUnwritten, mailer.StageData, err.Error())
	}
	options := ""
	if eightBit {
		if !c.eightBit {
			return unfit(mailer.ClassUnwritten, mailer.StageMail, "the mail goes beyond ASCII and the relay does not offer 8BITMIME")
		}
		options += " BODY=8BITMIME"
	}
	if !m.To.ASCII() { // and only then: a relay may have to pass it on to one without (RFC 6531 §3.4)
		if !c.utf8 {
			return unfit(mailer.ClassRefused, mailer.StageRcpt, "the address needs SMTPUTF8 and the relay does not offer it")
		}
		options += " SMTPUTF8"
	}
	if c.maxSize > 0 && len(m.Data) > c.maxSize {
		return unfit(mailer.ClassTooBig, mailer.StageMail, fmt.Sprintf("the mail has %d octets and the relay takes %d", len(m.Data), c.maxSize))
	}
	return []command{
		{mailer.StageMail, "MAIL FROM:<" + m.ReturnPath + ">" + options + "\r\n", 2},
		{mailer.StageRcpt, "RCPT TO:<" + m.To.String() + ">\r\n", 2},
		{mailer.StageData, "DATA\r\n", 3},
	}, mailer.Outcome{}
}

// envelope says everything up to DATA, in one piece where the relay offers PIPELINING. It returns
// the refusal, or no class if the mail may follow.
func (c *conn) envelope(commands []command) mailer.Outcome {
	if c.pipelining {
		if err := c.write(c.timeout, commands...); err != nil {
			return c.lost(mailer.StageMail, err)
		}
	}
	var refused mailer.Outcome
	for _, cmd := range commands {
		if !c.pipelining {
			if err := c.write(c.timeout, cmd); err != nil {
				return c.lost(cmd.stage, err)
			}
		}
		code, text, err := c.reply(c.timeout)
		if err != nil && refused.Class == "" {
			return c.lost(cmd.stage, err)
		}
		if err != nil || c.refuses(&refused, cmd, code, text) {
			c.broken = true
			return refused
		}
		if refused.Class != "" && !c.pipelining {
			break
		}
	}
	if refused.Class != "" {
		c.reset()
	}
	return refused
}

// refuses notes the reply to a command, unless an earlier one was a refusal. It reports whether the
// connection is of no more use.
func (c *conn) refuses(refused *mailer.Outcome, cmd command, code int, text string) bool {
	first := !c.answered
	c.answered = true
	switch {
	case refused.Class != "" && code == 354:
		// A relay that takes DATA though it refused what came before wants to see an end to it
		// (RFC 2920 §3.1). There is no recipient: nothing is sent.
		if c.write(politeTimeout, command{line: ".\r\n"}) != nil {
			return true
		}
		_, _, err := c.reply(politeTimeout)
		return err != nil
	case refused.Class != "" || code/100 == cmd.want:
		return code == codeClosing
	}
	*refused = mailer.Classify(cmd.stage, code, "", text)
	c.stale = first && c.sent > 1 && code == codeClosing
	return code == codeClosing || refused.Class == mailer.ClassProtocol
}

// body sends the mail and hears what becomes of it.
func (c *conn) body() mailer.Outcome {
	if gone, err := c.writeMail(); err != nil && !gone {
		c.broken = true
		// A relay that hangs up in the middle may have said why.
		if code, text, err := c.reply(politeTimeout); err == nil && code/100 != 2 {
			return mailer.Classify(mailer.StageData, code, "", text)
		}
		return mailer.Classify(mailer.StageData, 0, "", err.Error())
	}
	code, text, err := c.reply(2 * c.timeout)
	if err != nil {
		return c.lost(mailer.StageDot, err)
	}
	outcome := mailer.Classify(mailer.StageDot, code, "", text)
	c.broken = code == codeClosing || outcome.Class == mailer.ClassInDoubt || outcome.Class == mailer.ClassProtocol
	return outcome
}

// writeMail writes c.wire. Where that fails it reports whether the final dot may have gone out all
// the same: only if every octet was handed over.
func (c *conn) writeMail() (gone bool, err error) {
	if err := c.net.SetDeadline(time.Now().Add(c.timeout)); err != nil {
		return false, err
	}
	w := c.client.Text.W
	n, err := w.Write(c.wire)
	if err == nil {
		err = w.Flush()
	}
	return n == len(c.wire) && w.Buffered() == 0, err
}

func (c *conn) write(patience time.Duration, commands ...command) error {
	if err := c.net.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	for _, cmd := range commands {
		_, _ = c.client.Text.W.WriteString(cmd.line) // an error stays until Flush reports it
	}
	return c.client.Text.W.Flush()
}

func (c *conn) reply(patience time.Duration) (code int, text string, err error) {
	if err := c.net.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, "", err
	}
	return c.client.Text.ReadResponse(0)
}

// lost is the outcome of a connection that failed.
func (c *conn) lost(stage mailer.Stage, err error) mailer.Outcome {
	c.broken = true
	c.stale = !c.answered && c.sent > 1 && !errors.Is(err, os.ErrDeadlineExceeded)
	outcome := mailer.Classify(stage, 0, "", err.Error())
	if stage != mailer.StageDot && isType[textproto.ProtocolError](err) {
		outcome.Class = mailer.ClassProtocol
	}
	return outcome
}

// reset ends the transaction after a refusal, so that the next mail does not inherit it.
func (c *conn) reset() {
	if err := c.write(politeTimeout, command{line: "RSET\r\n"}); err != nil {
		c.broken = true
		return
	}
	code, _, err := c.reply(politeTimeout)
	c.broken = err != nil || code/100 != 2
}

// quit says goodbye and closes the connection, answered or not.
func (c *conn) quit() {
	if err := c.write(politeTimeout, command{line: "QUIT\r\n"}); err == nil {
		_, _, _ = c.reply(politeTimeout)
	}
	_ = c.net.Close()
}
