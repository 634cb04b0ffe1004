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
type Hasher struct {
	macs *sync.Pool // of hash.Hash: to begin one takes as long as all the rest
}

// NewHasher makes a hasher from a secret key.
func NewHasher(key []byte) Hasher {
	return Hasher{&sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// Hash is the keyed hash of the address, the same for every spelling of one mailbox.
func (h Hasher) Hash(a Address) AddressHash {
	mac, _ := h.macs.Get().(hash.Hash)
	defer h.macs.Put(mac)
	mac.Reset()
	mac.Write([]byte(a.Key()))
	return AddressHash(mac.Sum(nil)[:16])
}
