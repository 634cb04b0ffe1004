package session

import (
	"bufio"
	"bytes"
	"io"
	"net/textproto"
	"strings"
	"testing"

	"jobalertd/mailer"
)

func TestAMailOnTheWire(t *testing.T) {
	tests := []struct {
		name     string
		data     []string
		want     string
		eightBit bool
	}{
		{"dots are stuffed", []string{".\r\na.b\r\n..\r\n"}, "..\r\na.b\r\n...\r\n.\r\n", false},
		{"in each part", []string{".\r\n", "a\r\n", ".b\r\n"}, "..\r\na\r\n..b\r\n.\r\n", false},
		{"nothing is still a mail", nil, ".\r\n", false},
		{"beyond ASCII", []string{"a: b\r\n", "\r\nü\r\n", "c\r\n"}, "a: b\r\n\r\nü\r\nc\r\n.\r\n", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var m mailer.Message
			for _, part := range test.data {
				m.Data = append(m.Data, lines(t, part))
			}
			if got := appendDotted([]byte("before|"), m); string(got) != "before|"+test.want || m.EightBit() != test.eightBit {
				t.Errorf("%q, eight bit: %v", got, m.EightBit())
			}
			if chunk := m.Append([]byte("before|")); string(chunk) != "before|"+strings.Join(test.data, "") {
				t.Errorf("as a chunk: %q", chunk)
			}
		})
	}
}

// Whatever is put on the wire, a receiver that follows RFC 5321 reads exactly the mail that was
// given, and nothing behind it.
func FuzzMailOnTheWire(f *testing.F) {
	f.Add([]byte("Subject: hello\r\n\r\n"), []byte(".\r\n..\r\nend\r\n"))
	f.Add([]byte("a\r\n.\r\nMAIL FROM:<x@y>\r\n"), []byte(".\r\n"))
	f.Fuzz(func(t *testing.T, head, body []byte) {
		var m mailer.Message
		for _, part := range [][]byte{head, body} {
			l, err := mailer.ParseLines(part)
			if err != nil {
				return
			}
			m.Data = append(m.Data, l)
		}
		wire := appendDotted(nil, m)
		r := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(wire), strings.NewReader("NEXT"))))
		got, err := r.ReadDotBytes() // turns CRLF into LF
		if err != nil {
			t.Fatal(err)
		}
		if want := bytes.ReplaceAll(m.Bytes(), []byte("\r\n"), []byte("\n")); !bytes.Equal(got, want) {
			t.Errorf("%q is read as %q", want, got)
		}
		if rest, _ := io.ReadAll(r.R); string(rest) != "NEXT" {
			t.Errorf("%q leaves %q behind", wire, rest)
		}
	})
}
