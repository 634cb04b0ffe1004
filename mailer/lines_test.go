package mailer

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"
)

func TestLinesOfAMail(t *testing.T) {
	for _, test := range []struct {
		name, data       string
		eightBit, dotted bool
	}{
		{"none", "", false, false},
		{"a header", "Subject: x\r\n\r\n", false, false},
		{"dots within", "a.\r\nb.c\r\n", false, false},
		{"a dot at first", "a\r\n.b\r\n", false, true},
		{"beyond ASCII", "a: ü\r\n", true, false},
		{"beyond ASCII behind much else", strings.Repeat("x", 900) + "\r\n" + strings.Repeat("y", 75) + "ü\r\n", true, false},
		{"the longest line", strings.Repeat("x", 998) + "\r\n", false, false},
	} {
		l, err := ParseLines([]byte(test.data))
		if err != nil || l.EightBit() != test.eightBit || l.Dotted() != test.dotted || string(l.Bytes()) != test.data || l.Len() != len(test.data) {
			t.Errorf("%s: %+v, %v", test.name, l, err)
		}
	}
}

func TestWhatMustNotGoOnTheWire(t *testing.T) {
	for data, problem := range map[string]string{
		"a: b\nc":                         "line 1 ends in a bare line feed",
		"a: b\r\nc\rd\r\n":                "line 2 holds a bare carriage return",
		"a: b\r\r\n":                      "line 1 holds a bare carriage return",
		"a: b\r\n.\n":                     "line 2 ends in a bare line feed",
		"a: b\r\n\r\nc":                   "line 3 has no end",
		"a\r":                             "line 1 has no end",
		strings.Repeat("x", 999) + "\r\n": "line 1 has 999 octets, 998 are allowed",
	} {
		l, err := ParseLines([]byte(data))
		if !errors.Is(err, ErrLines) || !strings.Contains(err.Error(), problem) || l.Len() != 0 {
			t.Errorf("%.20q: %v, want %s", data, err, problem)
		}
	}
}

// FuzzLines holds what is taken against a definition that is slow and plain.
func FuzzLines(f *testing.F) {
	f.Add([]byte("Subject: hello\r\n\r\n.\r\n..\r\nend\r\n"))
	f.Add([]byte("\r\r\n\n.\r\n"))
	f.Add([]byte("the end\r"))
	whole := regexp.MustCompile(`\A(?:[^\r\n]{0,998}\r\n)*\z`)
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := ParseLines(data)
		if fits := whole.Match(latin(data)); fits != (err == nil) {
			t.Fatalf("%q: %v", data, err)
		}
		if err == nil && (l.Dotted() != (bytes.HasPrefix(data, []byte(".")) || bytes.Contains(data, []byte("\n."))) ||
			l.EightBit() != bytes.ContainsFunc(latin(data), func(r rune) bool { return r > 0x7f })) {
			t.Errorf("%q: %+v", data, l)
		}
	})
}

// latin is octets as characters, for regexp counts those.
func latin(data []byte) []byte {
	var b bytes.Buffer
	for _, c := range data {
		b.WriteRune(rune(c))
	}
	return b.Bytes()
}
