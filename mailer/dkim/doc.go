// Package dkim signs mails (RFC 6376), so that receivers can tell that they come from us and that the
// way to leave that their headers offer is ours: RFC 8058 §4 wants List-Unsubscribe and
// List-Unsubscribe-Post signed, and Gmail shows no button without.
//
// Each key makes a signature of its own: RSA (rsa-sha256), which everybody verifies, Ed25519 (RFC 8463),
// which some do, or both.
//
// # Decisions
//
// go-msgauth signs, not go-mail: the signatures of go-mail v0.8.1 are invalid as soon as the list of
// signed headers is longer than 71 characters, as ours is.
//
// Headers are signed relaxed, bodies simple (RFC 6376 §3.4), as Amazon SES does it. Our bodies are in quoted-printable:
// no line of theirs ends in white space or is longer than 76 octets, so there is nothing on the way that relaxed would
// forgive and simple would not. To go-msgauth relaxed means looking at each octet twice: a digest takes 184 µs to sign
// with Ed25519 instead of 297.
//
// All headers of ours are signed. Those of which a mail has at most one are signed once more than they
// occur (RFC 6376 §8.15), so that nobody can add a second From or a Reply-To to a mail of ours and
// have it verify. The headers of mailing lists are signed as they are: some relays add their own, and
// mails that are no bulk mail have none.
package dkim
