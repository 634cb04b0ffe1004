package subscribers

import "fmt"

// State is where a subscriber stands.
type State string

// The states.
const (
	StatePending State = "pending" // signed up, address not confirmed: gets nothing but the confirm mail
	StateActive  State = "active"  // gets alerts
	StatePaused  State = "paused"  // confirmed, gets nothing for now
	StateLeft    State = "left"    // asked to hear no more, or the address died
)

// States lists every state.
func States() []State { return []State{StatePending, StateActive, StatePaused, StateLeft} }

// Event is what can happen to a subscriber.
type Event string

// The events.
const (
	EventConfirm Event = "confirm"
	EventPause   Event = "pause"
	EventResume  Event = "resume"
	EventLeave   Event = "leave"
)

// After is the state that follows event. An event that changes nothing, such as leaving twice, is
// allowed; one that the state forbids gives ErrState.
func (s State) After(event Event) (State, error) {
	switch event {
	case EventConfirm:
		return StateActive, nil
	case EventLeave:
		return StateLeft, nil
	case EventPause:
		if s == StateActive || s == StatePaused {
			return StatePaused, nil
		}
	case EventResume:
		if s == StateActive || s == StatePaused {
			return StateActive, nil
		}
	}
	return s, fmt.Errorf("%w: a %s subscriber cannot %s", ErrState, s, event)
}
