package signup

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

// came is what came back at the start.
func came(verdict bounce.Verdict, reason bounce.Reason) intake.Event {
	return intake.Event{Report: bounce.Report{Verdict: verdict, Reason: reason}, At: start()}
}

// suppressedFor is the reason why an address is suppressed, "" where it is not.
func suppressedFor(t tester, b *bench, a mailer.Address) suppress.Reason {
	t.Helper()
	entry, _, err := b.suppress.Get(t.Context(), b.store.Hash(a))
	must(t, err)
	return entry.Reason
}

func TestWhatCameBackDecidesWhetherAnAddressIsSilenced(t *testing.T) {
	for _, test := range []struct {
		name    string
		event   intake.Event
		state   subscribers.State
		silence suppress.Reason
	}{
		{"a dead address", came(bounce.Hard, bounce.UserUnknown), subscribers.StateLeft, suppress.ReasonBounce},
		{"a complaint", came(bounce.Complaint, bounce.Abuse), subscribers.StateLeft, suppress.ReasonComplaint},
		{"a wish to leave", came(bounce.Complaint, bounce.OptOut), subscribers.StateLeft, ""},
		{"a report of forged mail", came(bounce.Complaint, bounce.AuthReport), subscribers.StateActive, ""},
		{"a full mailbox, once", came(bounce.Soft, bounce.MailboxFull), subscribers.StateActive, ""},
		{"an auto-reply", came(bounce.None, bounce.AutoReply), subscribers.StateActive, ""},
		{"a success", came(bounce.None, bounce.Delivered), subscribers.StateActive, ""},
	} {
		for _, way := range []string{"by the ticket", "by the address"} {
			t.Run(test.name+" "+way, func(t *testing.T) {
				b := newBench(redistest.Embedded(t))
				sub := active(t, b, "go")
				for range 2 { // the second time changes nothing
					if way == "by the ticket" {
						must(t, b.Returned(t.Context(), string(sub.ID), test.event, start()))
					} else {
						must(t, b.ReturnedFrom(t.Context(), sub.Address, test.event, start()))
					}
					if got := stored(t, b, sub.ID).State; got != test.state {
						t.Errorf("state %s, want %s", got, test.state)
					}
					if got := suppressedFor(t, b, sub.Address); got != test.silence {
						t.Errorf("suppressed for %q, want %q", got, test.silence)
					}
				}
			})
		}
	}
}

func TestADeadAddressIsSilencedForGood(t *testing.T) {
	redistest.Each(t, func(t *testing.T, client redis.UniversalClient) {
		b := newBench(client)
		sub := active(t, b, "go")
		must(t, b.Returned(t.Context(), string(sub.ID), came(bounce.Hard, bounce.UserUnknown), start()))
		stands(t, b, sub.ID, subscribers.StateLeft, map[string]string{"1": "go from 100"})
		must(t, b.SendManageLink(t.Context(), sub.ID, start()))
		enrol(t, b, janes(t, asks("rust")), start().Add(time.Hour))
		owes(t, b)
	})
}

func TestAnAddressInTroubleForTooLongIsSilenced(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		name   string
		reason bounce.Reason
		clears bool // a mail arrives in the middle
		want   suppress.Reason
	}{
		{"its mailbox is full", bounce.MailboxFull, false, suppress.ReasonUnreachable},
		{"its host does not answer", bounce.Expired, false, suppress.ReasonUnreachable},
		{"its mailbox is full, and then it is not", bounce.MailboxFull, true, ""},
		{"its provider has blocked us", bounce.Blocked, false, ""},
		{"its provider takes us for a spammer", bounce.Spam, false, ""},
		{"we send too much", bounce.RateLimited, false, ""},
		{"mail is late", bounce.Delayed, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(redistest.Embedded(t))
			sub := active(t, b, "go")
			e := came(bounce.Soft, test.reason)
			for n := range 12 {
				e.At = start().Add(time.Duration(n) * day)
				must(t, b.Returned(t.Context(), string(sub.ID), e, e.At))
				if test.clears && n == 6 {
					must(t, b.Returned(t.Context(), string(sub.ID), came(bounce.None, bounce.Delivered), e.At))
				}
			}
			if got := suppressedFor(t, b, sub.Address); got != test.want {
				t.Errorf("suppressed for %q, want %q", got, test.want)
			}
			want := subscribers.StateActive
			if test.want != "" {
				want = subscribers.StateLeft
			}
			if got := stored(t, b, sub.ID).State; got != want {
				t.Errorf("state %s, want %s", got, want)
			}
		})
	}
}

func TestABounceFromNobodyWritesNothing(t *testing.T) {
	client := redistest.Embedded(t)
	b := newBench(client)
	erased := string(subscribers.NewID(mailer.AddressHash{}))
	for _, e := range []intake.Event{came(bounce.Hard, bounce.UserUnknown), came(bounce.Soft, bounce.MailboxFull),
		came(bounce.Complaint, bounce.Abuse), came(bounce.Complaint, bounce.OptOut), came(bounce.None, bounce.Delivered)} {
		for _, who := range []string{erased, "", "nonsense"} {
			must(t, b.Returned(t.Context(), who, e, start()))
		}
		must(t, b.ReturnedFrom(t.Context(), address(t, "nobody@example.com"), e, start()))
	}
	if n := client.DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("%d keys were written", n)
	}
}
