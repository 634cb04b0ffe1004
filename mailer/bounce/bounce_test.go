package bounce

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/mailer"
)

// letter is the id of the letter that the mails of these tests answer.
var letter = mailer.LetterID("a letter")

// dsn is a bounce as Postfix writes it: the prose, the fields of the recipients, our header.
func dsn(prose string, recipients ...string) string {
	return `Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: bounce+` + letter + `@jobs.example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b/1"

This is a MIME-encapsulated message.

--b/1
Content-Type: text/plain; charset=us-ascii

` + prose + `

--b/1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

` + strings.Join(recipients, "\n") + `
--b/1
Content-Type: text/rfc822-headers

Return-Path: <bounce+` + letter + `@jobs.example.com>
Message-ID: <` + letter + `@jobs.example.com>
Subject: user unknown, mailbox full, spam
--b/1--
`
}

func recipient(address, action, status, said string) string {
	return "Final-Recipient: rfc822; " + address + "\nAction: " + action + "\nStatus: " + status +
		"\nDiagnostic-Code: smtp; " + said + "\n"
}

// notice is a bounce without a machine-readable part.
func notice(subject, body string) string {
	return "From: Mail Delivery System <mailer-daemon@mx.example.net>\nTo: jobs@example.com\nSubject: " + subject + "\n\n" + body
}

// arf is a feedback report.
func arf(fields string) string {
	return `From: feedback@provider.example
To: fbl@jobs.example.com
Subject: FW: 3 new jobs
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=f

--f
Content-Type: text/plain

This is an email abuse report.
--f
Content-Type: message/feedback-report

` + fields + `Version: 1
--f
Content-Type: message/rfc822

Message-ID: <` + letter + `@jobs.example.com>
Subject: 3 new jobs

hello
--f--
`
}

// mails are one mail of each shape, by what it is.
var mails = map[string]string{
	"a standard bounce of an unknown user": dsn("<jane@example.org>: host mx.example.org[192.0.2.1] said: 550 5.1.1\n    <jane@example.org>: Recipient address rejected: User unknown (in reply to RCPT TO command)",
		recipient("jane@example.org", "failed", "5.1.1", "550 5.1.1 <jane@example.org>: Recipient address rejected: User unknown")),
	"a vacation message": "From: Jane <jane@example.org>\nTo: bounce+" + letter + "@jobs.example.com\nSubject: Away\nAuto-Submitted: auto-replied (vacation)\n\nUser unknown? No, only in the mountains until May. 550 5.1.1\n",
	"a complaint":        arf("Feedback-Type: abuse\nOriginal-Rcpt-To: <jane@example.org>\n"),
	"a notice in prose":  notice("failure notice", "Hi. This is the qmail-send program at mx.example.net.\nI've given up. Sorry it didn't work out.\n\n<jane@example.org>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no mailbox here by that name\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <bounce+"+letter+"@jobs.example.com>\nSubject: mailbox full\n"),
}

