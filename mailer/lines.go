package mailer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// MaxLine is the longest line of a mail, in octets without its end (RFC 5322 §2.1.1).
const MaxLine = 998

// ErrLines is what every error of ParseLines wraps.
var ErrLines = errors.New("not lines of a mail")

// Lines is a part of a mail that may go over the wire as it is. Whoever has one need not look at it again: only
// ParseLines makes them. The zero value is no line at all.
type Lines struct {
	data             []byte
	eightBit, dotted bool
}

// ParseLines takes whole lines, each of which ends in CRLF and has at most 998 octets before it. A CR or LF
// that stands alone is refused: it is how one mail is smuggled into another. The data must not change any
// more. Errors wrap ErrLines and name the line.
func ParseLines(data []byte) (Lines, error) {
	l := Lines{data: data, eightBit: !isASCII(data)}
	lines := 0
	for rest := data; len(rest) > 0; lines++ {
		end := bytes.IndexByte(rest, '\n')
		switch {
		case end < 0:
			return Lines{}, fmt.Errorf("%w: line %d has no end", ErrLines, lines+1)
		case end == 0 || rest[end-1] != '\r':
			return Lines{}, fmt.Errorf("%w: line %d ends in a bare line feed", ErrLines, lines+1)
		case end-1 > MaxLine:
			return Lines{}, fmt.Errorf("%w: line %d has %d octets, %d are allowed", ErrLines, lines+1, end-1, MaxLine)
		}
		l.dotted = l.dotted || rest[0] == '.'
		rest = rest[end+1:]
	}
	if bytes.Count(data, []byte("\r")) != lines {
		return Lines{}, fmt.Errorf("%w: line %d holds a bare carriage return", ErrLines, bareReturn(data))
	}
	return l, nil
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

// Bytes is the lines with their ends. They must not be changed.
func (l Lines) Bytes() []byte { return l.data }

// Len is how many octets the lines have, their ends included.
func (l Lines) Len() int { return len(l.data) }

// EightBit reports whether there are octets beyond ASCII.
func (l Lines) EightBit() bool { return l.eightBit }

// Dotted reports whether a line begins with a dot.
func (l Lines) Dotted() bool { return l.dotted }
