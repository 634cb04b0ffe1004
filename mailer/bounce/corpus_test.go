package bounce

import (
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jobalertd/mailer"
)

const corpora = "../../../shared/data/corpora"

// labels are the reports that sisimai's own tests expect of its mails, in the order of each mail.
func labels(t *testing.T, root string) map[string][]Verdict {
	t.Helper()
	file, err := os.Open(filepath.Join(root, "EXPECTED.tsv"))
	if err != nil {
		t.Skip("no labelled bounces here:", err)
	}
	defer file.Close()
	table := csv.NewReader(file)
	table.Comma = '\t'
	rows, err := table.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]Verdict{}
	for _, row := range rows[1:] {
		name, reason, hard := row[0], row[4], row[5]
		want := Soft
		switch {
		case reason == "feedback":
			want = Complaint
		case reason == "vacation" || reason == "delivered":
			want = None
		case hard == "true":
			want = Hard
		}
		all[name] = append(all[name], want)
	}
	return all
}

func TestVerdictsAgreeWithTheLabelledBounces(t *testing.T) {
	root := filepath.Join(corpora, "sisimai-set-of-emails")
	agree, total := 0, 0
	for name, wants := range labels(t, root) {
		raw, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			continue // labelled, but not in this half
		}
		reports := read(t, string(raw))
		for i, want := range wants {
			total++
			// The one mail that is labelled twice with the same report is labelled by two tests.
			got := reports[min(i, len(reports)-1)]
			if i >= len(reports) && want == None {
				got = Report{} // a second mail in the same file
			}
			if got.Verdict == want {
				agree++
				continue
			}
			t.Logf("%s, report %d: %s (%s), labelled %s: %s", filepath.Base(name), i+1, got.Verdict, got.Reason, want, got.Text)
			if got.Verdict == Hard {
				t.Errorf("%s: a living address is taken for dead", name)
			}
		}
	}
	rate := float64(agree) / float64(total)
	t.Logf("%d of %d agree: %s %%", agree, total, strconv.FormatFloat(100*rate, 'f', 1, 64))
	if rate < 0.97 {
		t.Errorf("agreement is below 97 %%")
	}
}

// tooLong is how long no mail may take: far more than any does, so that only a runaway is caught.
const tooLong = 10 * time.Second

func TestEveryMailIsJudgedInBoundedTime(t *testing.T) {
	seen := 0
	for _, corpus := range []string{"sisimai-set-of-emails", "mikel-mail-fixtures"} {
		err := filepath.WalkDir(filepath.Join(corpora, corpus), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			start := time.Now()
			reports := read(t, string(raw))
			if took := time.Since(start); took > tooLong {
				t.Errorf("%s took %v", path, took)
			}
			if len(reports) == 0 || len(reports) > maxReports {
				t.Errorf("%s: %d reports", path, len(reports))
			}
			if strings.Contains(path, "mikel") && !strings.Contains(path, "multipart_report") && reports[0].Verdict == Hard {
				t.Errorf("%s, which is no bounce: %+v", path, reports[0])
			}
			seen++
			return nil
		})
		if err != nil {
			t.Skip("no mails here:", err)
		}
	}
	t.Log(seen, "mails")
}

// What is built to take long does not.
func TestHostileMailsAreBounded(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, MaxSize/len(s)) }
	nested := "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	tests := map[string]string{
		"folded without end":       "Subject: a\n" + many(" b\n"),
		"fields without end":       many("A: b\n"),
		"parts without end":        "Content-Type: multipart/mixed; boundary=b\n\n" + many("--b\n\na\n"),
		"nested without end":       many(nested),
		"recipients without end":   "From: mailer-daemon@example.net\n\n" + many("<a@example.org>: 550 5.1.1 user unknown\n"),
		"statuses without end":     "Content-Type: message/delivery-status\n\n" + many("Final-Recipient: rfc822; a@example.org\nStatus: 5.1.1\n\n"),
		"complaints without end":   "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n" + many("Original-Rcpt-To: a@example.org\n"),
		"a long story of many":     dsn(strings.Repeat("mailbox user host sender ", maxProse/25), slices.Repeat([]string{recipient("a@example.org", "failed", "5.0.0", "550 no")}, 1000)...),
		"one line":                 "From: mailer-daemon@example.net\n\n" + many("mailbox "),
		"one word":                 "From: mailer-daemon@example.net\n\n" + many("@"),
		"more than is read":        "From: mailer-daemon@example.net\n\n<a@example.org>:\n550 5.1.1 user unknown\n\n" + many("x\n") + many("x\n"),
		"a diagnostic without end": dsn("", recipient("a@example.org", "failed", "5.1.1", many("mailbox over 550 "))),
	}
	for name, raw := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			reports := read(t, raw)
			if took := time.Since(start); took > tooLong {
				t.Errorf("took %v", took)
			}
			if len(reports) > maxReports {
				t.Errorf("%d reports", len(reports))
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, raw := range mails {
		f.Add([]byte(raw))
	}
	f.Add([]byte(arf("Feedback-Type: opt-out\nRemoval-Recipient: <>\n")))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=\n\n--\n--\n"))
	f.Add([]byte("From \nX: \n :\n\n> Action: failed\n> Final-Recipient: x;@a:b@c\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		reports := read(t, string(raw))
		if len(reports) == 0 || len(reports) > maxReports {
			t.Fatalf("%d reports", len(reports))
		}
		for _, r := range reports {
			if r.Verdict == "" || r.Reason == "" {
				t.Errorf("no verdict: %+v", r)
			}
			if len(r.Text) > mailer.MaxText || strings.ContainsAny(r.Text+r.Recipient+r.Status, "\r\n\x00\x1b") {
				t.Errorf("unsafe: %+v", r)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	raw := dsn("<jane@example.org>: said: 550 5.1.1 (in reply to RCPT TO command)", recipient("jane@example.org", "failed", "5.1.1", "550 5.1.1 user unknown"))
	for b.Loop() {
		if _, err := Read(strings.NewReader(raw)); err != nil {
			b.Fatal(err)
		}
	}
}
