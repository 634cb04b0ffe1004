package session

import (
	"bytes"
	"encoding/binary"
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

// shape is what the wire must know about a mail.
type shape struct {
	eightBit bool // it holds octets beyond ASCII
	dotted   bool // a line begins with a dot
	ended    bool // its last line has an end
}

// inspect refuses a mail with bare line ends or lines that are too long.
func inspect(data []byte) (shape, error) {
	s := shape{eightBit: !isASCII(data), ended: true}
	lines := 0
	for rest := data; len(rest) > 0; lines++ {
		end := bytes.IndexByte(rest, '\n')
		switch {
		case end < 0:
			s.ended = false
			end = len(rest) + 1 // as if it were ended
		case end == 0 || rest[end-1] != '\r':
			return s, fmt.Errorf("%w: line %d ends in a bare line feed", errMalformed, lines+1)
		}
		if end-1 > maxLine {
			return s, fmt.Errorf("%w: line %d has %d octets, %d are allowed", errMalformed, lines+1, end-1, maxLine)
		}
		s.dotted = s.dotted || rest[0] == '.'
		rest = rest[min(end+1, len(rest)):]
	}
	if !s.ended {
		lines--
	}
	if bytes.Count(data, []byte("\r")) != lines {
		return s, fmt.Errorf("%w: line %d holds a bare carriage return", errMalformed, bareReturn(data))
	}
	return s, nil
}

// bareReturn is the number of the first line with a carriage return in its midst.
func bareReturn(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if bytes.IndexByte(bytes.TrimSuffix(line, []byte("\r\n")), '\r') >= 0 {
			break
		}
	}
	return n
}

// isASCII looks at 32 octets at a time, and then at eight.
func isASCII(data []byte) bool {
	const high = 0x8080808080808080
	var all uint64
	for len(data) >= 32 {
		all |= binary.LittleEndian.Uint64(data) | binary.LittleEndian.Uint64(data[8:]) |
			binary.LittleEndian.Uint64(data[16:]) | binary.LittleEndian.Uint64(data[24:])
		data = data[32:]
	}
	for len(data) >= 8 {
		all |= binary.LittleEndian.Uint64(data)
		data = data[8:]
	}
	for _, c := range data {
		all |= uint64(c)
	}
	return all&high == 0
}

// appendChunk appends a mail as BDAT carries it: as it is (RFC 3030 §2), its last line ended.
func appendChunk(wire, data []byte, s shape) []byte {
	wire = append(wire, data...)
	if !s.ended {
		wire = append(wire, "\r\n"...)
	}
	return wire
}

// chunkSize is how many octets appendChunk appends.
func chunkSize(data []byte, s shape) int {
	if s.ended {
		return len(data)
	}
	return len(data) + 2
}

// appendDotted appends a mail as DATA carries it: dots stuffed and the final dot in its place
// (RFC 5321 §4.5.2).
func appendDotted(wire, data []byte, s shape) []byte {
	if !s.dotted {
		return append(appendChunk(wire, data, s), ".\r\n"...)
	}
	for line := range bytes.Lines(data) {
		if line[0] == '.' {
			wire = append(wire, '.')
		}
		wire = append(wire, line...)
	}
	return appendDotted(wire, nil, shape{ended: s.ended})
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
