package bounce

import (
	"slices"
	"strings"

	"jobalertd/mailer"
)

// complaints reads the feedback reports of mailbox providers: RFC 5965, and the form that Microsoft
// had before it. A report that tells no recipient is still one: the letter names the person.
func (m *message) complaints() []Report {
	var reports []Report
	for _, feedback := range m.feedback {
		fields, _ := parseHeader(strings.TrimLeft(feedback, "\n"))
		r := feedbackReport(strings.ToLower(firstWord(fields.get("Feedback-Type"))))
		r.Text = mailer.OneLine(m.header.words("Subject"))
		recipients := slices.Concat(fields["original-rcpt-to"], fields["removal-recipient"])
		if len(recipients) == 0 || r.Reason == AuthReport {
			reports = append(reports, r)
			continue
		}
		for _, recipient := range recipients {
			r.Recipient = fieldAddress(recipient)
			reports = append(reports, r)
		}
	}
	if len(reports) > 0 {
		return reports
	}
	returned, _ := parseHeader(m.returned)
	subject := strings.ToLower(m.header.words("Subject"))
	switch recipient := returned.get("X-HmXmrOriginalRecipient"); {
	case recipient != "" || strings.HasPrefix(subject, "complaint about message from "):
		return []Report{{Verdict: Complaint, Reason: Abuse, Recipient: fieldAddress(recipient)}}
	case unsubscribeSubject(subject) && len(m.status) == 0:
		return []Report{{Verdict: Complaint, Reason: OptOut, Recipient: headerAddress(m.header.get("From"))}}
	}
	return nil
}

// feedbackReport maps the registered feedback types (RFC 5965 §7.3, RFC 6591, RFC 6430).
func feedbackReport(kind string) Report {
	switch kind {
	case "not-spam":
		return Report{Verdict: None, Reason: NotSpam}
	case "auth-failure": // about our domain and whoever used it: names no person
		return Report{Verdict: Complaint, Reason: AuthReport}
	case "opt-out", "opt-out-list":
		return Report{Verdict: Complaint, Reason: OptOut}
	}
	return Report{Verdict: Complaint, Reason: Abuse}
}

// unsubscribeSubject reports whether a mail reader wrote this on behalf of somebody who pressed its
// unsubscribe button (RFC 2369 §3.2, a mailto without a better subject).
func unsubscribeSubject(subject string) bool {
	return slices.Contains([]string{"unsubscribe", "list-unsubscribe", "unsubscribe me"}, strings.TrimSpace(subject))
}

// headerAddress is the address of a From or To field, however malformed.
func headerAddress(value string) string {
	return anyAddress.FindString(value)
}
