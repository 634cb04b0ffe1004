package ticket

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"hash"
	"strings"
	"sync"
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
	keys [][]byte
	macs *sync.Pool // of hash.Hash under the first key: to begin one takes as long as all the rest
}

// New makes a Signer that signs with the first key and accepts all of them.
func New(keys [][]byte) (*Signer, error) {
	if len(keys) == 0 {
		return nil, errors.New("ticket: at least one key is needed")
	}
	for i, key := range keys {
		if len(key) < minKey {
			return nil, fmt.Errorf("ticket: key %d has %d octets; at least %d are needed", i+1, len(key), minKey)
		}
	}
	newMAC := func() any { return hmac.New(sha256.New, keys[0]) }
	return &Signer{keys: keys, macs: &sync.Pool{New: newMAC}}, nil
}

// Sign makes the ticket of a letter, the same one every time.
func (s *Signer) Sign(t Ticket) string {
	mac, _ := s.macs.Get().(hash.Hash)
	defer s.macs.Put(mac)
	mac.Reset()
	signed := t.Letter + t.Subscriber
	return signed + seal(mac, signed)
}

// Check reads a ticket in any case. Its only error is ErrForged.
func (s *Signer) Check(text string) (Ticket, error) {
	text = strings.ToLower(text)
	if len(text) != Size {
		return Ticket{}, ErrForged
	}
	signed, given, ok := text[:Size-sealSize], text[Size-sealSize:], false
	for _, key := range s.keys {
		if hmac.Equal([]byte(seal(hmac.New(sha256.New, key), signed)), []byte(given)) {
			ok = true
		}
	}
	if !ok {
		return Ticket{}, ErrForged
	}
	return Ticket{Letter: signed[:letterSize], Subscriber: signed[letterSize:]}, nil
}

func seal(h hash.Hash, text string) string {
	h.Write([]byte(sealContext + text))
	return strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil))[:sealSize])
}
