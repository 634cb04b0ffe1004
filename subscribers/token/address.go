package token

import (
	"encoding/base32"
	"encoding/base64"
	"strings"
)

// ForAddress is a link in the form it has in the local part of a mail address: letters that some host
// may fold, and no longer than fits (RFC 5321 §4.5.3.1.1) for an unsubscribe link.
func ForAddress(link string) string {
	raw, _ := base64.RawURLEncoding.DecodeString(link) // we minted it
	return strings.ToLower(addressEncoding().EncodeToString(raw))
}

// FromAddress is the link behind the local part of a mail address; ErrMalformed where there is none.
func FromAddress(local string) (string, error) {
	raw, err := addressEncoding().DecodeString(strings.ToUpper(local))
	// The decoder skips line breaks and ignores spare bits; one link must have one spelling.
	if err != nil || !strings.EqualFold(addressEncoding().EncodeToString(raw), local) {
		return "", ErrMalformed
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func addressEncoding() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }
