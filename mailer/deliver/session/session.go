package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"jobalertd/mailer"
)

const (
	// politeTimeout is how long we wait for replies that only matter to the next mail, or to nobody.
	politeTimeout = 2 * time.Second
	// fresh is how long a session that was answered is taken to be alive.
	fresh = time.Second
	// patience is how long a mail waits for those before it. Whether it may be sent was looked up
	// before, and must be looked up again.
	patience = 10 * time.Second
	// A session is Spent after so many refusals. Each needs a RSET behind it, and Exim hangs up at the
	// eleventh; in chunks, Window mails may be on their way when we notice.
	maxRefusals, maxRefusalsInChunks = 8, 2
	// codeClosing says that the relay hangs up (RFC 5321 §3.8).
	codeClosing = 421
)

// ErrStale says that the relay has not taken the mail and was not asked to judge it: the session had
// ended before, by the relay's doing or by that of a mail before it. Send it over another one.
var ErrStale = errors.New("the session had ended")

// Session is a connection to a relay, ready to take mail. Its methods may be called from many
// goroutines; Window of them can send at a time without waiting for each other's round trips.
type Session struct {
	net     net.Conn // as it was dialled: closing it ends everything, from any goroutine
	client  *smtp.Client
	timeout time.Duration // for one reply

	pipelining, chunking, utf8, eightBit bool
	maxSize                              int // 0 is no limit
	window                               int

	born    time.Time
	writing chan struct{} // holds one element while a mail has its turn to write
	wire    []byte        // what it writes, kept for its memory

	mu       sync.Mutex
	sent     int       // transactions begun
	unheard  int       // mails that were written to the end and are not answered
	heard    time.Time // when the relay was last heard
	refused  bool      // the last transaction may not have been ended
	refusals int       // that had to be ended with RSET
	broken   bool      // no mail can begin
	deaf     bool      // nothing more will be heard
	closing  bool      // the relay said that it hangs up
}

// Born is when the session began.
func (s *Session) Born() time.Time { return s.born }

// Window is how many mails can be under way at a time: Config.Window where the relay offers
// CHUNKING, two where it only offers PIPELINING, else one.
func (s *Session) Window() int { return s.window }

// Broken reports that no more mail can be sent: there is nothing left to do but Close it when the
// mails under way have returned.
func (s *Session) Broken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// Spent reports that no more mail can begin, though the relay still listens: Quit when the mails under
// way have returned.
func (s *Session) Spent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spent()
}

func (s *Session) spent() bool {
	if s.pipelining && s.chunking {
		return s.refusals >= maxRefusalsInChunks
	}
	return s.refusals >= maxRefusals
}

// Close hangs up.
func (s *Session) Close() error { return s.net.Close() }

// Send hands over one mail. If ctx ends while it is under way the connection is closed at once, with
// all mails on it, and the outcome is that of a connection that failed. The only error is ErrStale.
// No outcome holds the recipient's address.
func (s *Session) Send(ctx context.Context, m mailer.Message) (mailer.Outcome, error) {
	t, outcome := s.prepare(m)
	if outcome.Class != "" {
		return outcome, nil
	}
	begun := time.Now()
	select {
	case s.writing <- struct{}{}:
	case <-ctx.Done():
		return mailer.Outcome{}, ErrStale
	}
	if !s.begin(t, begun) {
		<-s.writing
		return mailer.Outcome{}, ErrStale
	}
	defer context.AfterFunc(ctx, func() { _ = s.net.Close() })()
	outcome = t.run(begun)
	if t.stale {
		return mailer.Outcome{}, ErrStale
	}
	return outcome.RedactedFor(m.To), nil
}

// begin plans the transaction, unless the session has ended or the mail has waited too long.
func (s *Session) begin(t *transaction, waiting time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.broken || s.spent() || now.Sub(waiting) > patience {
		return false
	}
	t.id = s.client.Text.Next()
	t.used = s.sent > 0
	s.sent++
	// What is sent in one piece can only be sent to a relay that is there: of one that has silently
	// gone we would not know what it took.
	whole := s.pipelining && s.chunking && (s.unheard > 0 || now.Sub(s.heard) < fresh)
	// A refusal that is still under way would leave its transaction to us.
	reset := s.refused || whole && s.unheard > 0
	s.refused = false
	t.plan(whole, reset)
	return true
}

// prepare makes the commands. Where this relay cannot be given the mail it says why in an outcome.
func (s *Session) prepare(m mailer.Message) (*transaction, mailer.Outcome) {
	unfit := func(class mailer.Class, stage mailer.Stage, text string) (*transaction, mailer.Outcome) {
		return nil, mailer.Outcome{Class: class, Stage: stage, Text: text}
	}
	if err := checkEnvelope(m); err != nil {
		return unfit(mailer.ClassUnwritten, mailer.StageMail, err.Error())
	}
	options := ""
	if m.EightBit() {
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
	if size := m.Size(); s.maxSize > 0 && size > s.maxSize {
		return unfit(mailer.ClassTooBig, mailer.StageMail, fmt.Sprintf("the mail has %d octets and the relay takes %d", size, s.maxSize))
	}
	return &transaction{
		Session: s, message: m,
		mail: step{mailer.StageMail, "MAIL FROM:<" + m.ReturnPath + ">" + options + "\r\n", 2},
		rcpt: step{mailer.StageRcpt, "RCPT TO:<" + m.To.String() + ">\r\n", 2},
	}, mailer.Outcome{}
}

// Quit says goodbye and hangs up, answered or not. No mail may be under way.
func (s *Session) Quit() {
	if err := s.net.SetDeadline(time.Now().Add(politeTimeout)); err == nil {
		_, _ = s.client.Text.W.WriteString("QUIT\r\n")
		if s.client.Text.W.Flush() == nil {
			_, _, _ = s.client.Text.ReadResponse(0)
		}
	}
	_ = s.net.Close()
}
