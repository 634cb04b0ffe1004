package dkim

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// minRSA is the shortest RSA key that verifiers accept, in bits (RFC 8301 §3.2).
const minRSA = 1024

// ErrKey is what every error about a key wraps.
var ErrKey = errors.New("not a DKIM key")

// Key is one key to sign with.
type Key struct {
	// Domain and Selector are where its public half is found: Selector._domainkey.Domain.
	Domain, Selector string
	signer           crypto.Signer
}

// ParseKey reads a private key in PEM form, as openssl and opendkim-genkey write it: PKCS #8 or
// PKCS #1, RSA of 1024 bits or more, or Ed25519.
func ParseKey(domain, selector string, text []byte) (Key, error) {
	signer, err := parse(text)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return Key{Domain: domain, Selector: selector, signer: signer}, nil
}

// parse never repeats the key.
func parse(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("it is not in PEM form, which begins with -----BEGIN PRIVATE KEY-----")
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("it is a %s; give a private key without a password", strings.ToLower(block.Type))
	}
	if err != nil {
		return nil, errors.New("it is damaged")
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if bits := key.N.BitLen(); bits < minRSA {
			return nil, fmt.Errorf("it has %d bits; use 2048 (openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048)", bits)
		}
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	default:
		return nil, errors.New("it is neither RSA nor Ed25519")
	}
}

// Name is the DNS name of the key's record.
func (k Key) Name() string { return k.Selector + "._domainkey." + k.Domain }

// Record is the text of the key's record (RFC 6376 §3.6.1).
func (k Key) Record() string {
	switch public := k.signer.Public().(type) {
	case *rsa.PublicKey:
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			return "" // an RSA key has a form
		}
		return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
	case ed25519.PublicKey:
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	default:
		return ""
	}
}
