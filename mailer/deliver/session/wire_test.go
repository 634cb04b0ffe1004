package session

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/textproto"
	"strings"
	"testing"
)

func TestAMailOnTheWire(t *testing.T) {
	tests := []struct {
		name, data, want string
		eightBit         bool
	}{
		{"dots are stuffed", ".\r\na.b\r\n..\r\n", "..\r\na.b\r\n...\r\n.\r\n", false},
		{"a last line without an end gets one", "a: b\r\n\r\nc", "a: b\r\n\r\nc\r\n.\r\n", false},
		{"nothing is still a mail", "", ".\r\n", false},
		{"beyond ASCII", "a: ü\r\n", "a: ü\r\n.\r\n", true},
		{"the longest line", strings.Repeat("x", 998) + "\r\n", strings.Repeat("x", 998) + "\r\n.\r\n", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			shape, err := inspect([]byte(test.data))
			got := appendDotted([]byte("before|"), []byte(test.data), shape)
			if err != nil || string(got) != "before|"+test.want || shape.eightBit != test.eightBit {
				t.Errorf("%q, %+v, %v", got, shape, err)
			}
			chunk := appendChunk(nil, []byte(test.data), shape)
			if want := strings.TrimSuffix(test.data, "\r\n"); strings.TrimSuffix(string(chunk), "\r\n") != want || len(chunk) != chunkSize([]byte(test.data), shape) {
				t.Errorf("as a chunk: %q", chunk)
			}
		})
	}
}

func TestWhatMustNotGoOnTheWire(t *testing.T) {
	for data, problem := range map[string]string{
		"a: b\nc":                         "line 1 ends in a bare line feed",
		"a: b\r\nc\rd\r\n":                "line 2 holds a bare carriage return",
		"a: b\r\r\n":                      "line 1 holds a bare carriage return",
		"a: b\r\n.\n":                     "line 2 ends in a bare line feed",
		strings.Repeat("x", 999) + "\r\n": "line 1 has 999 octets, 998 are allowed",
	} {
		_, err := inspect([]byte(data))
		if !errors.Is(err, errMalformed) || !strings.Contains(err.Error(), problem) {
			t.Errorf("%.20q: %v, want %s", data, err, problem)
		}
	}
}

// Whatever is put on the wire, a receiver that follows RFC 5321 reads exactly the mail that was
// given, and nothing behind it.
func FuzzMailOnTheWire(f *testing.F) {
	f.Add([]byte("Subject: hello\r\n\r\n.\r\n..\r\nend"))
	f.Add([]byte("a\r\n.\r\nMAIL FROM:<x@y>\r\n"))
	f.Add([]byte("\r\r\n\n.\r\n"))
	f.Add([]byte("the end\r"))
	f.Fuzz(func(t *testing.T, data []byte) {
		shape, err := inspect(data)
		if err != nil {
			return
		}
		wire := appendDotted(nil, data, shape)
		r := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(wire), strings.NewReader("NEXT"))))
		got, err := r.ReadDotBytes() // turns CRLF into LF
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
		if len(want) > 0 && !bytes.HasSuffix(want, []byte("\n")) {
			want = append(want, '\n')
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%q is read as %q", data, got)
		}
		if rest, _ := io.ReadAll(r.R); string(rest) != "NEXT" {
			t.Errorf("%q leaves %q behind", data, rest)
		}
	})
}
