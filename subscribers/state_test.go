package subscribers

import (
	"errors"
	"testing"
)

func TestEveryStateAnswersEveryEvent(t *testing.T) {
	const no = State("") // not possible
	events := []Event{EventConfirm, EventPause, EventResume, EventLeave}
	table := map[State][]State{
		//             confirm      pause        resume       leave
		StatePending: {StateActive, no, no, StateLeft},
		StateActive:  {StateActive, StatePaused, StateActive, StateLeft},
		StatePaused:  {StateActive, StatePaused, StateActive, StateLeft},
		StateLeft:    {StateActive, no, no, StateLeft},
	}
	for _, state := range States() {
		for i, event := range events {
			want := table[state][i]
			got, err := state.After(event)
			switch {
			case want != no && (got != want || err != nil):
				t.Errorf("%s, %s: %s, %v; want %s", state, event, got, err, want)
			case want == no && (!errors.Is(err, ErrState) || got != state):
				t.Errorf("%s, %s: %s, %v; want the same state and ErrState", state, event, got, err)
			}
		}
		if got, err := state.After("nonsense"); !errors.Is(err, ErrState) || got != state {
			t.Errorf("%s, an unknown event: %s, %v; want the same state and ErrState", state, got, err)
		}
	}
}

func TestAForbiddenEventIsNamed(t *testing.T) {
	_, err := StateLeft.After(EventResume)
	if want := "not possible in this state: a left subscriber cannot resume"; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
