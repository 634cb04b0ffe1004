package layout

import (
	"bytes"

	"jobalertd/mailer"
)

// maxEncoded is the longest encoded line without its end, in octets (RFC 2045 §6.7, rule 5).
const maxEncoded = 76

// encode is lines in quoted-printable.
func encode(plain []byte) (mailer.Lines, error) {
	encoded := make([]byte, 0, len(plain)+len(plain)/8)
	for line := range bytes.Lines(plain) {
		encoded = appendEncoded(encoded, line)
	}
	return mailer.ParseLines(encoded)
}

// appendEncoded appends one line, whose end is written as CRLF, in quoted-printable (RFC 2045 §6.7). What would
// be too long is broken softly.
func appendEncoded(to, line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte("\n"))
	plain, space := bytes.CutSuffix(line, []byte(" ")) // one at the end could get lost
	column := 0
	for len(plain) > 0 {
		n := literals(plain[:min(len(plain), maxEncoded-1-column)]) // as long as a = must fit behind it
		to, plain, column = append(to, plain[:n]...), plain[n:], column+n
		if len(plain) == 0 {
			break
		}
		if isLiteral(plain[0]) {
			to, column = append(to, soft...), 0
			continue
		}
		to, column = appendEscaped(to, plain[0], column)
		plain = plain[1:]
	}
	if space {
		to, _ = appendEscaped(to, ' ', column)
	}
	return append(to, "\r\n"...)
}

// soft breaks a line that the reader does not see broken.
const soft = "=\r\n"

// literals is how many octets, from the first, may stand as they are.
func literals(text []byte) int {
	for i, c := range text {
		if !isLiteral(c) {
			return i
		}
	}
	return len(text)
}

func isLiteral(c byte) bool { return c >= ' ' && c <= '~' && c != '=' }

// appendEscaped appends an octet that may not stand as it is, in a line of which so much is written.
func appendEscaped(to []byte, c byte, column int) ([]byte, int) {
	const digits = "0123456789ABCDEF"
	if column+3 > maxEncoded-1 {
		to, column = append(to, soft...), 0
	}
	return append(to, '=', digits[c>>4], digits[c&15]), column + 3
}
