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
	if len(data) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	switch data[0] {
	case versionJSON:
		return decodeJSON(data[1:])
	case versionFields:
		var s subscribers.Subscriber
		c := coder{in: data[1:], reading: true}
		c.subscriber(&s)
		return &s, c.end()
	}
	return nil, fmt.Errorf("version %q: %w", data[0], ErrNewer)
}
