package layout

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/mailer/locale"
)

func TestWrappingKeepsWordsAndWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zäß漢]{1,90}`)).Draw(t, "words")
		got := wrap("* ", "  ", strings.Join(words, " "))
		if back := strings.Fields(strings.TrimPrefix(got, "* ")); len(words) > 0 && !slices.Equal(back, words) {
			t.Fatalf("%q became %q", words, got)
		}
		for line := range strings.Lines(got) {
			if utf8.RuneCountInString(line) > textWidth+1 && len(strings.Fields(strings.TrimPrefix(line, "* "))) > 1 {
				t.Fatalf("too wide: %q", line)
			}
		}
	})
}

func TestWrappingKeepsAmountsTogether(t *testing.T) {
	text := strings.Repeat("x ", 34) + "80\u00a0000\u00a0€"
	if got, want := wrap("", "", text), strings.Repeat("x ", 33)+"x\n80\u00a0000\u00a0€\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What lets fragments be joined after they were encoded.
func TestFragmentsCanBeJoinedAfterEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[ -~äß€漢]{0,120}\n`))
		a, b := strings.Join(lines.Draw(t, "a"), ""), strings.Join(lines.Draw(t, "b"), "")
		encoded := func(plain string) string {
			l, err := encode([]byte(plain))
			if err != nil {
				t.Fatal(err)
			}
			return string(l.Bytes())
		}
		apart := encoded(a) + encoded(b)
		if joined := encoded(a + b); joined != apart {
			t.Fatalf("%q\n%q", joined, apart)
		}
	})
}

// overridden is the set with some files laid over it.
func overridden(t *testing.T, files map[string]string) (*Set, error) {
	t.Helper()
	dir := fstest.MapFS{}
	for name, source := range files {
		dir[name] = &fstest.MapFile{Data: []byte(source)}
	}
	return New(dir, []string{"digest", "welcome"})
}

// foot is the text of the foot of a mail.
func foot(t *testing.T, s *Set, kind string, l locale.Locale) string {
	t.Helper()
	_, foot, err := s.Edition(kind, l).Frame(new(Scratch), &Page{Reason: "Because."})
	if err != nil {
		t.Fatal(err)
	}
	return joined(foot).text
}

func TestTheMoreSpecialOverrideWins(t *testing.T) {
	files := map[string]string{
		"all.txt": `{{define "foot"}}all {{.Reason}}{{end}}`, "all.de.txt": `{{define "foot"}}all de{{end}}`,
		"digest.txt": `{{define "foot"}}digest{{end}}`, "digest.de.txt": `{{define "foot"}}digest de{{end}}`,
		".swp": "{{", "digest.subject": "{{.Kind}}: {{.Subject}}",
	}
	s, err := overridden(t, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		kind   string
		locale locale.Locale
		want   string
	}{
		{"welcome", locale.English, "all Because.\r\n"}, {"welcome", locale.German, "all de\r\n"},
		{"digest", locale.French, "digest\r\n"}, {"digest", locale.German, "digest de\r\n"},
	} {
		if got := foot(t, s, test.kind, test.locale); got != test.want {
			t.Errorf("%s in %s: %q, want %q", test.kind, test.locale, got, test.want)
		}
	}
	if got, err := s.Edition("digest", locale.French).Subject(&Page{Kind: "digest", Subject: "News"}); err != nil || got != "digest: News" {
		t.Errorf("the subject is %q, %v", got, err)
	}
	if s.Edition("digest", locale.French) != s.Edition("digest", locale.Spanish) {
		t.Error("mails with the same templates do not share them")
	}
}

func TestWhatIsNotOverriddenStaysBuiltIn(t *testing.T) {
	s, err := overridden(t, map[string]string{"welcome.es.html": `{{define "title"}}{{.}}{{end}}`})
	if err != nil {
		t.Fatal(err)
	}
	builtIn, err := New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := foot(t, s, "welcome", locale.Spanish), foot(t, builtIn, "welcome", locale.Spanish); got != want {
		t.Errorf("the foot became %q instead of %q", got, want)
	}
	if s.Edition("digest", locale.Spanish) != s.base || !s.Overridden() || builtIn.Overridden() {
		t.Error("an override reaches mails it is not for")
	}
}

func TestOverridesAreEscaped(t *testing.T) {
	s, err := overridden(t, map[string]string{"digest.html": `{{define "foot"}}<a href="{{.MoreURL}}" title="{{.Reason}}">{{.Reason}}</a>{{end}}`})
	if err != nil {
		t.Fatal(err)
	}
	_, foot, err := s.Edition("digest", locale.English).Frame(new(Scratch), &Page{Reason: `"><script>`, MoreURL: "javascript:alert(1)"})
	if page := joined(foot).html; err != nil || strings.Contains(page, "<script") || strings.Contains(page, "javascript") {
		t.Errorf("%v: %s", err, page)
	}
}

func TestEveryFaultOfAnOverrideIsNamedWithItsPlace(t *testing.T) {
	files := map[string]string{
		"letter.html":    ``,
		"digest.it.html": ``,
		"digest.md":      ``,
		"digest":         ``,
		"digest.html":    "{{define \"foot\"}}\n{{.Reason}\n{{end}}",
		"welcome.html":   `{{define "foott"}}{{end}}`,
		"all.html":       "Hello {{define \"foot\"}}{{end}}",
		"welcome.txt":    "{{define \"foot\"}}\n\n{{call .Reason}}{{end}}",
		"welcome.de.txt": `{{define "foot"}}{{env "HOME"}}{{end}}`,
		"all.subject":    `{{js .Subject}}`,
	}
	_, err := overridden(t, files)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		`letter.html: "letter" is not a kind of mail; there are digest, welcome, and all`,
		`digest.it.html: there is no locale "it"`, `digest.md: the ending is none of`, `digest: the name is not KIND.html`,
		`digest.html:2: `, `welcome.html: it defines "foott", which no mail uses; there are alert, button, filler, foot, head, job, style, title, top, why`,
		`all.html: there is text outside`, `welcome.txt:3: function "call" not defined`, `welcome.de.txt:1: function "env" not defined`, `all.subject:1: function "js" not defined`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in:\n%v", want, err)
		}
	}
	if diff := cmp.Diff(len(files), strings.Count(err.Error(), "\n")+1); diff != "" {
		t.Errorf("not one line for each fault (-want +got):\n%s\n%v", diff, err)
	}
}
