package layout

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// checkEncoded compares what the standard library reads with what was written.
func checkEncoded(t interface {
	Helper()
	Fatalf(string, ...any)
}, plain string) {
	t.Helper()
	lines, err := encode([]byte(plain))
	if err != nil {
		t.Fatalf("%q: %v", plain, err)
	}
	encoded := lines.Bytes()
	got, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(encoded)))
	if err != nil {
		t.Fatalf("%q cannot be read: %v", encoded, err)
	}
	if want := strings.ReplaceAll(plain, "\n", "\r\n"); string(got) != want {
		t.Fatalf("%q was read as %q from %q", want, got, encoded)
	}
	for line := range strings.Lines(string(encoded)) {
		content, ended := strings.CutSuffix(line, "\r\n")
		if !ended || len(content) > maxEncoded || strings.TrimRight(content, " \t") != content {
			t.Fatalf("the line %q of %q ends wrongly or is too long", line, plain)
		}
	}
}

func TestEncodedTextIsReadAsItWas(t *testing.T) {
	for _, line := range []string{
		"", " ", "a ", "a\t", "=", "1+1=2", "ü", "a\rb", "\x00\x7f", ".", "From x", strings.Repeat("a", 76), strings.Repeat("a", 77),
		strings.Repeat("a", 75) + "=", strings.Repeat("a", 73) + "ü", strings.Repeat(" ", 76), strings.Repeat("=", 300),
	} {
		checkEncoded(t, line+"\n")
		checkEncoded(t, "before\n"+line+"\nbehind\n")
	}
	for n := range 160 { // the break meets each place in a word beyond ASCII
		checkEncoded(t, strings.Repeat("a", n)+"ü=x\n")
	}
}

func TestAnyTextIsReadAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.Custom(func(t *rapid.T) string {
			return strings.ReplaceAll(string(rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "octets")), "\n", "") + "\n"
		})).Draw(t, "lines")
		checkEncoded(t, strings.Join(lines, ""))
	})
}
