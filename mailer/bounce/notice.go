package bounce

import (
	"cmp"
	"regexp"
	"strings"
)

// address is an address where one is expected, however odd.
const address = `[^\s<>"'()\[\],;:=]+@[^\s<>"'()\[\],;:]*[^\s<>"'()\[\],;:.]`

var (
	anyAddress = regexp.MustCompile(address)
	firstField = regexp.MustCompile(`(?mi)^(final-recipient|action):`)
	quoteMark  = regexp.MustCompile(`(?m)^>(?: |$)`) // not the ">>>" of a transcript
	// recipientLine is a line that begins with the address it is about, whatever the MTA puts around it.
	recipientLine = regexp.MustCompile(`(?mi)^[ \t]*(?:[*>-]+[ \t]*)?(?:(?:recipient|recipient address|addressed to)[ \t]*:[ \t]*)?["<]{0,2}(` + address + `)[">]{0,2}(?:[ \t:(]|$)`)
)

// notice reports whether a mail is written by a mail system about another mail. What people
// write may hold every phrase of the table; it must not cost anybody their subscription.
func (m *message) notice() bool {
	if m.header.get("X-Failed-Recipients") != "" {
		return true
	}
	from := strings.ToLower(m.header.words("From"))
	if m.header["from"] != nil && (from == "" || from == "<>") || strings.TrimSpace(m.header.get("Return-Path")) == "<>" {
		return true
	}
	subject := spaced(m.header.words("Subject"))
	return says("from", from) || says("subject", subject)
}

// autoReply reports whether a mail was answered by a program on a person's behalf: RFC 3834 §5 and
// what came before it. Bounces carry the same mark, so those who write them are left out.
func (m *message) autoReply() bool {
	if m.receipt {
		return true
	}
	from := strings.ToLower(m.header.words("From"))
	if m.header.get("X-Failed-Recipients") != "" || says("from", from) {
		return false
	}
	kind := strings.ToLower(firstWord(strings.ReplaceAll(m.header.get("Auto-Submitted"), ";", " ")))
	return kind == "auto-replied" || kind == "auto-notified" ||
		m.header.get("X-Autoreply") != "" || m.header.get("X-Autorespond") != "" || m.header.get("X-Auto-Response-Suppress") != "" ||
		strings.EqualFold(m.header.get("Precedence"), "auto_reply") ||
		says("auto-reply", spaced(m.header.words("Subject")))
}

// splitNotice cuts a notice before the copy of the mail it is about.
func splitNotice(prose string) (notice, tail string) {
	started := false
	for at := 0; at < len(prose); {
		line, _, _ := strings.Cut(prose[at:], "\n")
		said := spaced(strings.TrimLeft(line, "> \t"))
		if started && says("end", said) {
			return prose[:at], prose[at:]
		}
		started = started || said != ""
		at += len(line) + 1
	}
	return prose, ""
}

// proseReports judges a bounce that has no machine-readable part.
func (m *message) proseReports() []Report {
	notice, _ := splitNotice(m.prose)
	notice = unquoted(notice)
	if e, found := embeddedFields(m.prose); found {
		e.prose, e.alone = notice, true
		return []Report{judge(e)}
	}
	recipients := m.proseRecipients(notice)
	blocks := recipientBlocks(notice)
	var reports []Report
	for _, recipient := range recipients {
		e := evidence{recipient: recipient, prose: blocks[strings.ToLower(recipient)], alone: len(recipients) == 1}
		if e.prose == "" || e.alone {
			e.prose = notice
		}
		e.said = cmp.Or(quotedReply(e.prose), e.prose)
		reports = append(reports, judge(e))
	}
	return reports
}

// quotedReply is the refusing host's own words where a notice quotes them: from the reply code to
// the end of the paragraph.
func quotedReply(prose string) string {
	at := replyCode.FindStringSubmatchIndex(prose)
	if at == nil {
		return ""
	}
	reply, _, _ := strings.Cut(prose[at[2]:], "\n\n")
	return strings.TrimSpace(reply)
}

// embeddedFields finds the fields of RFC 3464 in a text: as a "technical report", or because
// the mail lost its structure on the way.
func embeddedFields(prose string) (evidence, bool) {
	prose = unquoted(prose)
	start := firstField.FindStringIndex(prose)
	if start == nil {
		return evidence{}, false
	}
	block, _, _ := strings.Cut(prose[start[0]:], "\n\n")
	e, found := recipientFields(block)
	return e, found && e.recipient != ""
}

// unquoted is a text without the marks of a reply or a forward.
func unquoted(prose string) string {
	return quoteMark.ReplaceAllString(prose, "")
}

// proseRecipients finds whom a notice is about, first spelling first.
func (m *message) proseRecipients(notice string) []string {
	var found []string
	own := strings.ToLower(headerAddress(m.header.get("To")))
	seen := map[string]bool{}
	add := func(address string) {
		if key := strings.ToLower(address); address != "" && !seen[key] && len(found) < maxReports {
			seen[key] = true
			found = append(found, address)
		}
	}
	for value := range strings.SplitSeq(m.header.get("X-Failed-Recipients"), ",") {
		add(headerAddress(value))
	}
	if len(found) == 0 {
		for _, line := range recipientLine.FindAllStringSubmatch(notice, maxReports) {
			add(line[1])
		}
	}
	if len(found) == 0 { // any address but that of the sender, who is us
		for _, other := range anyAddress.FindAllString(notice, maxReports) {
			if strings.ToLower(other) != own {
				add(other)
				break
			}
		}
	}
	if len(found) == 0 {
		found = []string{""}
	}
	return found
}

// recipientBlocks cuts a notice into what it says of each recipient, by address in lower case: from
// the line that begins with it to the next such line. Where one comes twice, so does its block.
func recipientBlocks(notice string) map[string]string {
	blocks := map[string]string{}
	lines := recipientLine.FindAllStringSubmatchIndex(notice, maxReports+1)
	for i, line := range lines {
		end := len(notice)
		if i+1 < len(lines) {
			end = lines[i+1][0]
		}
		block := notice[line[0]:end]
		if strings.Count(strings.TrimSpace(block), "\n") == 0 && strings.TrimSpace(notice[line[3]:end]) == "" {
			continue // a mere list: the reason stands elsewhere
		}
		blocks[strings.ToLower(notice[line[2]:line[3]])] += block
	}
	return blocks
}
