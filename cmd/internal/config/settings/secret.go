package settings

import (
	"fmt"
	"io"
	"log/slog"
)

// masked stands for a secret wherever values are shown.
const masked = "<secret>"

// Secret is a value that no log, error or listing may show. It prints as <secret>, or as nothing
// where it is empty, whatever the verb; Reveal is the only way to its text.
type Secret struct{ text string }

// NewSecret wraps text.
func NewSecret(text string) Secret { return Secret{text: text} }

// Reveal is the text itself, for the one place that needs it.
func (s Secret) Reveal() string { return s.text }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.text == "" }

// String is <secret>, or nothing for an empty one.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return masked
}

// Format prints String for every verb: %d or %#v would look into the struct.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue is String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String: a secret can be read from text but not written to it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the text as it is.
func (s *Secret) UnmarshalText(text []byte) error {
	s.text = string(text)
	return nil
}

// File is a file named in the configuration, with what it held when the configuration was loaded.
type File struct {
	// Path is the name as resolved: a relative one in the configuration file starts from the
	// directory of that file.
	Path string
	Data []byte
}
