package bounce

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"jobalertd/mailer"
)

// judge weighs what is said of one recipient.
func judge(e evidence) Report {
	reply := findReply(e.said)
	status := cmp.Or(specific(reply.status), specific(e.status), reply.status, e.status)
	r := Report{Status: status, Recipient: e.recipient, Text: oneLine(cmp.Or(e.said, e.comment))}
	switch {
	case e.delivered():
		r.Verdict, r.Reason = None, Delivered
		return r
	case e.temporary(reply):
		r.Verdict = Soft
		r.Reason = cmp.Or(e.softReason(status), Delayed)
		return r
	}
	stage := findStage(e.prose, e.said, e.recipient)
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

// look finds the line of the table that explains the refusal: in the refusing host's own words, then in
// the comment on the status, then in the prose around it.
func (e evidence) look(status string) *entry {
	for _, text := range []string{e.said, e.comment, e.prose} {
		if found := table("reason", status, plain(text)); text != "" && found != nil {
			return found
		}
	}
	return nil
}

// softReason is the reason of a failure that is known not to be for good.
func (e evidence) softReason(status string) Reason {
	if found := e.look(status); found != nil && e.action != "delayed" {
		return Reason(found.section[1])
	}
	return ""
}

// permanent judges a refusal for good. Many of them are not: they speak of this mail, of us, or of a
// mailbox that exists.
func (e evidence) permanent(r reply, status string, stage mailer.Stage) (Verdict, Reason) {
	found := e.look(status)
	if found == nil {
		return e.classified(r, status, stage)
	}
	reason, proof := Reason(found.section[1]), found.section[2]
	if proof == "soft" {
		return Soft, reason
	}
	if e.alone && e.prose != e.said && tableReason(e.prose) == MailboxFull {
		return Soft, MailboxFull // the two halves contradict each other; a full mailbox exists
	}
	named := isAddressStatus(status)
	switch {
	case named || proof == "domain" || stage == mailer.StageRcpt:
		return Hard, reason
	case proof == "hard" && stage == "":
		return Hard, reason
	}
	return Soft, Filtered
}

// tableReason is the reason a text gives, "" without one.
func tableReason(text string) Reason {
	if found := table("reason", "", plain(text)); found != nil {
		return Reason(found.section[1])
	}
	return ""
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
// it to us. Where a reply stood in the session is known from its code, or not at all: then it is taken for
// one to the data, which blames nobody.
func (e evidence) classified(r reply, status string, stage mailer.Stage) (Verdict, Reason) {
	switch {
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

// findReply finds the first reply code and the first enhanced code in a text.
func findReply(text string) reply {
	var r reply
	if code := regexp.MustCompile(`(?:^|[\s:('"=<])([45][0-5]\d)(?:[\s:#-]|$)`).FindStringSubmatch(text); code != nil {
		r.code, _ = strconv.Atoi(code[1])
	}
	if status := regexp.MustCompile(`(?:^|[^\d.\w])([245]\.\d{1,3}\.\d{1,3})(?:[^\d.\w]|\.?\s|\.?$)`).FindStringSubmatch(text); status != nil {
		r.status = status[1]
	}
	return r
}

// isStatus reports whether s is an enhanced status code.
func isStatus(s string) bool {
	return regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}$`).MatchString(s)
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
func findStage(prose, said, recipient string) mailer.Stage {
	if stage := transcriptStage(prose, recipient); stage != "" {
		return stage
	}
	for _, text := range []string{spaced(said), spaced(prose)} {
		if found := table("stage", "", text); found != nil {
			return mailer.Stage(found.section[1])
		}
	}
	return ""
}

// transcriptStage reads a quoted session: the last command (>>>) before the first refusal (<<<).
func transcriptStage(prose, recipient string) mailer.Stage {
	command := ""
	for line := range strings.Lines(strings.ToLower(prose)) {
		line = strings.TrimSpace(line)
		if sent, found := strings.CutPrefix(line, ">>>"); found {
			command = strings.TrimSpace(sent)
		} else if got, found := strings.CutPrefix(line, "<<<"); found && command != "" {
			if got = strings.TrimSpace(got); strings.HasPrefix(got, "5") || strings.HasPrefix(got, "4") {
				break
			}
		}
	}
	switch {
	case strings.HasPrefix(command, "rcpt"):
		return mailer.StageRcpt
	case strings.HasPrefix(command, "mail"):
		return mailer.StageMail
	case strings.HasPrefix(command, "data"):
		return mailer.StageData
	case command != "":
		return mailer.StageConnect
	}
	return ""
}

// maxText bounds what is kept of a text, in bytes.
const maxText = 500

// oneLine is a text on one line, bounded, without anything a terminal or a log might obey.
func oneLine(text string) string {
	return mailer.Classify(mailer.StageData, 0, "", text).Text
}
