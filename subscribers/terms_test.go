package subscribers

import (
	"testing"
	"time"
)

func TestEveryTermEndsInItsStep(t *testing.T) {
	const day = 24 * time.Hour
	terms := Terms{Unconfirmed: 7 * day, Left: 28 * day, Reconfirm: 365 * day, Answer: 30 * day}
	at := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	signup := &Proposal{At: at.Add(-day)}
	tests := []struct {
		name string
		sub  Subscriber
		step Step
		due  time.Time
	}{
		{"a signup counts from the signup, not from the last mail about it", Subscriber{State: StatePending, ChangedAt: at, Proposal: signup}, StepErase, at.Add(6 * day)},
		{"an active person loses only the signup", Subscriber{State: StateActive, Proposal: signup}, StepDrop, at.Add(6 * day)},
		{"a new address that nobody confirms is forgotten", Subscriber{State: StateActive, Moving: &Moving{At: at}}, StepDrop, at.Add(7 * day)},
		{"who has left is kept a while", Subscriber{State: StateLeft, ChangedAt: at}, StepErase, at.Add(28 * day)},
		{"a pause ends at its date", Subscriber{State: StatePaused, PausedUntil: at}, StepResume, at},
		{"a pause without a date ends when nobody has come back for as long as others are asked and answer", Subscriber{State: StatePaused, Consent: Consent{ConfirmedAt: at, RenewedAt: at.Add(day)}},
			StepEnd, at.Add(396 * day)},
		{"a pause with a date, however late, does not end the subscription", Subscriber{State: StatePaused, PausedUntil: at.Add(999 * day), Consent: Consent{ConfirmedAt: at}}, StepResume, at.Add(999 * day)},
		{"a pause outlasts a signup", Subscriber{State: StatePaused, PausedUntil: at.Add(9 * day), Proposal: signup}, StepDrop, at.Add(6 * day)},
		{"a year after confirming, at nine in the morning", Subscriber{State: StateActive, Zone: "America/New_York", Consent: Consent{ConfirmedAt: at}},
			StepAsk, time.Date(2028, 2, 29, 14, 0, 0, 0, time.UTC)},
		{"a year after the last sign", Subscriber{State: StateActive, Consent: Consent{ConfirmedAt: at, RenewedAt: at.Add(day)}},
			StepAsk, time.Date(2028, 3, 2, 9, 0, 0, 0, time.UTC)},
		{"who was asked has until then", Subscriber{State: StateActive, Consent: Consent{ConfirmedAt: at, AnswerBy: at.Add(400 * day)}}, StepEnd, at.Add(400 * day)},
		{"of whom no sign is known is left alone", Subscriber{State: StateActive, ChangedAt: at}, StepNone, time.Time{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if step, due := terms.Next(&test.sub); step != test.step || !due.Equal(test.due) {
				t.Errorf("%q at %s, want %q at %s", step, due, test.step, test.due)
			}
			if step, due := (Terms{}).Next(&test.sub); !due.IsZero() && step != StepResume && step != StepEnd {
				t.Errorf("without terms: %q at %s", step, due)
			}
		})
	}
}

func TestOnlyWhatHasWaitedTooLongIsDropped(t *testing.T) {
	const week = 7 * 24 * time.Hour
	at := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	sub := Subscriber{Proposal: &Proposal{At: at}, Moving: &Moving{At: at.Add(time.Hour)}}
	terms := Terms{Unconfirmed: week}
	Terms{}.Drop(&sub, at.Add(99*week))
	if sub.Proposal == nil {
		t.Error("a term that never ends has ended")
	}
	terms.Drop(&sub, at.Add(week))
	if sub.Proposal != nil || sub.Moving == nil {
		t.Errorf("after a week the signup is %v, the change of address %v", sub.Proposal, sub.Moving)
	}
	terms.Drop(&sub, at.Add(week+time.Hour))
	if sub.Moving != nil {
		t.Error("a change of address outlasts its week")
	}
}

func TestAQuestionHasANameOfItsOwnEachTime(t *testing.T) {
	at := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	sub := Subscriber{ID: "aaaaaaaaaaaaa", State: StateActive}
	if got := sub.Question(); got != "" {
		t.Errorf("nobody has asked, and the question is %q", got)
	}
	sub.Consent.AnswerBy = at
	first := sub.Question()
	if first != sub.Question() || len(first) != len(NewProposalID()) {
		t.Errorf("question %q is not like the id of a proposal", first)
	}
	sub.Consent.AnswerBy = at.AddDate(1, 0, 0)
	if sub.Question() == first {
		t.Error("a year later the question is the same")
	}
	sub.Consent.Renew(at)
	if sub.Question() != "" || !sub.Consent.LastSign().Equal(at) {
		t.Errorf("after the answer: %q, %v", sub.Question(), sub.Consent)
	}
}
