package text_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts/text"
)

func TestWords(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"punctuation separates", "Go, Rust & Kafka; 24/7!", []string{"go", "rust", "kafka", "24", "7"}},
		{"hyphens and apostrophes separate", "front-end, bachelor's", []string{"front", "end", "bachelor", "s"}},
		{"accents and case go", "Łódź ÉCOLE Zürich København", []string{"lodz", "ecole", "zurich", "kobenhavn"}},
		{"decomposed accents go as well", "Zu\u0308rich", []string{"zurich"}},
		{"sharp s is ss", "Straße STRASSE", []string{"strasse", "strasse"}},
		{"dotless i is i", "Diyarbakır İstanbul", []string{"diyarbakir", "istanbul"}},
		{"ligatures and full width open up", "ﬁntech Ｃ＋＋", []string{"fintech", "c++"}},
		{"c and its offspring are different words", "C/C++/C# and F#, C++17", []string{"c", "c++", "c#", "and", "f#", "c++", "17"}},
		{"a musical sharp is a number sign", "C♯", []string{"c#"}},
		{"a Cyrillic C is one when it is C++", "С++ С# Сбер", []string{"c++", "c#", "сбер"}},
		{"a plus after a number is no part of it", "5+ years, 10k+ rps", []string{"5", "years", "10k", "rps"}},
		{"a hash tag is no language", "issue #5, LI#Remote", []string{"issue", "5", "li", "remote"}},
		{".net is a word", ".NET, (.net) and ASP.NET Core", []string{".net", ".net", "and", "asp", ".net", "core"}},
		{"C#.NET is two words", "C#.NET", []string{"c#", ".net"}},
		{"an internet address is not .net", "behance.net and .network", []string{"behance", "net", "and", "network"}},
		{"node.js is two words", "Node.js NodeJS", []string{"node", "js", "nodejs"}},
		{"a sentence without space after the stop", "experience.You", []string{"experience", "you"}},
		{"a trademark sign separates", "Java™ developer", []string{"java", "developer"}},
		{"a soft hyphen joins", "back\u00adend", []string{"backend"}},
		{"Chinese gives a word per character", "后端 Go开发", []string{"后", "端", "go", "开", "发"}},
		{"nothing gives nothing", " – … ", nil},
		{"broken UTF-8 separates", "go\xffrust", []string{"go", "rust"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, text.Words(test.text)); diff != "" {
				t.Errorf("Words(%q): -want +got\n%s", test.text, diff)
			}
		})
	}
}

func TestScanTellsWhereAWordStood(t *testing.T) {
	const original = "Zu\u0308rich: C++, .NET"
	var spans []string
	for word := range text.Scan(original) {
		spans = append(spans, original[word.Start:word.End])
	}
	if diff := cmp.Diff([]string{"Zu\u0308rich", "C++", ".NET"}, spans); diff != "" {
		t.Error(diff)
	}
}

// words draws texts that are rich in what the scanner treats specially.
func words() *rapid.Generator[string] {
	special := rapid.SampledFrom([]string{"++", "#", ".net", "asp", "c", " ", "\n", "-", "ß", "İ", "ｶ", "ゟ", "\u0308", "™", "9"})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(special, rapid.StringN(0, 3, -1)), 0, 12).Draw(t, "parts"), "")
	})
}

func TestFoldedTextIsAtRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := words().Draw(t, "text")
		if again := text.Words(text.Key(s)); !slices.Equal(again, text.Words(s)) {
			t.Fatalf("%q: words %q, words of the key %q", s, text.Words(s), again)
		}
	})
}

func TestPlainTextIsReadAsIfItWereFolded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := words().Draw(t, "text")
		if diff := cmp.Diff(text.Folded(s), slices.Collect(text.Scan(s))); diff != "" {
			t.Fatalf("%q: -folded +scanned\n%s", s, diff)
		}
	})
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"Go, C++ and .NET", "Straße İ ゟ ﷺ", "a\u0308#", "asp.net c#.net", "\xff++", "VB.NET #5++ c# x.net.", "9# a#b a++b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if diff := cmp.Diff(text.Folded(s), slices.Collect(text.Scan(s))); diff != "" {
			t.Fatalf("%q: -folded +scanned\n%s", s, diff)
		}
		end := 0
		for word := range text.Scan(s) {
			if word.Text == "" || word.Start >= word.End || word.End > len(s) || word.End < end {
				t.Fatalf("%q: impossible word %+v after byte %d", s, word, end)
			}
			end = word.End
		}
		if again := text.Words(text.Key(s)); !slices.Equal(again, text.Words(s)) {
			t.Fatalf("%q: words %q, words of the key %q", s, text.Words(s), again)
		}
	})
}

func TestNearest(t *testing.T) {
	rungs := []string{"intern", "junior", "mid", "senior", "staff", "principal"}
	tests := []struct{ name, word, want string }{
		{"a letter too many", "sennior", "senior"},
		{"a letter too few", "princpal", "principal"},
		{"two letters swapped", "snior", "senior"},
		{"upper case", "SENIOR", "senior"},
		{"neighbours swapped", "imd", "mid"},
		{"too far away", "wizard", ""},
		{"a short word may not change altogether", "x", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, _ := text.Nearest(test.word, rungs); got != test.want {
				t.Errorf("Nearest(%q) = %q, want %q", test.word, got, test.want)
			}
		})
	}
}

func BenchmarkWords(b *testing.B) {
	posting := strings.Repeat("We’re looking for a senior backend engineer (Go, C++ or .NET) in Zürich. ", 45)
	b.SetBytes(int64(len(posting)))
	for b.Loop() {
		text.Words(posting)
	}
}
