package mailer

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"sync"
)

// AddressHash is the keyed hash of an address: it finds the person, and outlives them in the
// suppression set. Without the key it tells nothing.
type AddressHash [16]byte

// String is the hash in hexadecimal.
func (h AddressHash) String() string { return fmt.Sprintf("%x", h[:]) }

// Shard is which of n shards the address lives in; n is a power of two.
func (h AddressHash) Shard(n int) int { return int(binary.BigEndian.Uint16(h[:])) & (n - 1) }

// Hasher makes address hashes. Its key must stay the same for as long as the data lives.
type Hasher struct{ mac MAC }

// NewHasher makes a hasher from a secret key.
func NewHasher(key []byte) Hasher { return Hasher{NewMAC(key)} }

// Hash is the keyed hash of the address, the same for every spelling of one mailbox.
func (h Hasher) Hash(a Address) AddressHash {
	return AddressHash(h.mac.Sum([]byte(a.Key()))[:16])
}

// MAC authenticates messages by HMAC-SHA-256 under one key (RFC 2104). It is safe for concurrent use.
type MAC struct {
	begun *sync.Pool // of hash.Hash: to begin one takes as long as all the rest
}

// NewMAC makes a MAC from a secret key, which must not change any more.
func NewMAC(key []byte) MAC {
	return MAC{&sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// Sum is the 32 octets that only who has the key can make of a message.
func (m MAC) Sum(message []byte) []byte {
	h, _ := m.begun.Get().(hash.Hash)
	defer m.begun.Put(h)
	h.Reset()
	h.Write(message)
	return h.Sum(nil)
}
