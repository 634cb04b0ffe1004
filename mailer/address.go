package mailer

import (
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ErrAddress is what every error of ParseAddress wraps.
var ErrAddress = errors.New("not a mail address")

// Address is one person's mail address. The zero value is no address.
// It prints in full with String; a log gets it only redacted.
type Address struct {
	local  string // as given: RFC 5321 §2.4 leaves its case to the receiver
	domain string // lower case, in A-label (punycode) form
}

// Limits of RFC 5321 §4.5.3.1, in octets.
const (
	maxLocal   = 64
	maxLabel   = 63 // RFC 1035 §2.3.4
	maxAddress = 254
)

// domainProfile is stricter than idna.Lookup, which lets empty and overlong labels through.
func domainProfile() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))
}

// ParseAddress reads a bare address such as name@example.com, as a person types it into a form:
// no display name, no comment, no quoted part, no IP literal, a domain with at least one dot.
// White space around it is dropped. Its errors wrap ErrAddress and say what is wrong.
func ParseAddress(s string) (Address, error) {
	s = strings.TrimSpace(s)
	if a, ok := parseUsual(s); ok {
		return a, nil
	}
	return parseAny(s)
}

// parseUsual reads an address as nearly all are: of ASCII letters, digits and a few signs, its domain in
// lower case.
func parseUsual(s string) (Address, bool) {
	local, domain, found := strings.Cut(s, "@")
	if !found || len(s) > maxAddress || len(local) > maxLocal || !hasLabels(local, "+-_", true) || !hasLabels(domain, "-", false) {
		return Address{}, false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if len(label) > maxLabel || len(label) > 3 && label[2:4] == "--" { // which stands in A-labels
			return Address{}, false
		}
	}
	return Address{local: local, domain: domain}, checkDomain(domain) == nil
}

// hasLabels reports whether a text is labels with dots between them, of letters, digits and some signs.
func hasLabels(s, signs string, capitals bool) bool {
	last := byte('.')
	for _, c := range []byte(s) {
		switch {
		case c == '.' && last == '.':
			return false
		case c == '.', c >= 'a' && c <= 'z', c >= '0' && c <= '9', capitals && c >= 'A' && c <= 'Z':
		case strings.IndexByte(signs, c) < 0:
			return false
		}
		last = c
	}
	return last != '.'
}

// parseAny reads every address.
func parseAny(s string) (Address, error) {
	if s == "" {
		return Address{}, fmt.Errorf("%w: it is empty", ErrAddress)
	}
	if !utf8.ValidString(s) {
		return Address{}, fmt.Errorf("%w: it is not valid UTF-8", ErrAddress)
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return Address{}, fmt.Errorf("%w: it has no @", ErrAddress)
	}
	local, domain := s[:at], s[at+1:]
	if local == "" {
		return Address{}, fmt.Errorf("%w: nothing stands before the @", ErrAddress)
	}
	if strings.ContainsAny(local, "\"()<>[]:;@\\, ") {
		return Address{}, fmt.Errorf("%w: the part before the @ holds a space, a comma, a quote or a bracket", ErrAddress)
	}
	// RFC 6531 would let invisible characters through. Nobody means them, and they break lines and
	// forge what a reader sees.
	if strings.ContainsFunc(local, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return Address{}, fmt.Errorf("%w: the part before the @ holds a character that cannot be seen", ErrAddress)
	}
	if len(local) > maxLocal {
		return Address{}, fmt.Errorf("%w: the part before the @ is longer than %d characters", ErrAddress, maxLocal)
	}
	ascii, err := domainProfile().ToASCII(domain)
	if err != nil {
		return Address{}, fmt.Errorf("%w: %q is not a domain name", ErrAddress, domain)
	}
	if err := checkDomain(ascii); err != nil {
		return Address{}, err
	}
	a := Address{local: local, domain: ascii}
	if len(a.String()) > maxAddress {
		return Address{}, fmt.Errorf("%w: it is longer than %d characters", ErrAddress, maxAddress)
	}
	// The standard library knows which characters an atom may hold and where its dots may stand.
	parsed, err := mail.ParseAddress(a.String())
	if err != nil || parsed.Name != "" || parsed.Address != a.String() {
		return Address{}, fmt.Errorf("%w: write it like name@example.com", ErrAddress)
	}
	return a, nil
}

func checkDomain(ascii string) error {
	if !strings.Contains(ascii, ".") {
		return fmt.Errorf("%w: the domain %q has no dot", ErrAddress, ascii)
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return fmt.Errorf("%w: %q is not a domain name", ErrAddress, ascii)
		}
	}
	if top := ascii[strings.LastIndexByte(ascii, '.')+1:]; strings.Trim(top, "0123456789") == "" {
		return fmt.Errorf("%w: the domain %q ends in a number", ErrAddress, ascii)
	}
	return nil
}

// String is the address as it is written in a mail, its domain in A-label form.
func (a Address) String() string {
	if a.IsZero() {
		return ""
	}
	return a.local + "@" + a.domain
}

// Key is the address folded for comparison: two spellings of one mailbox have one key. Only case
// is folded; what stands behind a plus sign or between dots is some providers' habit, not a rule.
func (a Address) Key() string {
	return strings.ToLower(a.String())
}

// Domain is the part after the @, lower case, in A-label form.
func (a Address) Domain() string { return a.domain }

// IsZero reports whether a is no address.
func (a Address) IsZero() bool { return a == Address{} }

// ASCII reports whether the address can be used without SMTPUTF8 (RFC 6531).
func (a Address) ASCII() bool {
	for i := range len(a.local) {
		if a.local[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// LogValue redacts the address: its first character and its domain remain.
func (a Address) LogValue() slog.Value {
	if a.IsZero() {
		return slog.StringValue("")
	}
	_, size := utf8.DecodeRuneInString(a.local)
	return slog.StringValue(a.local[:size] + "***@" + a.domain)
}

// MarshalText is String.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText is ParseAddress; an empty text is the zero value.
func (a *Address) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Address{}
		return nil
	}
	parsed, err := ParseAddress(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
