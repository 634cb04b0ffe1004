package bounce

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"jobalertd/mailer"
)

// maxEvidence is how much of what is said of one recipient is weighed, in bytes.
const maxEvidence = 8 << 10

// judge weighs what is said of one recipient.
func judge(e evidence) Report {
	e.said = e.said[:min(len(e.said), maxEvidence)]
	e.prose = e.prose[:min(len(e.prose), maxEvidence)]
	reply := findReply(e.said)
	status := cmp.Or(specific(reply.status), specific(e.status), reply.status, e.status)
	r := Report{Status: status, Recipient: e.recipient, Text: mailer.OneLine(cmp.Or(e.said, e.comment))}
	switch {
	case e.delivered():
		r.Verdict, r.Reason = None, Delivered
		return r
	case e.temporary(reply):
		r.Verdict = Soft
		if r.Reason = Delayed; e.action != "delayed" {
			found, _ := e.look(status)
			r.Reason = cmp.Or(Reason(found.name), Other)
		}
		return r
	}
	stage := findStage(e.prose, e.said)
	r.Verdict, r.Reason = e.permanent(reply, status, stage)
	return r
}

// delivered reports whether the mail arrived, or went where no more will be heard of it.
func (e evidence) delivered() bool {
	switch e.action {
	case "delivered", "deliverable", "relayed", "expanded":
		return true
	}
	return strings.HasPrefix(e.status, "2.")
}

// temporary reports whether anything says that the next mail may arrive: also where the sender's own
// host has given this one up.
func (e evidence) temporary(r reply) bool {
	return e.action == "delayed" || strings.HasPrefix(e.status, "4.") || strings.HasPrefix(r.status, "4.") || r.code/100 == 4
}

// look finds the line of the table that explains the refusal: in the refusing host's own words,
// then in the comment on the status. The prose around them is asked last, and not at all where the
// code itself blames the address: much of it is the same in every bounce.
func (e evidence) look(status string) (entry, bool) {
	texts := []string{e.said, e.comment}
	if !isAddressStatus(status) {
		texts = append(texts, e.prose)
	}
	for _, text := range texts {
		if found, ok := table("reason", status, plain(text)); ok {
			return found, true
		}
	}
	return entry{}, false
}

// permanent judges a refusal for good. Many of them are not: they speak of this mail, of us, or of a
// mailbox that exists.
func (e evidence) permanent(r reply, status string, stage mailer.Stage) (Verdict, Reason) {
	found, ok := e.look(status)
	if !ok {
		return e.classified(r, status, stage)
	}
	reason := Reason(found.name)
	switch proof := found.proof; {
	case proof == "soft":
		return Soft, reason
	case e.alone && e.proseReason() == MailboxFull:
		return Soft, MailboxFull // the two halves contradict each other; a full mailbox exists
	case stage == mailer.StageMail || stage == mailer.StageConnect:
		return Soft, Sender // nobody had been named but us
	case isAddressStatus(status) || proof == "sure" || stage == mailer.StageRcpt:
		return Hard, reason
	case proof == "hard" && stage == "" && r.code == 0:
		return Hard, reason
	}
	return Soft, Filtered
}

// proseReason is the reason that the prose gives by itself, "" without one.
func (e evidence) proseReason() Reason {
	found, _ := table("reason", "", plain(e.prose))
	return Reason(found.name)
}

// isAddressStatus reports whether the code itself says that the recipient's address is at fault
// (RFC 3463 §3.2; 5.1.7 and 5.1.8 speak of the sender, 5.1.4 of an ambiguity).
func isAddressStatus(status string) bool {
	switch status {
	case "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10":
		return true
	}
	return false
}

