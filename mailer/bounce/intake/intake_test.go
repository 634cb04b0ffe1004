package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/ticket"
)

func now() time.Time { return time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC) }

// people notes what it is told.
type people struct {
	told  []string
	fails error
}

func (p *people) Returned(_ context.Context, subscriber string, e Event, _ time.Time) error {
	return p.note(subscriber, e)
}

func (p *people) ReturnedFrom(_ context.Context, address mailer.Address, e Event, _ time.Time) error {
	return p.note(address.String(), e)
}

func (p *people) note(who string, e Event) error {
	if p.fails != nil && strings.HasPrefix(who, "trouble") {
		return p.fails
	}
	p.told = append(p.told, fmt.Sprintf("%s %s %s", who, e.Verdict, e.At.Format("15:04")))
	return nil
}

// office is an intake with what lies around it.
type office struct {
	*Intake
	people  *people
	tickets *ticket.Signer
	metrics *prometheus.Registry
	logged  *strings.Builder
}

func newOffice(t *testing.T) *office {
	t.Helper()
	tickets, err := ticket.New([][]byte{[]byte("a key of sixteen or more octets")})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{people: &people{}, tickets: tickets, metrics: prometheus.NewRegistry(), logged: &strings.Builder{}}
	o.Intake = New(o.people, tickets, o.metrics, slog.New(slog.NewTextHandler(o.logged, nil)))
	return o
}

// counted is the metric by verdict.
func (o *office) counted(t *testing.T, hard, soft, complaint, none int) {
	t.Helper()
	want := fmt.Sprintf(`
# HELP jobalert_bounces_total What came back, by what it says of the address; believed or not.
# TYPE jobalert_bounces_total counter
jobalert_bounces_total{verdict="complaint"} %d
jobalert_bounces_total{verdict="hard"} %d
jobalert_bounces_total{verdict="none"} %d
jobalert_bounces_total{verdict="soft"} %d
`, complaint, hard, none, soft)
	if err := testutil.GatherAndCompare(o.metrics, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

// dsn is a bounce of a letter that was called name and went to a recipient.
func dsn(t *testing.T, name, recipient string) []bounce.Report {
	t.Helper()
	reports, err := bounce.Read(strings.NewReader("From: MAILER-DAEMON@mx.example.net\nTo: bounce+" + name + "@jobs.example.com\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n" +
		"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; " + recipient + "\nAction: failed\nStatus: 5.1.1\n" +
		"Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\n--b--\n"))
	if err != nil || reports[0].Verdict != bounce.Hard {
		t.Fatal(reports, err)
	}
	return reports
}

func TestAMailIsBelievedOnlyWithATicketOfOurs(t *testing.T) {
	letter := mailer.LetterID("a letter")
	for name, test := range map[string]struct {
		called func(*office) string
		want   []string
	}{
		"a ticket of ours": {
			func(o *office) string {
				return o.tickets.Sign(ticket.Ticket{Letter: letter, Subscriber: "janesidjanesi"})
			},
			[]string{"janesidjanesi hard 09:00"},
		},
		"a letter's name without a seal": {func(*office) string { return letter }, nil},
		"somebody else's name under our seal": {func(o *office) string {
			good := o.tickets.Sign(ticket.Ticket{Letter: letter, Subscriber: "janesidjanesi"})
			return letter + "joesidjoesidj" + good[33:]
		}, nil},
		"a made-up seal": {func(*office) string { return letter + "janesidjanesi" + "aaaaaaaaaaaaa" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if err := o.Mail(t.Context(), dsn(t, test.called(o), "stranger@example.org"), now()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, o.people.told); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			o.counted(t, 1, 0, 0, 0)
			if strings.Contains(o.logged.String(), "stranger@") {
				t.Errorf("the log names a person: %s", o.logged)
			}
		})
	}
}

func TestAProviderIsBelievedWhomItNames(t *testing.T) {
	o := newOffice(t)
	report := func(verdict bounce.Verdict, recipient string) bounce.Report {
		return bounce.Report{Verdict: verdict, Reason: bounce.Other, Recipient: recipient}
	}
	err := o.Vouched(t.Context(), []Event{
		{report(bounce.Hard, "jane@example.org"), now().Add(-time.Hour)},
		{report(bounce.Complaint, "joe@example.org"), time.Time{}},
		{report(bounce.Soft, "kim@example.org"), now().Add(time.Hour)}, // a clock ahead of ours
		{report(bounce.None, ""), now()},
		{report(bounce.Hard, "no address"), now()},
	}, now())
	if err != nil {
		t.Error(err)
	}
	want := []string{"jane@example.org hard 08:00", "joe@example.org complaint 09:00", "kim@example.org soft 09:00"}
	if diff := cmp.Diff(want, o.people.told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	o.counted(t, 2, 1, 1, 1)
}

func TestWhatCouldNotBeKeptIsAnErrorAndNotCounted(t *testing.T) {
	away := errors.New("away")
	o := newOffice(t)
	o.people.fails = away
	err := o.Vouched(t.Context(), []Event{
		{bounce.Report{Verdict: bounce.Hard, Recipient: "trouble@example.org"}, now()},
		{bounce.Report{Verdict: bounce.Hard, Recipient: "jane@example.org"}, now()},
	}, now())
	if !errors.Is(err, away) {
		t.Errorf("Vouched: %v", err)
	}
	if diff := cmp.Diff([]string{"jane@example.org hard 09:00"}, o.people.told); diff != "" {
		t.Errorf("the others were held up (-want +got):\n%s", diff)
	}
	if err := o.Bounced(t.Context(), mailer.Letter{Subscriber: "trouble"}, mailer.Outcome{Class: mailer.ClassDead}); !errors.Is(err, away) {
		t.Errorf("Bounced: %v", err)
	}
	name := o.tickets.Sign(ticket.Ticket{Letter: mailer.LetterID("a letter"), Subscriber: "troubletroubl"})
	if err := o.Mail(t.Context(), dsn(t, name, "jane@example.org"), now()); !errors.Is(err, away) {
		t.Errorf("Mail: %v", err)
	}
	o.counted(t, 1, 0, 0, 0)
}

func TestARelaysReplyIsAVerdictToo(t *testing.T) {
	o := newOffice(t)
	for _, class := range []mailer.Class{mailer.ClassDead, mailer.ClassMailboxFull} {
		if err := o.Bounced(t.Context(), mailer.Letter{Subscriber: "jane"}, mailer.Outcome{Class: class}); err != nil {
			t.Error(err)
		}
	}
	o.counted(t, 1, 1, 0, 0)
}
