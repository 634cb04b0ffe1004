package render

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"jobalertd/mailer"
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
		if linked != (want != "") || strings.Contains(p.text, "   http") != linked {
			t.Errorf("%q: linked is %v in HTML: %q", in, linked, got.links)
		}
		if linked && (got.links[1] != want || !strings.Contains(p.text, "   "+want+"\r\n")) {
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

func TestWrappingKeepsWordsAndWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zäß漢]{1,90}`)).Draw(t, "words")
		var b strings.Builder
		wrapped(&b, "1. ", "   ", strings.Join(words, " "))
		if got := strings.Fields(strings.TrimPrefix(b.String(), "1. ")); len(words) > 0 && !reflect.DeepEqual(got, words) {
			t.Fatalf("%q became %q", words, got)
		}
		for line := range strings.Lines(b.String()) {
			if utf8.RuneCountInString(line) > textWidth+1 && len(strings.Fields(strings.TrimPrefix(line, "1. "))) > 1 {
				t.Fatalf("too wide: %q", line)
			}
		}
	})
}

// What lets fragments of jobs be encoded once and joined for many readers.
func TestFragmentsCanBeJoinedAfterEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[ -~äß€漢]{0,120}\n`))
		a, b := strings.Join(lines.Draw(t, "a"), ""), strings.Join(lines.Draw(t, "b"), "")
		if joined, apart := string(quoted(a+b)), string(quoted(a))+string(quoted(b)); joined != apart {
			t.Fatalf("%q\n%q", joined, apart)
		}
	})
}

func TestFragmentsEndInALineBreak(t *testing.T) {
	r := renderer(t, config(t))
	for _, kind := range mailer.Kinds() {
		m, err := r.clean(sample(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		p := compose(r.locale("en"), r.cfg, m)
		fragments, err := r.html.write(&p)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range append(fragments, writeText(p)...) {
			if !strings.HasSuffix(f, "\n") {
				t.Errorf("a fragment of a %s letter ends in %q", kind, f[max(0, len(f)-40):])
			}
		}
	}
}

func TestTheFragmentOfAJobHoldsNothingPersonal(t *testing.T) {
	r := renderer(t, config(t))
	write := func(zone, why string) (html, text string) {
		m := sample(t, mailer.KindAlert)
		m.To, m.SourceSite, m.Jobs[0].Why = address(t, zone+"@example.com"), zone, why
		p := compose(r.locale("en"), r.cfg, m)
		fragments, err := r.html.write(&p)
		if err != nil {
			t.Fatal(err)
		}
		return fragments[1], writeText(p)[1]
	}
	html1, text1 := write("one", "Go")
	html2, text2 := write("two", "Rust, in Berlin")
	if html1 != html2 || text1 != text2 || !strings.Contains(html1, "Nimbus") || !strings.Contains(text1, "Nimbus") {
		t.Errorf("the same job differs between readers:\n%s\n%s", html1, html2)
	}
}

func TestEveryLocaleSaysEverything(t *testing.T) {
	for _, loc := range locales() {
		for _, v := range []reflect.Value{reflect.ValueOf(*loc), reflect.ValueOf(loc.wording)} {
			for i := range v.NumField() {
				if v.Field(i).IsZero() {
					t.Errorf("%s has no %s", loc.tag, v.Type().Field(i).Name)
				}
			}
		}
	}
}

func TestTheNearestLocaleIsUsed(t *testing.T) {
	r := renderer(t, config(t))
	for _, tag := range []string{"en", "en-GB", "EN_us", "xx", "", "not a tag", "de-AT"} {
		if got := r.locale(tag).tag; got != "en" {
			t.Errorf("%q gets %s", tag, got)
		}
	}
}
