// Package once remembers in Redis what was answered to a request with an Idempotency-Key, so that a
// caller who did not hear the answer may ask again without anything being done twice
// (draft-ietf-httpapi-idempotency-key-header).
//
//	once:<hash>  hash; f fingerprint of the request, t token of whoever works on it, a its answer
//
// The key is a hash of scope and Idempotency-Key: a caller's key may name anything, also a person.
//
// # Decisions
//
// A request is claimed before it is worked on and settled after. Who dies in between leaves a claim
// that ends by itself; whoever asks again then works on it once more. What that work changes must
// therefore be named by the key too: see subscribers.Signup.Proposal.
//
// An answer is kept for 24 hours. Only success is kept: a refusal changed nothing, and is refused again
// for the same reason, or taken in after the reason has gone.
package once
