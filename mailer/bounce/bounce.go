package bounce

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jobalertd/mailer"
)

// Verdict says what a mail means for the address it speaks of.
type Verdict string

// The verdicts.
const (
	Hard      Verdict = "hard"      // the address or its domain does not exist: write to it no more
	Soft      Verdict = "soft"      // this mail did not arrive, the next one may: count it
	Complaint Verdict = "complaint" // the person, or their provider for them, wants no more of this
	None      Verdict = "none"      // nothing is wrong with the address: an auto-reply, a receipt, any other mail
)

// Verdicts lists every verdict.
func Verdicts() []Verdict { return []Verdict{Hard, Soft, Complaint, None} }

// Report is what a mail says of one recipient.
type Report struct {
	Verdict Verdict
	// Status is the enhanced status code of RFC 3463, such as 5.1.1; "" where none was given.
	Status string
	// Recipient is the address as the mail writes it, not checked; "" where the mail does not tell,
	// as many complaints do not. Letter then names the person.
	Recipient string
	// Reason is one short word for why: user_unknown, mailbox_full, abuse, auto_reply… Reasons lists them.
	Reason Reason
	// Letter is the id of the letter it answers (mailer.Letter.ID): from our VERP address, or from the
	// Message-ID in what was sent back; "" where neither is found. It is only as true as the mail.
	Letter string
	// Ticket is the signed form of Letter, not checked; "" where the mail holds none. Whoever acts on
	// a Report asks package ticket whether we signed it.
	Ticket string
	// Text is what the refusing host said, on one line. It may hold addresses: a log gets it
	// through LogValue.
	Text string
}

// LogValue is the report with its addresses redacted.
func (r Report) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("verdict", string(r.Verdict)), slog.String("reason", string(r.Reason))}
	if r.Status != "" {
		attrs = append(attrs, slog.String("status", r.Status))
	}
	if r.Letter != "" {
		attrs = append(attrs, slog.String("letter", r.Letter))
	}
	said := mailer.Outcome{Text: r.Text}
	address, err := mailer.ParseAddress(r.Recipient)
	if err == nil {
		attrs = append(attrs, slog.Any("recipient", address))
		said = said.RedactedFor(address)
	} else {
		said = said.Redacted()
	}
	if said.Text != "" {
		attrs = append(attrs, slog.String("text", said.Text))
	}
	return slog.GroupValue(attrs...)
}

// MaxSize is how much of a mail is read, in bytes. What matters stands at its beginning; what
// comes behind is left unread.
const MaxSize = 1 << 20

// Read judges one raw mail: a report for each recipient it speaks of, in its order, and never
// none: a mail that is no bounce and no complaint gives one report with the verdict None. Any
// bytes are a mail, so its only errors are those of r.
func Read(r io.Reader) ([]Report, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxSize))
	if err != nil {
		return nil, fmt.Errorf("reading mail: %w", err)
	}
	m := parseMail(raw)
	name := m.name()
	reports := m.reports()
	for i := range reports {
		reports[i].Recipient = tidy(reports[i].Recipient)
		if reports[i].Reason != AuthReport { // whom the mail was forged to is no matter of that person
			reports[i].Letter = name[:min(len(name), letterSize)]
			if len(name) > letterSize {
				reports[i].Ticket = name
			}
		}
	}
	return reports, nil
}

// tidy leaves out what no address can be.
func tidy(recipient string) string {
	if len(recipient) > maxRecipient || !utf8.ValidString(recipient) || strings.ContainsFunc(recipient, unicode.IsControl) {
		return ""
	}
	return recipient
}

// maxRecipient is the longest path of RFC 5321 §4.5.3.1, in bytes.
const maxRecipient = 256

// maxReports bounds what one mail can say. Ours have one recipient each.
const maxReports = 100

// reports asks, in this order: is it a complaint, a machine-readable report, somebody's auto-reply,
// a bounce in prose? Auto-replies come before prose, since people write as they like.
func (m *message) reports() []Report {
	reports := m.complaints()
	if len(reports) == 0 {
		reports = m.statusReports()
	}
	if len(reports) == 0 && m.autoReply() {
		reports = []Report{{Verdict: None, Reason: AutoReply}}
	}
	if len(reports) == 0 && m.notice() {
		reports = m.proseReports()
	}
	if len(reports) == 0 {
		reports = []Report{{Verdict: None, Reason: NotABounce}}
	}
	return slices.Clip(reports[:min(len(reports), maxReports)])
}
