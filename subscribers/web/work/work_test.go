package work

import (
	"crypto/sha256"
	"strconv"
	"testing"
)

// solve does the work as the script does.
func solve(wanted int, shown, email string) string {
	for n := 0; ; n++ {
		if proof := strconv.Itoa(n); Proven(wanted, shown, email, proof) {
			return proof
		}
	}
}

func TestAProofIsGoodForWhatItWasMadeFor(t *testing.T) {
	proof := solve(12, "token", "jane@example.com")
	tests := []struct {
		name                string
		bits                int
		shown, email, proof string
		want                bool
	}{
		{"as made", 12, "token", "jane@example.com", proof, true},
		{"with spaces around the address", 12, "token", " jane@example.com ", proof, true},
		{"less was asked for", 8, "token", "jane@example.com", proof, true},
		{"nothing was asked for", 0, "token", "jane@example.com", "", true},
		{"far more was asked for", 24, "token", "jane@example.com", proof, false},
		{"for another address", 12, "token", "joe@example.com", proof, false},
		{"for another form", 12, "token2", "jane@example.com", proof, false},
		{"none", 12, "token", "jane@example.com", "", false},
		{"no number", 1, "token", "jane@example.com", "x", false},
		{"a number without end", 1, "token", "jane@example.com", "000000000000000000000", false},
	}
	for _, test := range tests {
		if got := Proven(test.bits, test.shown, test.email, test.proof); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestZerosAreCountedByTheBit(t *testing.T) {
	for want, hash := range map[int][sha256.Size]byte{
		0: {0x80}, 1: {0x40}, 7: {0x01}, 8: {0, 0xff}, 12: {0, 0x08}, 255: {sha256.Size - 1: 1}, 256: {},
	} {
		if got := zeros(hash); got != want {
			t.Errorf("%x: %d, want %d", hash, got, want)
		}
	}
}
