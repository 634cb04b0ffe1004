package session

import (
	"cmp"
	"errors"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"time"

	"jobalertd/mailer"
)

// step is one command and what its reply must begin with to let us go on.
type step struct {
	stage mailer.Stage
	line  string
	want  int
}

// transaction is one mail on its way through a session. It writes when it has the turn to write, and
// reads its replies when those before it have read theirs.
type transaction struct {
	*Session
	id   uint // its place among those that read
	used bool // it is not the session's first

	message    mailer.Message
	mail, rcpt step

	// The commands, in groups that are written in one piece. The last group ends with the mail.
	groups [][]step
	memory struct { // of the groups
		steps  [maxSteps]step
		groups [maxSteps][]step
	}
	chunked bool // the mail goes by BDAT, else by DATA

	turn      bool // it has the turn to write
	gone      bool // the whole mail was handed to the connection
	answered  bool // something of it was answered
	recipient bool // its recipient was accepted
	stale     bool
}

const rset = "RSET\r\n"

// maxEnvelope is about how long all commands are together, in octets.
const maxEnvelope = 1024

// maxSteps is RSET, MAIL, RCPT, DATA and the mail.
const maxSteps = 5

// plan decides what is written in one piece.
func (t *transaction) plan(whole, reset bool) {
	t.turn = true
	steps := t.memory.steps[:0]
	if reset {
		steps = append(steps, step{mailer.StageMail, rset, 2})
	}
	steps = append(steps, t.mail, t.rcpt)
	body := step{mailer.StageDot, "", 2}
	if t.chunked = t.chunking; t.chunked {
		body.line = "BDAT " + strconv.Itoa(t.message.Size()) + " LAST\r\n"
	} else {
		steps = append(steps, step{mailer.StageData, "DATA\r\n", 3})
	}
	steps = append(steps, body)
	envelope := len(steps) - 1
	t.groups = t.memory.groups[:0]
	switch {
	case whole:
		t.groups = append(t.groups, steps)
	case t.pipelining:
		t.groups = append(t.groups, steps[:envelope], steps[envelope:])
	default:
		for i := range steps {
			t.groups = append(t.groups, steps[i:i+1])
		}
	}
}

// run sends the mail and hears what becomes of it.
func (t *transaction) run(begun time.Time) mailer.Outcome {
	err := t.write(0)
	t.client.Text.StartResponse(t.id)
	defer t.leave()
	switch {
	case t.ended():
		return t.lost(mailer.StageMail, errors.New("the connection failed at a mail before this one"))
	case !t.gone && time.Since(begun) > patience:
		t.stale = true
		t.breakOff() // its envelope is under way and nobody will hear the replies
		return mailer.Outcome{}
	}
	for i, group := range t.groups {
		if i > 0 {
			err = t.write(i)
		}
		if outcome := t.hear(group, err); outcome.Class != "" {
			return outcome
		}
	}
	return mailer.Outcome{} // not reached: every reply to the last command has a class
}

// leave makes way for the next.
func (t *transaction) leave() {
	t.pass()
	if t.gone {
		t.mu.Lock()
		t.unheard--
		t.mu.Unlock()
	}
	t.client.Text.EndResponse(t.id)
}

// write writes a group. Where the relay offers PIPELINING, behind the last one comes whoever waits for
// the turn.
func (t *transaction) write(group int) error {
	last := group == len(t.groups)-1
	wire := t.wire[:0]
	if last {
		wire = slices.Grow(wire, t.message.Size()+maxEnvelope)
	}
	for _, s := range t.groups[group] {
		wire = append(wire, s.line...)
	}
	switch {
	case last && t.chunked:
		wire = t.message.Append(wire) // RFC 3030 §2: as it is
	case last:
		wire = appendDotted(wire, t.message)
	}
	t.wire = wire
	complete, err := t.put(wire)
	if err != nil {
		t.end(false)
	}
	if last && (complete || err == nil) {
		t.gone = true
		t.mu.Lock()
		t.unheard++
		t.mu.Unlock()
	}
	if last && t.pipelining {
		t.pass()
	}
	return err
}

// put writes to the connection. Where that fails it reports whether every octet was handed over all
// the same.
func (s *Session) put(wire []byte) (complete bool, err error) {
	if err := s.net.SetWriteDeadline(time.Now().Add(s.timeout)); err != nil {
		return false, err
	}
	w := s.client.Text.W
	n, err := w.Write(wire)
	if err == nil {
		err = w.Flush()
	}
	return n == len(wire) && w.Buffered() == 0, err
}

