package mailer

import (
	"log/slog"
	"strings"
	"time"
)

// Lifetime is how long a letter is tried before it is given up, counted from when it was owed.
// RFC 5321 §4.5.4.1 allows four to five days; news of a job is old before that.
const Lifetime = 48 * time.Hour

// Class says what an attempt to deliver came to, and with it what to do next.
type Class string

// The classes of an attempt.
const (
	ClassSent        Class = "sent"         // the relay took it
	ClassInDoubt     Class = "in_doubt"     // the connection died after the final dot: it may have been taken
	ClassNetwork     Class = "network"      // the connection failed before the final dot: it was not taken
	ClassRelay       Class = "relay"        // the relay is busy, throttles or is in trouble: slow down, try again
	ClassGreylisted  Class = "greylisted"   // the receiver wants to see it again later
	ClassMailboxFull Class = "mailbox_full" // the person's mailbox is full: try again, count it
	ClassDead        Class = "dead"         // the address does not exist: write to it no more
	ClassRefused     Class = "refused"      // this mail is refused for good, for a reason that need not hold for the next
	ClassProtocol    Class = "protocol"     // we and the relay do not understand each other: our fault
	ClassPolicy      Class = "policy"       // the relay or receiver refuses us, not the person: pause, alarm
	ClassTooBig      Class = "too_big"      // the mail is larger than the relay takes: our fault
	ClassUnwritten   Class = "unwritten"    // the mail could not be composed, so nothing was tried: our fault
)

// Classes lists every class.
func Classes() []Class {
	return []Class{
		ClassSent, ClassInDoubt, ClassNetwork, ClassRelay, ClassGreylisted, ClassMailboxFull,
		ClassDead, ClassRefused, ClassProtocol, ClassPolicy, ClassTooBig, ClassUnwritten,
	}
}

// Final reports whether the attempt has settled the letter: trying again would change nothing.
func (c Class) Final() bool {
	return c == ClassSent || c == ClassDead || c == ClassRefused || c == ClassTooBig
}

// Retry reports whether the letter was not taken and may be taken another time. An attempt in
// doubt is neither final nor this: what becomes of it is a policy, not a fact.
func (c Class) Retry() bool { return !c.Final() && c != ClassInDoubt }

// BlamesAddress reports whether the address is at fault, and must not be written to again.
func (c Class) BlamesAddress() bool { return c == ClassDead }

// Backoff is how long to wait before trying again after attempt attempts of this class (0 for the
// first), for rnd drawn evenly from [0, 1). The wait doubles with every attempt up to a cap; half
// of it is chance, so that letters put off together do not come back together.
func (c Class) Backoff(attempt int, rnd float64) time.Duration {
	first, most := c.patience()
	wait := most
	if attempt < 16 { // by then every wait has reached its cap
		wait = min(most, first<<max(attempt, 0))
	}
	return wait/2 + time.Duration(rnd*float64(wait/2))
}

// patience is the first and the longest wait of a class.
func (c Class) patience() (first, most time.Duration) {
	switch c {
	case ClassNetwork, ClassUnwritten:
		return 10 * time.Second, 30 * time.Minute
	case ClassRelay, ClassProtocol:
		return time.Minute, time.Hour
	case ClassPolicy:
		return 10 * time.Minute, 2 * time.Hour
	case ClassMailboxFull:
		return 2 * time.Hour, 12 * time.Hour
	default: // greylisting, for which 5 to 15 minutes is the habit; doubt, so that a relay can come to itself
		return 20 * time.Minute, 4 * time.Hour
	}
}

// Outcome is what one attempt to deliver a letter came to.
type Outcome struct {
	Class Class
	// Stage is where the session stood: which command the reply answers.
	Stage Stage
	// Code and Enhanced are the relay's reply: 550 and "5.1.1"; 0 and "" where there was none.
	Code     int
	Enhanced string
	// Text is the relay's own words, for the operator; one line. It may hold addresses: a log gets
	// it through LogValue, anything else through Redacted.
	Text string
	// RetryAfter is how long the reply asked us to wait; 0 where it did not say.
	RetryAfter time.Duration
	// Relay is the name of the relay that was used.
	Relay string
}

// Wait is how long to put the letter off after attempt earlier attempts: as long as the reply
// asked for, and no less than the class's Backoff.
func (o Outcome) Wait(attempt int, rnd float64) time.Duration {
	return max(o.RetryAfter, o.Class.Backoff(attempt, rnd))
}

// Redacted is the outcome with every address in its text masked down to its domain.
func (o Outcome) Redacted() Outcome {
	o.Text = maskAddresses(o.Text)
	return o
}

// RedactedFor is Redacted for a mail to one known address: its local part is masked even where it
// stands alone, as in "user jane.doe unknown".
func (o Outcome) RedactedFor(to Address) Outcome {
	o.Text = maskWord(o.Text, to.local)
	return o.Redacted()
}

// LogValue is the redacted outcome.
func (o Outcome) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("class", string(o.Class)), slog.String("stage", string(o.Stage))}
	if o.Relay != "" {
		attrs = append(attrs, slog.String("relay", o.Relay))
	}
	if o.Code != 0 {
		attrs = append(attrs, slog.Int("code", o.Code))
	}
	if o.Enhanced != "" {
		attrs = append(attrs, slog.String("enhanced", o.Enhanced))
	}
	if o.Text != "" {
		attrs = append(attrs, slog.String("text", maskAddresses(o.Text)))
	}
	return slog.GroupValue(attrs...)
}

// Drop is the error of a composer that finds the letter is not to be sent any more: the person has
// left, the address is suppressed, every posting in it has closed.
type Drop struct {
	Reason string // for the operator: unsubscribed, suppressed, closed…
}

// Error says why.
func (d *Drop) Error() string { return "not to be sent any more: " + d.Reason }

// mask stands for the part of an address that names a person.
const mask = "***"

// maskAddresses masks whatever stands before an @.
func maskAddresses(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	parts := strings.Split(text, "@")
	for i, part := range parts[:len(parts)-1] {
		start := strings.LastIndexAny(part, " \t\r\n<>()[],;:'\"`|") + 1
		parts[i] = part[:start] + mask
	}
	return strings.Join(parts, "@")
}

// maskWord masks word wherever it stands alone, in any case. Words of one or two letters are left:
// they name nobody, and masking them would make the text unreadable.
func maskWord(text, word string) string {
	if len(word) < 3 {
		return text
	}
	folded, wanted := strings.ToLower(text), strings.ToLower(word)
	if len(folded) != len(text) || len(wanted) != len(word) {
		folded, wanted = text, word // folding moved the bytes: look for it as it was written
	}
	var b strings.Builder
	for {
		i := strings.Index(folded, wanted)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		end := i + len(wanted)
		b.WriteString(text[:i])
		if wordByte(folded, i-1) || wordByte(folded, end) {
			b.WriteString(text[i:end])
		} else {
			b.WriteString(mask)
		}
		text, folded = text[end:], folded[end:]
	}
}

// wordByte reports whether the byte at i belongs to a word.
func wordByte(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	c := s[i]
	return c >= 0x80 || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
