package mailer

import (
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Stage is the point an SMTP session had reached.
type Stage string

// The stages, in the order of a session.
const (
	StageConnect Stage = "connect" // dial, greeting, EHLO, STARTTLS, AUTH
	StageMail    Stage = "mail"    // MAIL FROM
	StageRcpt    Stage = "rcpt"    // RCPT TO
	StageData    Stage = "data"    // DATA, and while the mail is written
	StageDot     Stage = "dot"     // the reply to the final dot
)

// Stages lists every stage, in the order of a session.
func Stages() []Stage {
	return []Stage{StageConnect, StageMail, StageRcpt, StageData, StageDot}
}

// replyRule is one line of the table: what a reply that looks like this means. An empty cell fits
// everything; a cell lists alternatives, separated by spaces (bars in says); a star stands for any
// ending; the enhanced code "none" stands for a reply without one.
type replyRule struct {
	stages, codes, enhanced, says string
	class                         Class
}

// What relays and receivers say, in lower case. Only the phrases that leave no doubt are here: an
// address taken for dead while it lives is a person lost.
const (
	saysGreylist = "greylist|graylist|grey list|gray list"
	saysTooBig   = "size|too big|too large|too long"
	saysThrottle = "throttl|rate limit|too many|too much|slow down|overload|too busy|server busy"
	saysPolicy   = "spam|block|blacklist|denylist|denied|policy|reputation|dmarc|dkim|spf|relaying|not permitted|" +
		"unauthenticated|authentication|banned|abuse|rbl|reverse dns|rcpthosts"
	saysNobody = "user unknown|unknown user|no such user|user not found|user doesn't exist|user invalid|invalid user|" +
		"no such recipient|unknown recipient|recipient unknown|recipient not found|invalid recipient|" +
		"no such mailbox|unknown mailbox|mailbox not found|mailbox unavailable|invalid mailbox|no mailbox|" +
		"no such address|unknown address|address unknown|address not found|unrouteable address|" +
		"does not exist|no longer exists|no longer valid|this user doesn't have"
)

// replyRules is what replies mean. The first line that fits decides. The codes are those of RFC 5321
// §4.2.3, the enhanced ones those of RFC 3463 and its registry; where the two disagree in practice,
// the lines say how often-seen servers use them.
var replyRules = sync.OnceValue(func() []replyRule {
	return []replyRule{
		{"dot", "2*", "", "", ClassSent},

		// What says what it is, wherever it comes.
		{"rcpt data dot", "4*", "", saysGreylist, ClassGreylisted},
		{"", "421", "", "", ClassRelay},
		{"rcpt data dot", "4* 5*", "4.2.2 5.2.2", "", ClassMailboxFull},
		{"", "5*", "5.3.4 5.2.3", "", ClassTooBig},
		{"rcpt dot", "5*", "5.1.1 5.1.2 5.1.3 5.1.6 5.1.10", "", ClassDead},
		{"rcpt data dot", "5*", "5.2.1", "", ClassRefused}, // disabled, and often enabled again
		{"", "5*", "5.7.* 5.1.7 5.1.8", "", ClassPolicy},   // 5.1.7 and 5.1.8 speak of the sender: us
		{"mail", "5*", "5.2.*", "", ClassPolicy},           // our own account is full or locked
		{"", "530 534 535 538", "", "", ClassPolicy},       // not authenticated (RFC 4954 §6)
		{"", "500 501 502 503 504 555", "", "", ClassProtocol},
		{"", "5*", "5.5.1 5.5.2 5.5.4", "", ClassProtocol},

		// 552 is the mailbox or the mail: RFC 5321 gives it both meanings.
		{"rcpt data dot", "552", "", "quota|full", ClassMailboxFull},
		{"", "552", "", saysTooBig, ClassTooBig},
		{"rcpt", "552", "", "", ClassMailboxFull},
		{"mail data dot", "552", "", "", ClassTooBig},

		// Other refusals for good: before RCPT they can only mean us, 5.4 is the way there, 5.6 the mail.
		{"connect mail", "5*", "", "", ClassPolicy},
		{"", "5*", "5.4.* 5.6.*", "", ClassRefused},
		{"rcpt data dot", "5*", "", saysPolicy, ClassPolicy},
		{"rcpt dot", "5*", "", saysNobody, ClassDead},
		{"rcpt", "521 551 556", "", "", ClassDead}, // takes no mail (RFC 7504), not local
		{"rcpt data dot", "5*", "", "", ClassRefused},

		// Refusals for now.
		{"rcpt data dot", "450 451", "4.2.* 4.7.1", "", ClassGreylisted},
		{"rcpt", "452", "none", "", ClassMailboxFull},
		{"", "4*", "4.3.* 4.5.* 4.7.*", "", ClassRelay},
		{"", "454", "", "", ClassRelay}, // SES: 454 Throttling failure
		{"", "4*", "", saysThrottle, ClassRelay},
		{"connect mail data", "4*", "", "", ClassRelay},
		{"rcpt dot", "4*", "", "", ClassGreylisted},
	}
})

// MaxText bounds what is kept of a text that a mail server or a report wrote, in bytes.
const MaxText = 500

// Classify says what a reply at a stage means. Code 0 is no reply: the connection failed. The
// enhanced code may be left empty: where the text begins or ends with one, it is taken from there.
// What fits no line is a misunderstanding; behind the final dot that is a doubt.
func Classify(stage Stage, code int, enhanced, text string) Outcome {
	text = OneLine(text)
	if enhanced == "" {
		enhanced = enhancedCode(code, text)
	}
	o := Outcome{Class: ClassProtocol, Stage: stage, Code: code, Enhanced: enhanced, Text: text}
	kind := code / 100
	switch {
	case stage == StageDot && kind != 2 && kind != 4 && kind != 5:
		o.Class = ClassInDoubt
	case code == 0:
		o.Class = ClassNetwork
	case kind >= 2:
		said := strings.ToLower(text)
		for _, rule := range replyRules() {
			if rule.fits(stage, strconv.Itoa(code), enhanced, said) {
				o.Class = rule.class
				break
			}
		}
	}
	if kind == 4 && o.Class.Retry() {
		o.RetryAfter = askedToWait(text)
	}
	return o
}

func (r replyRule) fits(stage Stage, code, enhanced, said string) bool {
	if enhanced == "" {
		enhanced = "none"
	}
	return oneOf(r.stages, string(stage)) && oneOf(r.codes, code) && oneOf(r.enhanced, enhanced) && anyIn(r.says, said)
}

// oneOf reports whether the cell is empty or lists the value.
func oneOf(cell, value string) bool {
	for item := range strings.FieldsSeq(cell) {
		prefix, open := strings.CutSuffix(item, "*")
		if item == value || open && strings.HasPrefix(value, prefix) {
			return true
		}
	}
	return cell == ""
}

// anyIn reports whether the cell is empty or one of its phrases occurs in text.
func anyIn(cell, text string) bool {
	for phrase := range strings.SplitSeq(cell, "|") {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}

// OneLine is a text from outside without anything that a terminal or a log might obey: on one line, without
// control characters, valid UTF-8, at most MaxText bytes.
func OneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	text = strings.Join(strings.Fields(text), " ")
	const cut = "…"
	if len(text) > MaxText {
		text = strings.ToValidUTF8(text[:MaxText-len(cut)], "") + cut
	}
	return text
}

// enhancedCode finds the enhanced status code (RFC 2034) a reply's text begins with, or ends with
// as qmail writes it: (#5.1.1).
func enhancedCode(code int, text string) string {
	first, _, _ := strings.Cut(text, " ")
	if isEnhanced(code, first) {
		return first
	}
	if _, tail, found := strings.Cut(text, "(#"); found {
		if tail, _, found = strings.Cut(tail, ")"); found && isEnhanced(code, tail) {
			return tail
		}
	}
	return ""
}

// isEnhanced reports whether s is an enhanced code of the same kind as code.
func isEnhanced(code int, s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || parts[0] != strconv.Itoa(code/100) {
		return false
	}
	for _, part := range parts[1:] {
		if len(part) < 1 || len(part) > 3 || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return true
}

// maxAsked bounds how long a reply can make us wait.
const maxAsked = 6 * time.Hour

// askedToWait reads "try again in 300 seconds" and its kin: a number and a unit of time behind one
// of the words in, after, for, within, wait. 0 where the text asks for nothing.
func askedToWait(text string) time.Duration {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:.()!", r)
	})
	for i := range len(words) - 1 {
		switch words[i] {
		case "in", "after", "for", "within", "wait":
		default:
			continue
		}
		number := strings.TrimRight(words[i+1], "abcdefghijklmnopqrstuvwxyz")
		unit := words[i+1][len(number):]
		if unit == "" && i+2 < len(words) {
			unit = words[i+2]
		}
		n, err := strconv.Atoi(number)
		if per := timeUnit(unit); err == nil && n > 0 && per > 0 {
			return min(maxAsked, time.Duration(min(n, int(maxAsked/time.Second)))*per)
		}
	}
	return 0
}

func timeUnit(s string) time.Duration {
	switch strings.TrimSuffix(s, "s") {
	case "", "sec", "second":
		if s == "" {
			return 0
		}
		return time.Second
	case "m", "min", "minute":
		return time.Minute
	case "h", "hr", "hour":
		return time.Hour
	}
	return 0
}
