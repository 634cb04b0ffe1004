package signup

import (
	"errors"
	"testing"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

func TestAReminderReplacesTheLinkThatWaits(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	first := enrol(t, b, janes(t, asks("go")), start())
	later := start().Add(6 * 24 * time.Hour)
	must(t, b.Remind(t.Context(), first.ID, later))
	owes(t, b, mailer.KindConfirm, mailer.KindConfirm)
	fresh := stored(t, b, first.ID).Proposal
	if fresh.ID == first.Proposal || fresh.Mails != 1 {
		t.Errorf("%+v", fresh)
	}
	if _, err := b.Confirm(t.Context(), first.ID, first.Proposal, subscribers.ViaButton, later); !errors.Is(err, subscribers.ErrExpired) {
		t.Errorf("the old link: %v", err)
	}
	sub := confirm(t, b, Enrolled{ID: first.ID, Proposal: fresh.ID}, later.Add(6*24*time.Hour))
	stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 100"})
}

func TestRemindersAreNoWayToFloodAMailbox(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	first := enrol(t, b, janes(t, asks("go")), start())
	for i := range 100 {
		must(t, b.Remind(t.Context(), first.ID, start().Add(time.Duration(i)*time.Second*30)))
	}
	if n := len(letters(t, b)); n != mailsPerDay {
		t.Errorf("%d mails", n)
	}
}

func TestNobodyIsRemindedOfNothing(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go")
	must(t, b.Remind(t.Context(), sub.ID, start().Add(time.Hour)))
	must(t, b.Remind(t.Context(), "aaaaaaaaaaaaa", start().Add(time.Hour)))
	owes(t, b)
}

func TestWhoHasLeftStartsTheirAlertsAgainFromNow(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go", "rust")
	must(t, b.Leave(t.Context(), sub.ID, "", subscribers.ViaButton, start()))
	b.offer.head = 200
	for range 2 { // the second press finds nothing to do
		got, err := b.Return(t.Context(), sub.ID, start().Add(time.Hour))
		must(t, err)
		if got.Consent.Via != subscribers.ViaManage || !got.Consent.ConfirmedAt.Equal(start().Add(time.Hour)) {
			t.Errorf("%+v", got.Consent)
		}
	}
	stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 200", "2": "rust from 200"})
	owes(t, b, mailer.KindWelcome)
}

func TestASuppressedAddressDoesNotComeBack(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go")
	must(t, b.silence(t.Context(), sub.ID, suppress.ReasonComplaint, start()))
	if _, err := b.Return(t.Context(), sub.ID, start()); !errors.Is(err, subscribers.ErrSuppressed) {
		t.Errorf("%v", err)
	}
	if got := stored(t, b, sub.ID).State; got != subscribers.StateLeft {
		t.Errorf("%s", got)
	}
}

func TestWhoNeverConfirmedHasNothingToComeBackTo(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	done := enrol(t, b, janes(t, asks("go")), start())
	must(t, b.Leave(t.Context(), done.ID, "", subscribers.ViaButton, start()))
	if _, err := b.Return(t.Context(), done.ID, start()); !errors.Is(err, subscribers.ErrState) {
		t.Errorf("%v", err)
	}
}

func TestRenewingFeedsCountsThem(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	sub := active(t, b, "go")
	_, err := b.Change(t.Context(), sub.ID, subscribers.Change{RenewFeeds: true}, start())
	must(t, err)
	if got := stored(t, b, sub.ID).FeedSerial; got != 1 {
		t.Errorf("serial %d", got)
	}
	stands(t, b, sub.ID, subscribers.StateActive, map[string]string{"1": "go from 100"})
}

func TestAProposalKnowsItsBrowser(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	s := janes(t, asks("go"))
	s.Browser = "a-browsers-name"
	done := enrol(t, b, s, start())
	if got := stored(t, b, done.ID).Proposal.Browser; got != "a-browsers-name" {
		t.Errorf("%q", got)
	}
}
