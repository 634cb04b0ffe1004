package session

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"jobalertd/mailer"
)

// errMalformed is what is wrong with an envelope that must not be put on the wire.
var errMalformed = errors.New("the mail is malformed")

// appendDotted appends a mail as DATA carries it: dots stuffed and the final dot in its place
// (RFC 5321 §4.5.2).
func appendDotted(wire []byte, m mailer.Message) []byte {
	for _, part := range m.Data {
		if !part.Dotted() {
			wire = append(wire, part.Bytes()...)
			continue
		}
		for line := range bytes.Lines(part.Bytes()) {
			if line[0] == '.' {
				wire = append(wire, '.')
			}
			wire = append(wire, line...)
		}
	}
	return append(wire, ".\r\n"...)
}

// checkEnvelope refuses what would not be one address in a command.
func checkEnvelope(m mailer.Message) error {
	switch {
	case m.To.IsZero():
		return fmt.Errorf("%w: it has no recipient", errMalformed)
	case m.ReturnPath == "" || strings.ContainsAny(m.ReturnPath, "<> ") ||
		strings.ContainsFunc(m.ReturnPath, func(r rune) bool { return r <= ' ' || r >= utf8.RuneSelf-1 }):
		return fmt.Errorf("%w: its return path is not an address", errMalformed)
	}
	return nil
}
