package bounce

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestARefusalReadByAProviderIsJudgedLikeOneInAMail(t *testing.T) {
	for _, test := range []struct {
		name string
		Refusal
		want   Verdict
		reason Reason
	}{
		{"a dead mailbox", Refusal{Status: "5.1.1", Said: "550 5.1.1 The email account that you tried to reach does not exist"}, Hard, UserUnknown},
		{"a dead mailbox, by its status alone", Refusal{Status: "5.1.1"}, Hard, UserUnknown},
		{"no status, an answer to RCPT TO", Refusal{Said: "550 user unknown (in reply to RCPT TO command)"}, Hard, UserUnknown},
		{"a full mailbox", Refusal{Status: "5.2.2", Said: "552 5.2.2 mailbox full"}, Soft, MailboxFull},
		{"we are blocked", Refusal{Status: "5.7.1", Said: "554 5.7.1 blocked using spamhaus"}, Soft, Spam},
		{"said to pass", Refusal{Status: "5.1.1", Said: "550 5.1.1 user unknown", Temporary: true}, Soft, ""},
		{"not a status", Refusal{Status: "unknown", Said: "gone"}, Soft, Other},
		{"nothing", Refusal{}, Soft, Other},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.Recipient = "jane@example.org"
			got := Judge(test.Refusal)
			if got.Verdict != test.want || test.reason != "" && got.Reason != test.reason || got.Recipient != "jane@example.org" {
				t.Errorf("%+v, want %s, %s", got, test.want, test.reason)
			}
		})
	}
}

func TestAMailAboutOneLetterSaysOneThing(t *testing.T) {
	report := func(v Verdict) Report { return Report{Verdict: v} }
	hard, soft, none, complaint := report(Hard), report(Soft), report(None), report(Complaint)
	for _, test := range []struct {
		name    string
		reports []Report
		want    Verdict
	}{
		{"nothing", nil, None},
		{"one", []Report{hard}, Hard},
		{"all addresses behind it are dead", []Report{hard, hard}, Hard},
		{"one of the addresses behind it lives", []Report{hard, none}, None},
		{"one of the addresses behind it has trouble", []Report{hard, soft}, Soft},
		{"somebody complains", []Report{none, complaint}, Complaint},
	} {
		if got := Sum(test.reports).Verdict; got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestAMailWithATicketTellsIt(t *testing.T) {
	ticket := letter + "abcdefghijklm" + "nopqrstuvwxyz"
	for name, raw := range map[string]string{
		"in the address it came to":     "From: mailer-daemon@example.net\nTo: bounce+" + ticket + "@jobs.example.com\n\n550 5.1.1 user unknown\n",
		"in what another host saw":      arf("Feedback-Type: abuse\nOriginal-Mail-From: <bounce+" + ticket + "@jobs.example.com>\n"),
		"in the Message-ID, shouted at": "From: mailer-daemon@example.net\nIn-Reply-To: <" + ticket + "@jobs.example.com>\n\nhello\n",
	} {
		got := read(t, raw)[0]
		if diff := cmp.Diff([]string{ticket, letter}, []string{got.Ticket, got.Letter}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := read(t, dsn("", recipient("jane@example.org", "failed", "5.1.1", "no")))[0]; got.Ticket != "" || got.Letter != letter {
		t.Errorf("without a seal: %+v", got)
	}
}