// pass gives the turn to write to the next.
func (t *transaction) pass() {
	if t.turn {
		t.turn = false
		<-t.writing
	}
}

// ended reports whether a mail before this one found that nothing more will be heard.
func (t *transaction) ended() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.deaf
}

// hear reads the replies to a group. It returns what they mean for the mail; no class if it may go
// on. Where the group could not be written the relay may yet have said why.
func (t *transaction) hear(group []step, writing error) mailer.Outcome {
	var outcome mailer.Outcome
	cut := writing != nil && !t.gone
	for _, s := range group {
		code, text, err := t.reply(t.patience(s, cut))
		if err != nil {
			if outcome.Class == "" {
				outcome = t.lost(s.stage, cmp.Or(writing, err))
			}
			t.breakOff()
			return outcome
		}
		if outcome.Class == "" {
			outcome = t.judge(s, code, text)
		} else if code == 354 {
			t.endEmpty()
		}
		t.answered = true
		if code == codeClosing {
			t.end(true)
		}
		if s.line == rset && t.stale {
			return outcome
		}
	}
	if cut && outcome.Class == "" {
		return t.lost(group[0].stage, writing)
	}
	return outcome
}

// patience is how long a reply may take.
func (t *transaction) patience(s step, cut bool) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case cut || t.closing:
		return politeTimeout
	case s.stage == mailer.StageDot:
		return 2 * t.timeout
	default:
		return t.timeout
	}
}

// judge is what a reply means for the mail; no class where it may go on.
func (t *transaction) judge(s step, code int, text string) mailer.Outcome {
	stage := s.stage
	if stage == mailer.StageDot && !t.gone {
		stage = mailer.StageData // it cannot have seen the end
	}
	good := code/100 == s.want
	switch {
	case good && stage != mailer.StageDot:
		t.recipient = t.recipient || stage == mailer.StageRcpt
		return mailer.Outcome{}
	case s.line == rset && t.gone && code != codeClosing:
		t.end(false) // what follows tells what it came to
		return mailer.Outcome{}
	}
	outcome := mailer.Classify(stage, code, "", text)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case code == codeClosing:
		t.stale = !t.answered && t.used
	case s.line == rset, outcome.Class == mailer.ClassInDoubt:
		t.stale = s.line == rset
		t.broken, t.deaf = true, true
	case outcome.Class == mailer.ClassProtocol:
		t.broken = true
	case !good && (stage != mailer.StageDot || t.chunked):
		t.refused = true
		t.refusals++
	}
	return outcome
}

// endEmpty ends a mail that a relay wants to see though it has refused what came before (RFC 2920
// §3.1). Without a recipient nothing is sent; should the relay have one, it must not see the end.
func (t *transaction) endEmpty() {
	if t.turn && !t.recipient {
		if _, err := t.put([]byte(".\r\n")); err == nil {
			if _, _, err := t.reply(politeTimeout); err == nil {
				return
			}
		}
	}
	t.breakOff()
}

func (t *transaction) reply(wait time.Duration) (code int, text string, err error) {
	if err := t.net.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return 0, "", err
	}
	code, text, err = t.client.Text.ReadResponse(0)
	if err == nil {
		t.mu.Lock()
		t.heard = time.Now()
		t.mu.Unlock()
	}
	return code, text, err
}

// lost is the outcome of a connection that failed.
func (t *transaction) lost(stage mailer.Stage, err error) mailer.Outcome {
	t.mu.Lock()
	closing := t.closing
	t.mu.Unlock()
	untouched := !t.answered && t.used
	switch {
	case closing && untouched: // a relay that closes does not look at what it has not answered
		t.stale = true
	case t.gone:
		return mailer.Classify(mailer.StageDot, 0, "", err.Error())
	default:
		t.stale = untouched && !errors.Is(err, os.ErrDeadlineExceeded)
	}
	if stage == mailer.StageDot {
		stage = mailer.StageData // the relay cannot have seen the end
	}
	outcome := mailer.Classify(stage, 0, "", err.Error())
	if isType[textproto.ProtocolError](err) {
		outcome.Class = mailer.ClassProtocol
	}
	return outcome
}

// end says that no more mail can begin, and whether because the relay closes.
func (t *transaction) end(closing bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.broken, t.closing = true, t.closing || closing
}

// breakOff says that nothing more will be heard, or nothing that could be trusted.
func (t *transaction) breakOff() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.broken, t.deaf = true, true
}
