package render

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render/layout"
)

func TestOnlyWebURLsBecomeLinks(t *testing.T) {
	tests := map[string]string{
		"https://jobs.example.com/1?a=b&c=d#e":           "https://jobs.example.com/1?a=b&c=d#e",
		"http://127.0.0.1:8080/jobs/1":                   "http://127.0.0.1:8080/jobs/1",
		"http://[::1]:8080/":                             "http://[::1]:8080/",
		"HTTPS://Jobs.Example.COM/A":                     "https://jobs.example.com/A",
		"https://jobs.example.com/a b":                   "https://jobs.example.com/a%20b",
		`https://jobs.example.com/?q="<x>'`:              "https://jobs.example.com/?q=%22%3Cx%3E%27",
		"https://münchen.example/stellen/käse":           "https://xn--mnchen-3ya.example/stellen/k%C3%A4se",
		"https://jobs.example.com:8443/x":                "https://jobs.example.com:8443/x",
		"":                                               "",
		"javascript:alert(1)":                            "",
		" https://jobs.example.com":                      "",
		"//jobs.example.com/x":                           "",
		"jobs.example.com/x":                             "",
		"https:jobs.example.com":                         "",
		"https://":                                       "",
		"https://jobs.example.com@evil.example/":         "",
		"https://user:pw@jobs.example.com/":              "",
		"https://www.<script>.example/":                  "",
		"mailto:a@example.com":                           "",
		"https://jobs.example.com/\r\nBcc: a":            "",
		"https://x.example/" + strings.Repeat("a", 2000): "",
	}
	r := renderer(t, config(t))
	for in, want := range tests {
		m := sample(t, mailer.KindAlert)
		m.Jobs[0].URL = in
		p := rendered(t, r, m)
		got, err := readMarkup(p.html)
		if err != nil {
			t.Fatal(err)
		}
		linked := len(got.links) > 4 // home and the three of the foot
		if linked != (want != "") || strings.Contains(p.text, "  http") != linked {
			t.Errorf("%q: linked is %v in HTML: %q", in, linked, got.links)
		}
		if linked && (got.links[1] != want || !strings.Contains(p.text, "  "+want+"\r\n")) {
			t.Errorf("%q is linked as %q", in, got.links[1])
		}
	}
}

func TestPlainMakesOneReadableLine(t *testing.T) {
	tests := []struct{ in, want string }{
		{"  Senior\tEngineer\r\n(Go) ", "Senior Engineer (Go)"},
		{"a\x00b\x1b[31mc", "a b [31mc"},
		{"\u202eevil\u202c \u2066x\u2069", "evil x"},
		{"a\u200bb\u00adc\ufeffd", "abcd"},
		{"می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"},
		{"a\xffb", "a\uFFFDb"},
		{"exactly ten", "exactly…"},
		{"abcdefghijk", "abcdefghi…"},
		{"ab cdefghijk", "ab cdefgh…"},
		{"abcdefgh, ijk", "abcdefgh…"},
		{"0123456789", "0123456789"},
		{"ääääääääää", "ääääääääää"},
	}
	for _, tt := range tests {
		limit := 10
		if len(tt.in) > 13 || strings.ContainsRune(tt.in, '\x00') {
			limit = 100
		}
		if got := plain(tt.in, limit); got != tt.want {
			t.Errorf("plain(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestPlainIsSafeForHeadersAndShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, limit := string(rapid.SliceOf(rapid.Byte()).Draw(t, "in")), rapid.IntRange(1, 40).Draw(t, "limit")
		got := plain(in, limit)
		if err := headerSafe("X", got); err != nil {
			t.Fatal(err)
		}
		if utf8.RuneCountInString(got) > limit || plain(got, limit) != got {
			t.Fatalf("%q became %q", in, got)
		}
	})
}

// pieces are the fragments of a mail.
func pieces(t *testing.T, r *Renderer, m Mail) []layout.Fragment {
	t.Helper()
	m, err := r.clean(m)
	if err != nil {
		t.Fatal(err)
	}
	s := r.speaker(&m)
	p := s.page(&m, Job{})
	var sheet sheet
	if err := r.write(&sheet, r.layouts.Edition(string(m.Letter.Kind), locale.English), s, &m, &p); err != nil {
		t.Fatal(err)
	}
	return sheet.fragments
}

func TestTheFragmentOfAJobHoldsNothingPersonal(t *testing.T) {
	write := func(zone, why string) string {
		m := sample(t, mailer.KindAlert)
		m.To, m.SourceSite, m.Jobs[0].Why = address(t, zone+"@example.com"), zone, why
		for _, f := range pieces(t, renderer(t, config(t)), m) {
			if text, html := string(f.Text.Bytes()), string(f.HTML.Bytes()); strings.Contains(text, "Nimbus") && strings.Contains(html, "Nimbus") {
				return text + html
			}
		}
		t.Fatal("the job has no fragment")
		return ""
	}
	if diff := cmp.Diff(write("one", "Go"), write("two", "Rust, in Berlin")); diff != "" {
		t.Errorf("the same job differs between readers:\n%s", diff)
	}
}

// Mails are written in memory that is used again, but never while somebody still has the mail.
func TestAMailStandsUntilItIsFreed(t *testing.T) {
	r := renderer(t, config(t))
	write := func(kind mailer.Kind) mailer.Message {
		m, err := r.Render(sample(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first := write(mailer.KindDigest)
	want := first.Bytes()
	for _, kind := range mailer.Kinds() {
		other := write(kind)
		other.Free()
	}
	if !bytes.Equal(first.Bytes(), want) {
		t.Error("a mail that was not freed has changed")
	}
	first.Free()
	if again := write(mailer.KindDigest); !bytes.Equal(again.Bytes(), want) {
		t.Error("a mail in used memory differs")
	}
}
