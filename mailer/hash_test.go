package mailer

import (
	"fmt"
	"testing"
)

func TestAHashIsOfTheMailboxAndTheKey(t *testing.T) {
	hasher, other := NewHasher([]byte("a key for tests")), NewHasher([]byte("another key"))
	jane := hasher.Hash(parsed(t, "jane@example.com"))
	if got := NewHasher([]byte("a key for tests")).Hash(parsed(t, "Jane@EXAMPLE.com")); got != jane {
		t.Errorf("another spelling has another hash: %s and %s", got, jane)
	}
	if hasher.Hash(parsed(t, "joe@example.com")) == jane {
		t.Error("another mailbox has the same hash")
	}
	if other.Hash(parsed(t, "jane@example.com")) == jane {
		t.Error("another key gives the same hash: it could be found by guessing addresses")
	}
	// The hash is stored: it may never change for a given key.
	if want := "c60c1ea3eb305fd79d3b11df4dff6840"; jane.String() != want {
		t.Errorf("hash = %s, want %s", jane, want)
	}
}

func TestShardsGetTheirShareOfAddresses(t *testing.T) {
	const shards, people = 64, 64 * 100
	hasher := NewHasher([]byte("a key for tests"))
	counts := make([]int, shards)
	for n := range people {
		counts[hasher.Hash(parsed(t, fmt.Sprintf("jane%d@example.com", n))).Shard(shards)]++
	}
	for shard, n := range counts {
		if n < 50 || n > 150 { // five standard deviations of a fair share of 100
			t.Errorf("shard %d has %d of %d addresses", shard, n, people)
		}
	}
}
