package app

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

// keySize is the size of a derived key, in octets.
const keySize = 32

// keyring is the keys derived from the master keys, each for one use.
type keyring struct {
	tokens  [][]byte // newest first
	tickets [][]byte // newest first
	address []byte   // of the oldest master key: address hashes outlive a change of keys
	callers []byte   // of the oldest too, for the hashes of IP addresses
}

// deriveKeys derives the keys from the master keys, the newest first.
func deriveKeys(masters []string) (keyring, error) {
	var k keyring
	for _, master := range masters {
		key, err := hkdf.Key(sha256.New, []byte(master), nil, "jobalertd links", keySize)
		if err != nil {
			return keyring{}, fmt.Errorf("deriving the key of links: %w", err)
		}
		k.tokens = append(k.tokens, key)
		if key, err = hkdf.Key(sha256.New, []byte(master), nil, "jobalertd tickets", keySize); err != nil {
			return keyring{}, fmt.Errorf("deriving the key of tickets: %w", err)
		}
		k.tickets = append(k.tickets, key)
	}
	oldest := masters[len(masters)-1]
	key, err := hkdf.Key(sha256.New, []byte(oldest), nil, "jobalertd address hashes", keySize)
	if err != nil {
		return keyring{}, fmt.Errorf("deriving the key of address hashes: %w", err)
	}
	k.address = key
	if k.callers, err = hkdf.Key(sha256.New, []byte(oldest), nil, "jobalertd callers", keySize); err != nil {
		return keyring{}, fmt.Errorf("deriving the key of callers: %w", err)
	}
	return k, nil
}
