package bounce

import (
	"strings"
)

// evidence is what a mail says of one recipient.
type evidence struct {
	recipient string
	action    string // RFC 3464 §2.3.3: failed, delayed, delivered, relayed, expanded
	status    string // the Status field: RFC 3464 §2.3.4
	comment   string // what stands in brackets behind it
	said      string // the Diagnostic-Code: what the refusing host said
	prose     string // what the notice tells a person of this recipient
	alone     bool   // the mail speaks of no other recipient
}

// statusReports judges each recipient of the machine-readable reports (RFC 3464).
func (m *message) statusReports() []Report {
	var all []evidence
	for _, status := range m.status {
		for _, block := range fieldBlocks(status) {
			if e, found := recipientFields(block); found {
				all = append(all, e)
			}
			if len(all) == maxReports {
				break
			}
		}
	}
	prose, _ := splitNotice(m.prose)
	blocks := recipientBlocks(prose)
	reports := make([]Report, 0, len(all))
	for _, e := range all {
		e.alone = len(all) == 1
		e.prose = blocks[strings.ToLower(e.recipient)]
		if e.prose == "" || e.alone {
			e.prose = prose
		}
		if e.said == "" && e.comment == "" && (e.alone || e.prose != prose) {
			e.said = quotedReply(e.prose)
		}
		reports = append(reports, judge(e))
	}
	return reports
}

// fieldBlocks cuts a report into the fields of the mail and of each recipient: at empty lines, and
// where a recipient begins without one.
func fieldBlocks(status string) []string {
	var blocks []string
	start, named := 0, false
	for at := 0; at < len(status) && len(blocks) <= maxReports; {
		line, _, _ := strings.Cut(status[at:], "\n")
		recipient := strings.HasPrefix(strings.ToLower(line), "final-recipient:")
		if strings.TrimSpace(line) == "" || recipient && named {
			blocks = append(blocks, status[start:at])
			start, named = at, false
		}
		named = named || recipient
		at += len(line) + 1
	}
	return append(blocks, status[start:])
}

// recipientFields reads the fields of one recipient (RFC 3464 §2.3). A block without Action and
// Status speaks of the mail as a whole.
func recipientFields(block string) (evidence, bool) {
	block = strings.TrimLeft(block, "\n")
	fields, _ := parseHeader(block)
	status, comment, _ := strings.Cut(fields.get("Status"), "(")
	e := evidence{
		recipient: fieldAddress(fields.get("Final-Recipient")),
		action:    strings.ToLower(firstWord(fields.get("Action"))),
		status:    firstWord(status),
		comment:   strings.TrimSuffix(strings.TrimSpace(comment), ")"),
		said:      diagnostic(fields.get("Diagnostic-Code")),
	}
	// The address we wrote to names our subscriber; the final one may be where they forward it to.
	if original := fieldAddress(fields.get("Original-Recipient")); original != "" {
		e.recipient = original
	}
	if !isStatus(e.status) {
		e.status = ""
	}
	return e, e.action != "" || e.status != "" || e.said != ""
}

// fieldAddress is the address of "rfc822; jane@example.com"; "" where it holds none.
func fieldAddress(value string) string {
	if _, address, found := strings.Cut(value, ";"); found {
		value = address
	}
	value = strings.Trim(strings.TrimSpace(value), "<>")
	if !strings.Contains(value, "@") || strings.ContainsAny(value, " \t") {
		return ""
	}
	// A source route (RFC 5321 appendix C): @relay.example:jane@example.com
	if route, address, found := strings.Cut(value, ":"); found && strings.HasPrefix(route, "@") {
		value = address
	}
	return value
}

// diagnostic is a Diagnostic-Code without its type.
func diagnostic(value string) string {
	if kind, text, found := strings.Cut(value, ";"); found && !strings.Contains(strings.TrimSpace(kind), " ") {
		value = text
	}
	return strings.TrimSpace(value)
}

func firstWord(s string) string {
	if fields := strings.Fields(s); len(fields) > 0 {
		return fields[0]
	}
	return ""
}
