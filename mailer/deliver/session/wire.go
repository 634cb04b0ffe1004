package session

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"jobalertd/mailer"
)

// maxLine is the longest line of a mail, in octets without its end (RFC 5322 §2.1.1).
const maxLine = 998

// errMalformed is what is wrong with a mail that must not be put on the wire: a bare CR or LF is
// how one mail is smuggled into another.
var errMalformed = errors.New("the mail is malformed")

// appendMail appends data as it goes over the wire, dots stuffed and the final dot in its place
// (RFC 5321 §4.5.2), and reports whether it holds octets beyond ASCII. What comes in must have CRLF
// line ends and no lines that are too long; a last line without an end is given one.
func appendMail(wire, data []byte) (_ []byte, eightBit bool, err error) {
	for n := 1; len(data) > 0; n++ {
		line, rest, ended := bytes.Cut(data, []byte("\n"))
		if ended {
			if line, ended = bytes.CutSuffix(line, []byte("\r")); !ended {
				return wire, false, fmt.Errorf("%w: line %d ends in a bare line feed", errMalformed, n)
			}
		}
		if bytes.IndexByte(line, '\r') >= 0 {
			return wire, false, fmt.Errorf("%w: line %d holds a bare carriage return", errMalformed, n)
		}
		if len(line) > maxLine {
			return wire, false, fmt.Errorf("%w: line %d has %d octets, %d are allowed", errMalformed, n, len(line), maxLine)
		}
		if len(line) > 0 && line[0] == '.' {
			wire = append(wire, '.')
		}
		eightBit = eightBit || !isASCII(line)
		wire = append(wire, line...)
		wire = append(wire, "\r\n"...)
		data = rest
	}
	return append(wire, ".\r\n"...), eightBit, nil
}

func isASCII(line []byte) bool {
	var all byte
	for _, c := range line {
		all |= c
	}
	return all < utf8.RuneSelf
}

// checkEnvelope refuses what would not be one address in a command.
func checkEnvelope(m mailer.Message) error {
	switch {
	case m.To.IsZero():
		return fmt.Errorf("%w: it has no recipient", errMalformed)
	case m.ReturnPath == "" || strings.ContainsAny(m.ReturnPath, "<> ") ||
		strings.ContainsFunc(m.ReturnPath, func(r rune) bool { return r < ' ' || r >= utf8.RuneSelf }):
		return fmt.Errorf("%w: its return path is not an address", errMalformed)
	}
	return nil
}
