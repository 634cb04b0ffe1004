// Package work has the browser prove that it has worked before it signs somebody up: who wants to
// sign up a million strangers must do it a million times. It is a hashcash of SHA-256
// (https://en.wikipedia.org/wiki/Hashcash), done by a small script with the Web Crypto API.
//
// # Decisions
//
// What is worked on is the token that says when the form was shown, and the mail address in it. So a
// proof is good for one address and a day, and nothing needs to be kept to see that it is not used for
// another; how often one address is signed up, package limit counts.
//
// A browser without JavaScript, or on a page without TLS, where Web Crypto is missing, cannot prove
// anything. It is braked by time instead: the form must have been open for Patience before it is
// taken. So nobody is kept out; a program may wait as well, and then meets the brakes of package limit.
package work

import (
	"crypto/sha256"
	_ "embed"
	"math/bits"
	"strings"
	"time"
)

// Patience is how long a form without a proof must have been open.
const Patience = 20 * time.Second

// MaxBits is the most work that may be asked for, in bits; a browser does 16 in about a second.
const MaxBits = 24

//go:embed work.js
var script string

// Script works when the form is sent that says how many bits in data-work, and puts the proof into
// its field "work".
func Script() string { return script }

// Proven reports whether proof shows that bits of work were done for a form shown with the token and
// sent with the mail address. Without bits there is nothing to prove.
func Proven(wanted int, shown, email, proof string) bool {
	if wanted <= 0 {
		return true
	}
	if proof == "" || len(proof) > 20 || strings.Trim(proof, "0123456789") != "" {
		return false
	}
	return zeros(sha256.Sum256([]byte(shown+"\n"+strings.TrimSpace(email)+"\n"+proof))) >= wanted
}

// zeros is how many bits are zero at the beginning.
func zeros(hash [sha256.Size]byte) int {
	n := 0
	for _, octet := range hash {
		n += bits.LeadingZeros8(octet)
		if octet != 0 {
			break
		}
	}
	return n
}