func read(t testing.TB, raw string) []Report {
	t.Helper()
	reports, err := Read(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return reports
}

func TestStandardReports(t *testing.T) {
	rcpt := func(said string) string {
		return "<jane@example.org>: host mx.example.org[192.0.2.1] said: " + said + " (in reply to RCPT TO command)"
	}
	tests := []struct {
		name           string
		prose          string
		action, status string
		said           string
		verdict        Verdict
		reason         Reason
		wantStatus     string
	}{
		{name: "no such user, by its code", action: "failed", status: "5.1.1", said: "550 5.1.1 sorry", verdict: Hard, reason: UserUnknown},
		{name: "no such user, said to RCPT", prose: rcpt("550 User unknown"), action: "failed", status: "5.0.0", said: "550 User unknown", verdict: Hard, reason: UserUnknown},
		{name: "no such user, said to the data, is a filter", prose: "said: 550 User unknown (in reply to end of DATA command)", action: "failed", status: "5.0.0", said: "550 User unknown", verdict: Soft, reason: Filtered},
		{name: "no such user, nobody knows to what", action: "failed", status: "5.0.0", said: "550 User unknown", verdict: Soft, reason: Filtered},
		{name: "the transcript tells the command", prose: "   ----- Transcript of session follows -----\n>>> RCPT To:<jane@example.org>\n<<< 550 no such user", action: "failed", status: "5.0.0", said: "550 no such user", verdict: Hard, reason: UserUnknown},
		{name: "the transcript names the data", prose: ">>> RCPT To:<jane@example.org>\n<<< 250 ok\n>>> DATA\n<<< 550 no such user", action: "failed", status: "5.0.0", said: "550 no such user", verdict: Soft, reason: Filtered},
		{name: "the reply is more exact than the status", action: "failed", status: "5.1.1", said: "550 5.7.1 your IP address is blacklisted", verdict: Soft, reason: Blocked, wantStatus: "5.7.1"},
		{name: "words outweigh a wrong code", action: "failed", status: "5.1.1", said: "552 mailbox is over quota (#5.1.1)", verdict: Soft, reason: MailboxFull},
		{name: "a contradiction is no proof", prose: "Your message was automatically rejected: not enough disk space", action: "failed", status: "5.1.1", said: "550 5.1.1 user unknown", verdict: Soft, reason: MailboxFull},
		{name: "the sender is not the recipient", prose: "said: 553 5.1.8 (in reply to MAIL FROM command)", action: "failed", status: "5.1.8", said: "553 5.1.8 Domain of sender address jobs@example.com does not exist", verdict: Soft, reason: Sender},
		{name: "before RCPT nobody has been named", prose: "said: 550 (in reply to MAIL FROM command)", action: "failed", status: "5.1.1", said: "550 no such user here", verdict: Soft, reason: Sender},
		{name: "before RCPT not even the code counts", prose: "said: 550 (in reply to MAIL FROM command)", action: "failed", status: "5.1.1", said: "550 5.1.1 no", verdict: Soft, reason: Policy},
		{name: "a code that sendmail made of any 550", action: "failed", status: "5.1.1", said: "550 we would rather not", verdict: Soft, reason: Other},
		{name: "a bare code of the reporting host", action: "failed", status: "5.1.1", said: "", verdict: Hard, reason: UserUnknown},
		{name: "a host that asks DNS about us", prose: rcpt("550 Reverse lookup: host not found"), action: "failed", status: "5.0.0", said: "550 Reverse lookup: host not found", verdict: Soft, reason: Blocked},
		{name: "an unknown domain", action: "failed", status: "5.4.4", said: "Host or domain name not found. Name service error for name=example.invalid type=A: Host not found", verdict: Hard, reason: HostUnknown},
		{name: "our own host name is not the recipient's domain", prose: rcpt("550 5.7.1 Helo command rejected: Host not found"), action: "failed", status: "5.7.1", said: "550 5.7.1 <us.example.com>: Helo command rejected: Host not found", verdict: Soft, reason: Blocked},
		{name: "a domain without mail", action: "failed", status: "5.1.10", said: "556 5.1.10 the domain does not accept mail (nullMX)", verdict: Hard, reason: NoMail},
		{name: "a server that takes no mail", prose: rcpt("521"), action: "failed", status: "5.3.2", said: "521 5.3.2 closed for good", verdict: Hard, reason: NoMail},
		{name: "somebody who has left", action: "failed", status: "5.1.6", said: "550 5.1.6 recipient no longer on server", verdict: Hard, reason: Moved},
		{name: "a disabled mailbox", prose: rcpt("550 5.2.1"), action: "failed", status: "5.2.1", said: "550 5.2.1 The email account that you tried to reach is disabled", verdict: Soft, reason: Disabled},
		{name: "a disabled mailbox, by its code", prose: rcpt("550 5.2.1"), action: "failed", status: "5.2.1", said: "550 5.2.1 sorry", verdict: Soft, reason: Disabled},
		{name: "a full mailbox", action: "failed", status: "5.2.2", said: "552 5.2.2 mailbox full", verdict: Soft, reason: MailboxFull},
		{name: "a full mailbox, by its code", prose: rcpt("550 5.2.2"), action: "failed", status: "5.2.2", said: "550 5.2.2 sorry", verdict: Soft, reason: MailboxFull},
		{name: "DMARC", action: "failed", status: "5.7.26", said: "550-5.7.26 Unauthenticated email from example.com is not accepted due to 550 5.7.26 domain's DMARC policy", verdict: Soft, reason: AuthFailure},
		{name: "spam", action: "failed", status: "5.7.1", said: "554 5.7.1 rejected as spam", verdict: Soft, reason: Spam},
		{name: "too big", action: "failed", status: "5.3.4", said: "552 5.3.4 sorry", verdict: Soft, reason: TooBig},
		{name: "policy, by its code", action: "failed", status: "5.7.9", said: "550 5.7.9 sorry", verdict: Soft, reason: Policy},
		{name: "a misunderstanding", action: "failed", status: "5.5.1", said: "503 5.5.1 what?", verdict: Soft, reason: Protocol},
		{name: "nothing tells why", action: "failed", status: "5.0.0", said: "550 no", verdict: Soft, reason: Other},
		{name: "delayed", action: "delayed", status: "4.4.1", said: "connect to mx.example.org: Connection timed out", verdict: Soft, reason: Delayed},
		{name: "delayed, whatever it says", action: "delayed", status: "5.1.1", said: "550 5.1.1 user unknown", verdict: Soft, reason: Delayed},
		{name: "given up, but temporary", action: "failed", status: "4.4.7", said: "Message expired", verdict: Soft, reason: Expired},
		{name: "a temporary reply under a permanent status", action: "failed", status: "5.0.0", said: "450 4.2.1 user unknown", verdict: Soft, reason: UserUnknown, wantStatus: "4.2.1"},
		{name: "delivered", action: "delivered", status: "2.1.5", said: "250 2.1.5 Ok", verdict: None, reason: Delivered},
		{name: "relayed", action: "relayed", status: "2.0.0", said: "250 ok", verdict: None, reason: Delivered},
		{name: "Microsoft's unknown recipient", prose: rcpt("550 5.4.1"), action: "failed", status: "5.4.1", said: "550 5.4.1 Recipient address rejected: Access denied. [MX.prod.example]", verdict: Hard, reason: UserUnknown},
		{name: "Postfix names whom it refuses", action: "failed", status: "5.0.0", said: "550 <jane@example.org>: User unknown", verdict: Hard, reason: UserUnknown},
		{name: "the reply stands in the prose alone", prose: "jane@example.org: 550 5.7.26 sorry", action: "failed", status: "5.0.0", said: "", verdict: Soft, reason: Policy, wantStatus: "5.7.26"},
		{name: "the comment on the status", action: "failed", status: "5.2.0 (Over quota)", said: "", verdict: Soft, reason: MailboxFull, wantStatus: "5.2.0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status := tt.wantStatus
			if status == "" {
				status = tt.status
			}
			got := read(t, dsn(tt.prose, recipient("jane@example.org", tt.action, tt.status, tt.said)))
			want := []Report{{Verdict: tt.verdict, Status: status, Recipient: "jane@example.org", Reason: tt.reason, Letter: letter, Text: got[0].Text}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoticesInProse(t *testing.T) {
	exim := "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
	tests := []struct {
		name, subject, body string
		want                []Report // verdict, reason, recipient
	}{
		{"Exim, two recipients", "Mail delivery failed: returning message to sender",
			exim + "  jane@example.org\n    SMTP error from remote mail server after RCPT TO:<jane@example.org>:\n    host mx.example.org [192.0.2.1]: 550 No such user\n  joe@example.org\n    SMTP error from remote mail server after RCPT TO:<joe@example.org>:\n    host mx.example.org [192.0.2.1]: 552 mailbox full\n",
			[]Report{{Verdict: Hard, Reason: UserUnknown, Recipient: "jane@example.org"}, {Verdict: Soft, Reason: MailboxFull, Recipient: "joe@example.org"}}},
		{"Exim, after the data", "Mail delivery failed: returning message to sender",
			exim + "  jane@example.org\n    SMTP error from remote mail server after end of data:\n    host mx.example.org [192.0.2.1]: 550 No such user\n",
			[]Report{{Verdict: Soft, Reason: Filtered, Recipient: "jane@example.org"}}},
		{"Exim, no route to the domain", "Mail delivery failed: returning message to sender",
			exim + "  jane@example.invalid\n    all relevant MX records point to non-existent hosts\n",
			[]Report{{Verdict: Hard, Reason: HostUnknown, Recipient: "jane@example.invalid"}}},
		{"Exim, gone too long", "Mail delivery failed: returning message to sender",
			exim + "  jane@example.org\n    retry timeout exceeded\n",
			[]Report{{Verdict: Soft, Reason: Expired, Recipient: "jane@example.org"}}},
		{"qmail, by its own word", "failure notice",
			"Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<jane@example.net>:\nSorry, no mailbox here by that name.\n",
			[]Report{{Verdict: Hard, Reason: UserUnknown, Recipient: "jane@example.net"}}},
		{"the old sendmail, without a command", "Returned mail: Host unknown",
			"   ----- Transcript of session follows -----\n554 <jane@example.org>... 550 Host unknown (Authoritative answer from name server)\n",
			[]Report{{Verdict: Hard, Reason: HostUnknown, Recipient: "jane@example.org"}}},
		{"the old sendmail, with its transcript", "Returned mail: User unknown",
			"   ----- Transcript of session follows -----\n>>> RCPT To:<jane@example.org>\n<<< 550, User Unknown\n\n   ----- Unsent message follows -----\nReceived: by mx.example.net\n",
			[]Report{{Verdict: Hard, Reason: UserUnknown, Recipient: "jane@example.org"}}},
		{"arrows the other way", "Mail could not be delivered",
			"Sent <<< RCPT TO:<jane@example.org>\nReceived >>> 550 user unknown\n\nUnable to deliver message to <jane@example.org>\n",
			[]Report{{Verdict: Hard, Reason: UserUnknown, Recipient: "jane@example.org"}}},
		{"Yahoo names the command behind", "Failure Notice",
			"Sorry, we were unable to deliver your message to the following address.\n\n<jane@example.org>:\nRemote host said: 550 No such user [RCPT_TO]\n",
			[]Report{{Verdict: Hard, Reason: UserUnknown, Recipient: "jane@example.org"}}},
		{"a technical report in the text", "Delivery Status Notification (Failure)",
			"An error occurred.\n\nTechnical report:\n\nAction: failed\nFinal-Recipient: rfc822; jane@example.org\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1\n",
			[]Report{{Verdict: Hard, Reason: UserUnknown, Recipient: "jane@example.org"}}},
		{"a forwarded bounce", "Fwd: Returned mail: see transcript for details",
			"See below.\n\n> Final-Recipient: RFC822; jane@example.org\n> Action: failed\n> Status: 5.1.1\n> Diagnostic-Code: SMTP; 550 5.1.1 User unknown\n",
			[]Report{{Verdict: Hard, Reason: UserUnknown, Recipient: "jane@example.org"}}},
		{"one line", "Undeliverable Mail", "Unknown user: jane@example.org\n",
			[]Report{{Verdict: Hard, Reason: UserUnknown, Recipient: "jane@example.org"}}},
		{"what our own mail says does not count", "Delivery failure",
			"<jane@example.org>:\nno reason given\n\n----- Original message -----\n\nSubject: user unknown, mailbox full\n",
			[]Report{{Verdict: Soft, Reason: Other, Recipient: "jane@example.org"}}},
		{"no recipient at all", "Undelivered mail", "It could not be delivered.\n",
			[]Report{{Verdict: Soft, Reason: Other}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, notice(tt.subject, tt.body))
			for i := range got {
				got[i] = Report{Verdict: got[i].Verdict, Reason: got[i].Reason, Recipient: got[i].Recipient}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABounceThatLostItsBoundaryIsStillRead(t *testing.T) {
	raw := strings.ReplaceAll(dsn("", recipient("jane@example.org", "failed", "5.1.1", "550 5.1.1 user unknown")), "\n--b/1", "\n--c/1")
	got := read(t, raw)
	if len(got) != 1 || got[0].Verdict != Hard || got[0].Recipient != "jane@example.org" {
		t.Errorf("%+v", got)
	}
}

func TestComplaints(t *testing.T) {
	subject := "FW: 3 new jobs"
	tests := []struct {
		name, raw string
		want      []Report
	}{
		{"abuse", arf("Feedback-Type: abuse\nOriginal-Rcpt-To: <jane@example.org>\n"), []Report{{Verdict: Complaint, Reason: Abuse, Recipient: "jane@example.org", Letter: letter, Text: subject}}},
		{"the recipient left out, as many do", arf("Feedback-Type: abuse\n"), []Report{{Verdict: Complaint, Reason: Abuse, Letter: letter, Text: subject}}},
		{"two recipients", arf("Feedback-Type: fraud\nOriginal-Rcpt-To: a@example.org\nOriginal-Rcpt-To: b@example.org\n"), []Report{{Verdict: Complaint, Reason: Abuse, Recipient: "a@example.org", Letter: letter, Text: subject}, {Verdict: Complaint, Reason: Abuse, Recipient: "b@example.org", Letter: letter, Text: subject}}},
		{"not spam after all", arf("Feedback-Type: not-spam\n"), []Report{{Verdict: None, Reason: NotSpam, Letter: letter, Text: subject}}},
		{"failed authentication names nobody", arf("Feedback-Type: auth-failure\nOriginal-Rcpt-To: jane@example.org\n"), []Report{{Verdict: Complaint, Reason: AuthReport, Text: subject}}},
		{"asks to stop", arf("Feedback-Type: opt-out\nRemoval-Recipient: jane@example.org\n"), []Report{{Verdict: Complaint, Reason: OptOut, Recipient: "jane@example.org", Letter: letter, Text: subject}}},
		{"Microsoft's old form", "From: staff@provider.example\nSubject: complaint about message from 192.0.2.1\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: jane@example.org\nMessage-ID: <" + letter + "@jobs.example.com>\n\nhello\n--m--\n", []Report{{Verdict: Complaint, Reason: Abuse, Recipient: "jane@example.org", Letter: letter}}},
		{"an unsubscribe by mail", "From: Jane <jane@example.org>\nSubject: Unsubscribe\n\n", []Report{{Verdict: Complaint, Reason: OptOut, Recipient: "jane@example.org"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, tt.raw)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOtherMails(t *testing.T) {
	tests := []struct {
		name, raw string
		reason    Reason
	}{
		{"a vacation message, whatever it says", mails["a vacation message"], AutoReply},
		{"out of office, by its subject", "From: jane@example.org\nSubject: Out of office: 3 new jobs\n\nUser unknown\n", AutoReply},
		{"out of office, in another language and encoded", "From: jane@example.org\nSubject: =?utf-8?q?R=C3=A9ponse_automatique=3A_3_offres?=\n\n550 5.1.1\n", AutoReply},
		{"a read receipt", "From: jane@example.org\nSubject: Read: jobs\nContent-Type: multipart/report; boundary=r\n\n--r\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; jane@example.org\nDisposition: manual-action; deleted\n--r--\n", AutoReply},
		{"a person who writes of bounces", "From: jane@example.org\nSubject: Re: jobs\n\nYour last mail came back: 550 5.1.1 user unknown, <joe@example.org>.\n", NotABounce},
		{"nothing", "", NotABounce},
		{"no mail", "\x00\xff\xfe\r\r\r", NotABounce},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, tt.raw)
			if len(got) != 1 || got[0].Verdict != None || got[0].Reason != tt.reason {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestEachRecipientHasItsOwnVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.SampledFrom([]Report{
			{Verdict: Hard, Status: "5.1.1", Reason: UserUnknown, Text: "550 5.1.1 user unknown"},
			{Verdict: Soft, Status: "5.2.2", Reason: MailboxFull, Text: "552 5.2.2 over quota"},
			{Verdict: Soft, Status: "5.7.1", Reason: Spam, Text: "554 5.7.1 spam"},
			{Verdict: None, Status: "2.1.5", Reason: Delivered, Text: "250 2.1.5 ok"},
		}), 2, 20).Draw(t, "recipients")
		var fields []string
		var prose strings.Builder
		for i := range kinds {
			kinds[i].Recipient, kinds[i].Letter = fmt.Sprintf("p%d@example.org", i), letter
			fields = append(fields, recipient(kinds[i].Recipient, "failed", kinds[i].Status, kinds[i].Text))
			fmt.Fprintf(&prose, "<%s>: said: %s\n", kinds[i].Recipient, kinds[i].Text)
		}
		got, err := Read(strings.NewReader(dsn(prose.String(), fields...)))
		if diff := cmp.Diff(kinds, got); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
	})
}

func TestLineEndingsDoNotMatter(t *testing.T) {
	for name, raw := range mails {
		want := read(t, raw)
		for _, ending := range []string{"\r\n", "\r"} {
			if diff := cmp.Diff(want, read(t, strings.ReplaceAll(raw, "\n", ending))); diff != "" {
				t.Errorf("%s with %q: %s", name, ending, diff)
			}
		}
	}
}

func TestTheLetterIsFound(t *testing.T) {
	id := "<" + letter + "@jobs.example.com>"
	tests := []struct{ name, raw, want string }{
		{"in our VERP address", "To: \"\" <bounce+" + strings.ToUpper(letter) + "@jobs.example.com>\n\n", letter},
		{"where it was delivered to", "To: postmaster\nDelivered-To: bounce+" + letter + "@jobs.example.com\n\n", letter},
		{"in the envelope of the returned mail", dsn("", recipient("a@example.org", "failed", "5.1.1", "")), letter},
		{"in what a reply refers to", "From: a@example.org\nAuto-Submitted: auto-replied\nIn-Reply-To: " + id + "\n\n", letter},
		{"in a copy at the end of a text", mails["a notice in prose"], letter},
		{"not in the text of a stranger", "From: a@example.org\n\nbounce+" + letter + "@jobs.example.com\n", ""},
		{"not in an id that is not ours", "In-Reply-To: <0123456789@example.org>\n\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := read(t, tt.raw)[0].Letter; got != tt.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestLogsHoldNoAddress(t *testing.T) {
	var out bytes.Buffer
	r := read(t, dsn("", recipient("jane.doe@example.org", "failed", "5.1.1", "550 5.1.1 <jane.doe@example.org>: user jane.doe unknown, ask joe@example.net")))
	slog.New(slog.NewTextHandler(&out, nil)).Info("bounce", "report", r[0])
	for _, secret := range []string{"jane.doe", "joe@"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q in %s", secret, out.String())
		}
	}
	for _, want := range []string{"verdict=hard", "reason=user_unknown", "status=5.1.1", "letter=" + letter, "example.org", "unknown, ask"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in %s", want, out.String())
		}
	}
}

func TestAReadErrorIsReturned(t *testing.T) {
	broken := errors.New("broken")
	if _, err := Read(io.MultiReader(strings.NewReader("From: a"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// What a relay tells us at once and what it tells us by mail mean the same.
func TestVerdictsAgreeWithTheReplyClasses(t *testing.T) {
	for _, said := range []string{
		"550 5.1.1 no such user", "550 user unknown", "550 5.1.2 bad domain", "550 5.1.3 bad syntax", "551 not local", "550 5.1.6 gone",
		"550 5.1.10 no mail here", "556 no mail", "552 5.2.2 full", "550 5.7.1 spam", "554 5.7.26 DMARC", "552 5.3.4 big", "550 5.4.0 lost",
		"550 5.6.0 odd", "550 5.1.8 you", "550 blocked", "450 4.2.1 user unknown", "451 greylisted", "421 busy", "452 full", "550 no",
	} {
		code := 0
		fmt.Sscan(said, &code)
		dead := mailer.Classify(mailer.StageRcpt, code, "", said[4:]).Class.BlamesAddress()
		got := read(t, dsn("said: "+said+" (in reply to RCPT TO command)", recipient("jane@example.org", "failed", fmt.Sprintf("%d.0.0", code/100), said)))
		if (got[0].Verdict == Hard) != dead {
			t.Errorf("%q: dead at once %v, by mail %s (%s)", said, dead, got[0].Verdict, got[0].Reason)
		}
	}
}
