// Package webhook checks Standard Webhooks signatures, with which another site proves that it sent
// a request: HMAC-SHA256 over "id.timestamp.body".
//
// See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed request.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp" // seconds since 1970
	HeaderSignature = "Webhook-Signature" // "v1,<base64>", several separated by spaces
)

// Tolerance is how far the timestamp may be from now, either way.
const Tolerance = 5 * time.Minute

// minKey is the least length of a secret: the spec asks for 24 to 64 octets.
const minKey = 24

// ErrSignature is what every error of Verify wraps.
var ErrSignature = errors.New("signature not accepted")

// Verifier checks signatures. It is safe for concurrent use.
type Verifier struct{ keys [][]byte }

// New makes a Verifier that accepts any of the secrets, each "whsec_" and base64. No secret is an
// error: it would accept nothing.
func New(secrets []string) (*Verifier, error) {
	if len(secrets) == 0 {
		return nil, errors.New("webhook: at least one secret is needed")
	}
	v := &Verifier{}
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			return nil, fmt.Errorf("webhook: secret %d is not whsec_ and base64", i+1)
		}
		if len(key) < minKey {
			return nil, fmt.Errorf("webhook: secret %d has %d octets; at least %d are needed", i+1, len(key), minKey)
		}
		v.keys = append(v.keys, key)
	}
	return v, nil
}

// Verify checks the signature of a request received now. A request may come twice within the
// tolerance: whoever handles it must not mind.
func (v *Verifier) Verify(h http.Header, body []byte, now time.Time) error {
	id, stamp, signatures := h.Get(HeaderID), h.Get(HeaderTimestamp), h.Get(HeaderSignature)
	for _, name := range []string{HeaderID, HeaderTimestamp, HeaderSignature} {
		if h.Get(name) == "" {
			return fmt.Errorf("%w: the header %s is missing", ErrSignature, name)
		}
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: %s is not a number of seconds since 1970", ErrSignature, HeaderTimestamp)
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > Tolerance {
		return fmt.Errorf("%w: %s is more than %s away from our clock", ErrSignature, HeaderTimestamp, Tolerance)
	}
	if !v.any(signatures, id+"."+stamp+".", body) {
		return fmt.Errorf("%w: no signature fits the secret", ErrSignature)
	}
	return nil
}

// any reports whether one of the signatures was made with one of the keys.
func (v *Verifier) any(signatures, prefix string, body []byte) bool {
	ok := false
	for _, key := range v.keys {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(prefix))
		h.Write(body)
		want := "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
		for given := range strings.SplitSeq(signatures, " ") {
			if hmac.Equal([]byte(given), []byte(want)) {
				ok = true
			}
		}
	}
	return ok
}
