package record

import (
	"errors"
	"fmt"

	"jobalertd/subscribers"
)

// The versions.
const (
	versionJSON   = '1'
	versionFields = '2'
)

var (
	// ErrNewer: a newer program wrote this record.
	ErrNewer = errors.New("written by a newer version of jobalertd; upgrade this one")
	// ErrDamaged: this is no record.
	ErrDamaged = errors.New("the record is damaged")
)

// Encode is the subscriber as it is stored. ID, State and Version are no part of it: they stand beside
// it, where scripts can read them.
func Encode(s *subscribers.Subscriber) []byte {
	c := coder{out: []byte{versionFields}}
	c.subscriber(s)
	return c.out
}

// Decode reads what Encode has written, or any earlier program: ErrNewer, ErrDamaged.
func Decode(data []byte) (*subscribers.Subscriber, error) {
	return decode(data, coder{})
}

// DecodeOutline is Decode for those who read everybody: it leaves out the addresses, the names of alerts,
// where a consent came from and which proposal was confirmed last, or some of that. A record is refused if
// Decode refuses it, unless for what is no address.
func DecodeOutline(data []byte) (*subscribers.Subscriber, error) {
	return decode(data, coder{outline: true})
}

func decode(data []byte, c coder) (*subscribers.Subscriber, error) {
	switch {
	case len(data) == 0:
		return nil, fmt.Errorf("%w: it is empty", ErrDamaged)
	case data[0] == versionJSON:
		return decodeJSON(data[1:])
	case data[0] == versionFields:
		var s subscribers.Subscriber
		c.in, c.reading = data[1:], true
		c.subscriber(&s)
		return &s, c.end()
	}
	return nil, fmt.Errorf("version %q: %w", data[0], ErrNewer)
}
