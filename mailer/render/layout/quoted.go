package layout

import "bytes"

// maxEncoded is the longest encoded line without its end, in octets (RFC 2045 §6.7, rule 5).
const maxEncoded = 76

// encode is lines in quoted-printable.
func encode(plain []byte) []byte {
	encoded := make([]byte, 0, len(plain)+len(plain)/8)
	for line := range bytes.Lines(plain) {
		encoded = appendEncoded(encoded, line)
	}
	return encoded
}

// appendEncoded appends one line, whose end is written as CRLF, in quoted-printable (RFC 2045 §6.7). What would
// be too long is broken softly.
func appendEncoded(to, line []byte) []byte {
	const soft, digits = "=\r\n", "0123456789ABCDEF"
	line = bytes.TrimSuffix(line, []byte("\n"))
	column := 0
	for i, c := range line {
		literal := c > ' ' && c <= '~' && c != '=' || c == ' ' && i < len(line)-1 // one at the end could get lost
		width := 3
		if literal {
			width = 1
		}
		if column+width > maxEncoded-1 { // as long as a = must fit behind it
			to, column = append(to, soft...), 0
		}
		if column += width; literal {
			to = append(to, c)
		} else {
			to = append(to, '=', digits[c>>4], digits[c&15])
		}
	}
	return append(to, "\r\n"...)
}
