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
	var s subscribers.Subscriber
	if err := decode(data, &s, coder{}); err != nil {
		return nil, err
	}
	return &s, nil
}

// DecodeOutline is Decode for those who read everybody: it leaves out the addresses, the names of alerts,
// where a consent came from and which proposal was confirmed last, or some of that. A record is refused if
// Decode refuses it, unless for what is no address. What is in s is lost; its list of alerts is used again.
func DecodeOutline(data []byte, s *subscribers.Subscriber) error {
	*s = subscribers.Subscriber{Alerts: s.Alerts[:0]}
	return decode(data, s, coder{outline: true})
}

func decode(data []byte, s *subscribers.Subscriber, c coder) error {
	switch {
	case len(data) == 0:
		return fmt.Errorf("%w: it is empty", ErrDamaged)
	case data[0] == versionJSON:
		return decodeJSON(data[1:], s)
	case data[0] == versionFields:
		c.in, c.reading = data[1:], true
		c.subscriber(s)
		return c.end()
	}
	return fmt.Errorf("version %q: %w", data[0], ErrNewer)
}