// classified judges a reply of which the table knows nothing, just as it is judged when a relay says
// it to us. Where the stage is not known and the code does not tell it, it is taken for a reply
// to the data, which blames nobody.
func (e evidence) classified(r reply, status string, stage mailer.Stage) (Verdict, Reason) {
	if r.code != 0 && r.status == "" {
		status = "" // sendmail makes 5.1.1 of any 550
	}
	switch {
	case stage == mailer.StageMail || stage == mailer.StageConnect:
	case isAddressStatus(status) && status != "5.1.0":
		stage = mailer.StageRcpt
	case stage == "" || stage == mailer.StageDot:
		stage = mailer.StageData
	}
	switch mailer.Classify(stage, cmp.Or(r.code, 550), status, plain(e.said)).Class {
	case mailer.ClassDead:
		if r.code == 521 || r.code == 556 {
			return Hard, NoMail
		}
		return Hard, UserUnknown
	case mailer.ClassMailboxFull:
		return Soft, MailboxFull
	case mailer.ClassTooBig:
		return Soft, TooBig
	case mailer.ClassPolicy:
		return Soft, Policy
	case mailer.ClassProtocol:
		return Soft, Protocol
	}
	return Soft, Other
}

// reply is the SMTP reply a text quotes.
type reply struct {
	code   int    // 0 where it quotes none
	status string // "" where it quotes none
}

// How replies are quoted: "said: 550 5.1.1 …", "550-5.1.1 …", "(#5.1.1)", "ERROR_CODE :550".
var (
	replyCode    = regexp.MustCompile(`(?:^|[\s:('"=<])([45][0-5]\d)(?:[\s:,#-]|$)`)
	enhancedCode = regexp.MustCompile(`(?:^|[^\d.\w])([245]\.\d{1,3}\.\d{1,3})(?:[^\d.\w]|\.?\s|\.?$)`)
)

// findReply finds the first reply code and the first enhanced code in a text.
func findReply(text string) reply {
	var r reply
	if code := replyCode.FindStringSubmatch(text); code != nil {
		r.code, _ = strconv.Atoi(code[1])
	}
	if status := enhancedCode.FindStringSubmatch(text); status != nil {
		r.status = status[1]
	}
	return r
}

// isStatus reports whether s is an enhanced status code.
func isStatus(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || !strings.Contains("245", parts[0]) {
		return false
	}
	for _, part := range parts {
		if len(part) < 1 || len(part) > 3 || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return true
}

// specific is a status that says more than its first digit, "" for any other.
func specific(status string) string {
	if strings.HasSuffix(status, ".0.0") {
		return ""
	}
	return status
}

// findStage finds what the refusing host was answering. What the host itself says comes first; then the
// transcript of the session, then the words of the MTA that tells of it.
func findStage(prose, said string) mailer.Stage {
	if stage := transcriptStage(prose); stage != "" {
		return stage
	}
	said, prose = spaced(said), spaced(prose)
	for _, kind := range []string{"stage", "implied"} {
		for _, text := range []string{said, prose} {
			if found, ok := table(kind, "", text); ok {
				return mailer.Stage(found.name)
			}
		}
	}
	if namedFirst.MatchString(said) {
		return mailer.StageRcpt
	}
	return ""
}

// namedFirst is a reply that begins with the address it refuses, as Postfix answers RCPT TO.
var namedFirst = regexp.MustCompile(`^(?:[45]\d\d[ -])?(?:\d\.\d{1,3}\.\d{1,3} )?<[^<>\s]+@[^<>\s]+>: `)

// transcriptStage reads a quoted session: the last command (>>>) before the first refusal (<<<).
// InterScan points its arrows the other way.
func transcriptStage(prose string) mailer.Stage {
	var command mailer.Stage
	arrows := strings.NewReplacer("sent <<<", ">>>", "received >>>", "<<<")
	for line := range strings.Lines(strings.ToLower(prose)) {
		line = arrows.Replace(strings.TrimSpace(line))
		if sent, found := strings.CutPrefix(line, ">>>"); found {
			command = cmp.Or(commandStage(strings.TrimLeft(sent, "> ")), command)
		} else if got, found := strings.CutPrefix(line, "<<<"); found && command != "" {
			if got = strings.TrimSpace(got); strings.HasPrefix(got, "5") || strings.HasPrefix(got, "4") {
				break
			}
		}
	}
	return command
}

// commandStage is the stage of an SMTP command in lower case, "" for anything else.
func commandStage(command string) mailer.Stage {
	switch strings.TrimSuffix(firstWord(command), ":") {
	case "ehlo", "helo", "starttls", "auth":
		return mailer.StageConnect
	case "mail":
		return mailer.StageMail
	case "rcpt":
		return mailer.StageRcpt
	case "data", "bdat":
		return mailer.StageData
	}
	return ""
}
