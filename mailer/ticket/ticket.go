package ticket

import (
	"crypto/hmac"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"jobalertd/mailer"
)

// Lengths in characters.
const (
	letterSize     = 20
	subscriberSize = 13
	sealSize       = 13
	// Size is the length of a ticket.
	Size = letterSize + subscriberSize + sealSize
)

// minKey is the least length of a key, in octets.
const minKey = 16

// sealContext keeps these MACs apart from any other use of the same key.
const sealContext = "jobalertd ticket 1\x00"

// ErrForged: the text is no ticket, or no key of ours signed it.
var ErrForged = errors.New("not a ticket of ours")

// Ticket is what a mail of ours is known by.
type Ticket struct {
	Letter     string // mailer.Letter.ID
	Subscriber string // mailer.Letter.Subscriber
}

// Signer signs and checks tickets. It is safe for concurrent use.
type Signer struct {
	keys []mailer.MAC
}

// New makes a Signer that signs with the first key and accepts all of them.
func New(keys [][]byte) (*Signer, error) {
	if len(keys) == 0 {
		return nil, errors.New("ticket: at least one key is needed")
	}
	s := &Signer{}
	for i, key := range keys {
		if len(key) < minKey {
			return nil, fmt.Errorf("ticket: key %d has %d octets; at least %d are needed", i+1, len(key), minKey)
		}
		s.keys = append(s.keys, mailer.NewMAC(key))
	}
	return s, nil
}

// Sign makes the ticket of a letter, the same one every time.
func (s *Signer) Sign(t Ticket) string {
	signed := t.Letter + t.Subscriber
	return signed + seal(s.keys[0], signed)
}

// Check reads a ticket in any case. Its only error is ErrForged.
func (s *Signer) Check(text string) (Ticket, error) {
	text = strings.ToLower(text)
	if len(text) != Size {
		return Ticket{}, ErrForged
	}
	signed, given, ok := text[:Size-sealSize], text[Size-sealSize:], false
	for _, key := range s.keys {
		if hmac.Equal([]byte(seal(key, signed)), []byte(given)) {
			ok = true
		}
	}
	if !ok {
		return Ticket{}, ErrForged
	}
	return Ticket{Letter: signed[:letterSize], Subscriber: signed[letterSize:]}, nil
}

func seal(key mailer.MAC, text string) string {
	return strings.ToLower(base32.StdEncoding.EncodeToString(key.Sum([]byte(sealContext + text)))[:sealSize])
}
