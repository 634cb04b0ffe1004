package wording

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer/locale"
)

func load(t *testing.T) map[locale.Locale]Texts {
	t.Helper()
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// placeholders of a text, each once.
func placeholders(text string) []string {
	found := regexp.MustCompile(`\{\w+\}|#`).FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryTextIsInEveryLanguageWithTheSamePlaceholders(t *testing.T) {
	all := load(t)
	english := all[locale.English].texts
	for _, l := range locale.All() {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(all[l].texts))); diff != "" {
			t.Errorf("%s: the keys differ from those of English (-en +%s):\n%s", l, l, diff)
		}
		for key, text := range all[l].texts {
			want := english[key]
			if (text.One == "") != (want.One == "") {
				t.Errorf("%s: %s counts in one language only", l, key)
			}
			for _, form := range []string{text.One, text.Few, text.Many, text.Other} {
				if form == "" {
					continue
				}
				if diff := cmp.Diff(placeholders(want.Other), placeholders(form)); diff != "" {
					t.Errorf("%s: the placeholders of %s differ:\n%s", l, key, diff)
				}
				if form != strings.TrimSpace(form) && key != "colon" {
					t.Errorf("%s: %s begins or ends in a space: %q", l, key, form)
				}
			}
			if text.Other == "" {
				t.Errorf("%s: %s is empty", l, key)
			}
		}
	}
}

func TestEveryTextIsSaidAndEverySaidTextIsThere(t *testing.T) {
	texts, said := load(t)[locale.English].texts, map[string]bool{}
	sources, err := filepath.Glob("../*.go")
	if err != nil || len(sources) == 0 {
		t.Fatal("the sources of the mails are not there")
	}
	for _, file := range sources {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.(?:Say|Count)\(((?:kind|string\([\w.]+\)) ?\+ ?)?"([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			if m[1] == "" {
				said[m[2]] = true
				continue
			}
			for key := range texts {
				if strings.HasSuffix(key, m[2]) && strings.Count(key, ".") == 1 {
					said[key] = true
				}
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(texts)), slices.Sorted(maps.Keys(said))); diff != "" {
		t.Errorf("there, but not said (-), or said, but not there (+):\n%s", diff)
	}
}

func TestFrenchKeepsItsMarksOnTheLine(t *testing.T) {
	for key, text := range load(t)[locale.French].texts {
		if strings.Contains(text.Other+text.One, " :") || strings.Contains(text.Other+text.One, " ?") || strings.Contains(text.Other+text.One, "« ") {
			t.Errorf("%s: a space before : or ?, or behind «, may break the line", key)
		}
	}
}

func TestValuesAreNotTexts(t *testing.T) {
	english := load(t)[locale.English]
	if got, want := english.Count("digest.subject", 2, "job", "C# {job} {site}", "site", "x"), "2 new jobs: C# {job} {site} and more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := english.Say("no.such.key"); got != "no.such.key" {
		t.Errorf("a key that does not exist is said as %q", got)
	}
}

func TestOnlyKnownGapsAreFilledAndValuesAreLeftAlone(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"two gaps", "{a} and {b}", "{b} and 2"},
		{"the same gap twice", "{a}{a}", "{b}{b}"},
		{"a gap of another name", "{c} {a}", "{c} {b}"},
		{"a brace that opens no gap", "{ {b}", "{ 2"},
		{"a brace at the end", "{b}{", "2{"},
		{"braces around a gap", "{{b}}", "{2}"},
		{"no gap", "none", "none"},
	} {
		if got := fill(test.text, []string{"a", "{b}", "b", "2"}); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
