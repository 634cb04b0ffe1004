package subscribers

import (
	"time"

	"jobalertd/alerts"
)

// Terms are for how long things stand that nobody touches. A zero term never ends.
type Terms struct {
	// Unconfirmed is how long a signup, or a change of address, waits for its confirmation.
	Unconfirmed time.Duration
	// Left is how long the record of somebody who left is kept, should they come back.
	Left time.Duration
	// Reconfirm is how long after the last sign of an active subscriber they are asked whether they
	// still want this; Answer is how long they have to say so. Who is paused without end is not asked: it ends
	// when both are over.
	Reconfirm time.Duration
	Answer    time.Duration
}

// Step is what happens to a subscriber by itself when its time has come.
type Step string

// The steps.
const (
	StepNone   Step = ""
	StepErase  Step = "erase"  // the record goes: never confirmed, or left long ago
	StepDrop   Step = "drop"   // a signup or change of address goes that was not confirmed; the person stays
	StepResume Step = "resume" // the pause ends
	StepAsk    Step = "ask"    // they are asked whether they still want this
	StepEnd    Step = "end"    // they were asked and did not answer, or paused and did not come back: the subscription ends
)

// Steps lists every step.
func Steps() []Step { return []Step{StepErase, StepDrop, StepResume, StepAsk, StepEnd} }

// askAt is the hour of their own day at which people are asked.
const askAt = 9

// Next is the next step for a subscriber and when it is due: StepNone and zero where nothing is.
func (t Terms) Next(s *Subscriber) (Step, time.Time) { return t.next(s, s.Location) }

// NextIn is Next for somebody whose Location is known: to read it anew is by far the most of the work.
func (t Terms) NextIn(s *Subscriber, zone *time.Location) (Step, time.Time) {
	return t.next(s, func() *time.Location { return zone })
}

func (t Terms) next(s *Subscriber, zone func() *time.Location) (Step, time.Time) {
	next, due := StepNone, time.Time{}
	soonest := func(step Step, at time.Time) {
		if !at.IsZero() && (due.IsZero() || at.Before(due)) {
			next, due = step, at
		}
	}
	signup := time.Time{} // when the signup that waits runs out
	if s.Proposal != nil {
		signup = after(s.Proposal.At, t.Unconfirmed)
	}
	switch s.State {
	case StatePending:
		if s.Proposal == nil {
			signup = after(s.ChangedAt, t.Unconfirmed)
		}
		return StepErase, signup
	case StateLeft:
		soonest(StepErase, after(s.ChangedAt, t.Left))
	case StatePaused:
		if soonest(StepResume, s.PausedUntil); s.PausedUntil.IsZero() {
			soonest(StepEnd, after(after(s.Consent.LastSign(), t.Reconfirm), t.Answer))
		}
	case StateActive:
		if !s.Consent.AnswerBy.IsZero() {
			soonest(StepEnd, s.Consent.AnswerBy)
		} else if year := after(s.Consent.LastSign(), t.Reconfirm); !year.IsZero() {
			soonest(StepAsk, alerts.Cadence{Every: alerts.EveryDaily, Hour: askAt}.Next(year, zone()))
		}
	}
	soonest(StepDrop, signup)
	if s.Moving != nil {
		soonest(StepDrop, after(s.Moving.At, t.Unconfirmed))
	}
	return next, due
}

// Drop takes away what has waited too long for its confirmation by now.
func (t Terms) Drop(s *Subscriber, now time.Time) {
	if t.Unconfirmed <= 0 {
		return
	}
	if s.Proposal != nil && !now.Before(after(s.Proposal.At, t.Unconfirmed)) {
		s.Proposal = nil
	}
	if s.Moving != nil && !now.Before(after(s.Moving.At, t.Unconfirmed)) {
		s.Moving = nil
	}
}

// after is a term after from, zero where there is no end to it.
func after(from time.Time, term time.Duration) time.Time {
	if from.IsZero() || term <= 0 {
		return time.Time{}
	}
	return from.Add(term)
}
