package roster

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/match"
	"jobalertd/alerts/match/compact"
	"jobalertd/subscribers"
)

// people is the subscribers of one shard, of which there may be very many: there are no pointers in it,
// so that the garbage collector passes it over, and little slack.
type people struct {
	known compact.Table[person]
	subs  []subscription // number 0 is nobody's
	free  uint32         // the first of the chain of those that are not in use
	// unreadable is those whose records cannot be read: they get nothing until they can.
	unreadable map[subscribers.ID]bool
}

// key is an id in its eight bytes.
type key [8]byte

// hash is a part of the id that is drawn by lot.
func (k key) hash() uint32 { return binary.BigEndian.Uint32(k[4:]) }

// person is one subscriber in any state.
type person struct {
	id    key
	due   uint32 // when the next of subscribers.Steps is, in seconds since 1970; 0 for never
	first uint32 // of the chain of the alerts that may be served; 0 for none
	state uint8  // among subscribers.States, from 1 on; 0 for nobody
}

// Hash is where compact.Table keeps the person.
func (p person) Hash() uint32 { return p.id.hash() }

// subscription is one alert that may be served.
type subscription struct {
	cursor, looked alerts.Seq
	ref            match.Ref
	alert          uint32 // its id, among tables.alerts
	schedule       uint32 // among tables.schedules
	next           uint32 // of the same person, 0 for none
}

func newPeople() *people {
	return &people{subs: make([]subscription, 1), unreadable: map[subscribers.ID]bool{}}
}

// find is somebody by their id, nobody where they are not known.
func (p *people) find(id key) person {
	return p.known.Find(id.hash(), func(who person) bool { return who.id == id })
}

// put takes somebody in who is not known yet, with their subscriptions.
func (p *people) put(who person, subs []subscription) {
	for _, s := range slices.Backward(subs) {
		s.next, who.first = who.first, p.room()
		p.subs[who.first] = s
	}
	p.known.Put(who)
}

// room is a subscription that is not in use.
func (p *people) room() uint32 {
	if at := p.free; at != 0 {
		p.free = p.subs[at].next
		return at
	}
	p.subs = append(p.subs, subscription{})
	return uint32(len(p.subs) - 1)
}

// drop forgets somebody.
func (p *people) drop(id key) {
	for at := p.find(id).first; at != 0; {
		next := p.subs[at].next
		p.subs[at] = subscription{next: p.free}
		p.free, at = at, next
	}
	p.known.Remove(id.hash(), func(who person) bool { return who.id == id })
}

// chain is the subscriptions of somebody. What is changed in them is kept.
func (p *people) chain(who person) func(yield func(*subscription) bool) {
	return func(yield func(*subscription) bool) {
		for at := who.first; at != 0; at = p.subs[at].next {
			if !yield(&p.subs[at]) {
				return
			}
		}
	}
}

// trim gives back what growing has left over.
func (p *people) trim() {
	p.subs = slices.Clip(slices.Clone(p.subs))
	p.known.Trim()
}

// seconds is a time as a person has it.
func seconds(at time.Time) uint32 {
	if at.IsZero() {
		return 0
	}
	return uint32(min(max(at.Unix(), 1), math.MaxUint32))
}

// tables are values that very many share, each with a number. They are never forgotten: there are no
// more alert ids than one person has had alerts, and few schedules.
type tables struct {
	alerts    table[string]
	schedules table[schedule]
}

type schedule struct {
	alerts.Cadence
	zone *time.Location
}

type table[T comparable] struct {
	values  []T
	numbers map[T]uint32
}

func (t *table[T]) number(value T) uint32 {
	n, known := t.numbers[value]
	if !known {
		if t.numbers == nil {
			t.numbers = map[T]uint32{}
		}
		n = uint32(len(t.values))
		t.values, t.numbers[value] = append(t.values, value), n
	}
	return n
}

// stateNumber is the number of a state, from 1 on.
func stateNumber(state subscribers.State) uint8 {
	return uint8(slices.Index(subscribers.States(), state)) + 1
}
