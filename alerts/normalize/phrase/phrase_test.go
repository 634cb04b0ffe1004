package phrase

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func words(text Text) []string {
	var out []string
	for _, token := range text.Tokens {
		out = append(out, token.Word)
	}
	return out
}

func TestSplitKeepsTheNamesOfTheTradeWhole(t *testing.T) {
	tests := []struct {
		in   string
		want []string
	}{
		{"C++, C# and F#!", []string{"c++", "c#", "and", "f#"}},
		{".NET / ASP.NET Core", []string{".net", "asp.net", "core"}},
		{"Node.js, Socket.io.", []string{"node.js", "socket.io"}},
		{"Back-End", []string{"back", "end"}},
		{"100,000.50 and 85.000", []string{"100,000.50", "and", "85.000"}},
		{"don’t don't", []string{"don", "t", "don", "t"}},
		{"ÉLAN Łódź", []string{"élan", "łódź"}},
		{"Goエンジニア", []string{"go", "エンジニア"}},
		{"issue #12 a#b", []string{"issue", "12", "a", "b"}},
		{"48\u202f000\u00a0€", []string{"48", "000"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, words(Split(test.in))); diff != "" {
			t.Errorf("%q: %s", test.in, diff)
		}
	}
}

func TestSentencesEndWhereTheyDo(t *testing.T) {
	text := Split("Based in the U.S. and Canada. We hire!\n- Go 1.26\n- Rust | Zig")
	var sentences []string
	for from := 0; from < len(text.Tokens); {
		_, to := text.Sentence(from)
		sentences = append(sentences, strings.Join(words(text)[from:to], " "))
		from = to
	}
	want := []string{"based in the u s and canada", "we hire", "go 1.26", "rust", "zig"}
	if diff := cmp.Diff(want, sentences); diff != "" {
		t.Error(diff)
	}
}

func TestAMiddleDotIsABulletOnlyBetweenWords(t *testing.T) {
	for in, want := range map[string]Gap{"développeur·se": Join, "Go · Rust": Stop, "Go ·Rust": Stop, "48\u202f000": Space, "48\u2009000": Space} {
		if text := Split(in); len(text.Tokens) != 2 || text.Tokens[1].Gap != want {
			t.Errorf("%q: %+v", in, text.Tokens)
		}
	}
}

func TestScanFindsTheLongestPhraseWithinOneSentence(t *testing.T) {
	set := NewSet[string]().Add("sales", "sales engineer").Add("engineer", "engineer").Add("years", "# years").Add("office", "in * office", "5 days")
	tests := []struct {
		in   string
		want []string
	}{
		{"Sales Engineer", []string{"sales"}},
		{"Sales-engineer, engineer", []string{"sales", "engineer"}},
		{"We do sales. Engineer!", []string{"engineer"}},
		{"in our office in the big office", []string{"office"}},
		{"5 days", []string{"office"}},
	}
	for _, test := range tests {
		var got []string
		set.Scan(Split(test.in), func(m Match[string]) { got = append(got, m.Value) })
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q: %s", test.in, diff)
		}
	}
}

func TestSectionsReadsATable(t *testing.T) {
	var got []string
	for section, p := range Sections("# a comment, with commas\n\n[one] # remark, too\na b,\n  c\n\n[two words]\nd,, e\nf\n") {
		got = append(got, section+": "+p)
	}
	want := []string{"one: a b", "one: c", "two words: d", "two words: e f"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTokensAreWhereTheTextHasThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.String().Draw(t, "source")
		check(t.Fatalf, source)
	})
}

func check(fail func(string, ...any), source string) {
	last := 0
	for _, token := range Split(source).Tokens {
		if token.Start < last || token.End <= token.Start || token.End > len(source) {
			fail("token %+v behind byte %d of %q", token, last, source)
		}
		if len(token.Word) != token.End-token.Start {
			fail("token %+v is not as long as its bytes in %q", token, source)
		}
		last = token.End
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"a·b · c·", "\u202f1\u20092", "C++ .net", "İstanbul", "\xff\xfe.", "a.io", "1,", "#"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if utf8.ValidString(source) {
			check(t.Fatalf, source)
		}
		if got := words(Split(source)); slices.Contains(got, "") {
			t.Errorf("an empty word in %q", source)
		}
	})
}
