package inbox

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTheReadablePartsAreFound(t *testing.T) {
	tests := []struct{ name, raw, text, html string }{
		{"no type is text", "Subject: s\r\n\r\nhello", "hello", ""},
		{"an unreadable type is text", "Content-Type: ;;;\r\n\r\nhello", "hello", ""},
		{"HTML alone", "Content-Type: text/html\r\n\r\n<p>hello", "", "<p>hello"},
		{"quoted-printable", "Content-Transfer-Encoding: Quoted-Printable\r\n\r\ncaf=C3=A9=\r\n!", "café!", ""},
		{"base64", "Content-Transfer-Encoding: base64\r\n\r\nY2Fm\r\nw6k=", "café", ""},
		{"another character set", "Content-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xe9", "café", ""},
		{"bytes that are no characters", "\r\ncaf\xe9", "caf�", ""},
		{"the first of each kind", parts("text/plain\r\n\r\none", "text/plain\r\n\r\ntwo", "text/html\r\n\r\n<p>three", "text/html\r\n\r\n<p>four"), "one", "<p>three"},
		{"attachments are left alone", parts("text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\none", "text/plain\r\n\r\ntwo"), "two", ""},
		{"parts within parts", parts("multipart/alternative; boundary=inner\r\n\r\n--inner\r\n\r\none\r\n--inner\r\nContent-Type: text/html\r\n\r\n<p>two\r\n--inner--"), "one", "<p>two"},
		{"other kinds are left alone", parts("image/png\r\n\r\npng", "text/calendar\r\n\r\ncalendar"), "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := parse([]byte(test.raw))
			if got.Text != test.text || got.HTML != test.html || got.Problem != "" {
				t.Errorf("text %q, HTML %q, problem %q; want %q, %q", got.Text, got.HTML, got.Problem, test.text, test.html)
			}
		})
	}
}

// parts is a mail of several parts, each given from its type on.
func parts(each ...string) string {
	return "Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: " +
		strings.Join(each, "\r\n--outer\r\nContent-Type: ") + "\r\n--outer--\r\n"
}

func TestWhatCanBeReadIsShownBesideTheProblem(t *testing.T) {
	deep := "\r\nhello"
	for i := range maxDepth + 1 {
		deep = fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%[1]d\r\n\r\n--b%[1]d\r\n%[2]s\r\n--b%[1]d--\r\n", i, deep)
	}
	tests := []struct{ name, raw, text, problem string }{
		{"a mail that breaks off", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntw", "one", "EOF"},
		{"no boundary", "Content-Type: multipart/mixed\r\n\r\nx", "", "boundary"},
		{"broken base64", "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8h!!!!", "hello!", "illegal base64"},
		{"an unknown character set", "Content-Type: text/plain; charset=klingon\r\n\r\nx", "", `character set "klingon"`},
		{"nesting without end", deep, "", "nested too deeply"},
		{"no header", "no header here", "", "malformed header line"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := parse([]byte(test.raw))
			if got.Text != test.text || !strings.Contains(got.Problem, test.problem) || got.Problem == "" {
				t.Errorf("text %q, problem %q; want %q, %q", got.Text, got.Problem, test.text, test.problem)
			}
			if got.Source == "" {
				t.Error("the source is not shown")
			}
		})
	}
}

func TestFieldsKeepTheirOrderAndTheirWords(t *testing.T) {
	got := fields([]byte(" stray\r\nReceived: b\r\nReceived: a\r\n\tcontinued\r\nnot a field\r\nSubject:\r\n\r\nBody: no"))
	want := []field{{"Received", "b"}, {"Received", "a continued"}, {"Subject", ""}}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("field %d: got %q, want %q", i, got[i], want[i])
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{digest, hostile, "", "\r\n", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--",
		"Subject: =?x?q?=ff?=\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := parse(raw)
		for _, s := range []string{got.Subject, got.Sender, got.Text, got.HTML, got.Source} {
			if !utf8.ValidString(s) {
				t.Errorf("%q is not text", s)
			}
		}
		if got.Subject == "" {
			t.Error("a mail without a name cannot be clicked")
		}
		if head := parseHead(raw); head != got.head {
			t.Errorf("the list says %+v, the page %+v", head, got.head)
		}
		got.unsubscribe("example.com")
	})
}
