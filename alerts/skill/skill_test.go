package skill_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/alerts/skill"
	"jobalertd/alerts/text"
)

func TestShippedVocabularyIsWellFormed(t *testing.T) {
	shipped := skill.Shipped()
	n := 0
	for term := range shipped.Terms() {
		n++
		if term.Category == "" {
			t.Errorf("%s stands in no category", term.Name)
		}
		if term.Name != strings.ToLower(term.Name) {
			t.Errorf("%s: names are in lower case", term.Name)
		}
		for _, spelling := range term.Spellings {
			if len(spelling.Words) == 0 {
				t.Errorf("%s: %q has no words", term.Name, spelling.Text)
			}
			if name, ok := shipped.Canonical(spelling.Text); !ok || name != term.Name {
				t.Errorf("Canonical(%q) = %q, want %q", spelling.Text, name, term.Name)
			}
		}
	}
	if n < 500 {
		t.Errorf("%d skills are fewer than the 500 promised", n)
	}
}

func TestCanonicalKnowsEverySpelling(t *testing.T) {
	for written, want := range map[string]string{
		"Golang": "go", "GO": "go", "Postgres": "postgresql", "PostgreSQL": "postgresql", "k8s": "kubernetes",
		"NodeJS": "node.js", "Node JS": "node.js", "node-js": "node.js", ".NET Core": ".net", "dotnet": ".net", "C Sharp": "c#",
		"cpp": "c++", "C++": "c++", "CI-CD": "ci/cd", "RESTful API": "rest", "Amazon Web Services": "aws",
		"SQS": "aws sqs", "Domain-Driven Design": "domain driven design", "Élasticsearch": "elasticsearch",
	} {
		if got, _ := skill.Shipped().Canonical(written); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", written, got, want)
		}
	}
	if got, ok := skill.Shipped().Canonical("basket weaving"); ok {
		t.Errorf("basket weaving became %q", got)
	}
}

func TestOnlyTheAmbiguousSpellingNeedsContext(t *testing.T) {
	ambiguous := map[string]bool{}
	for term := range skill.Shipped().Terms() {
		for _, spelling := range term.Spellings {
			ambiguous[spelling.Text] = spelling.Ambiguous
		}
	}
	for _, word := range []string{"go", "r", "c", "rest", "swift", "spark", "express", "spring", "lambda", "less", "react", "node", "helm", "vault"} {
		if !ambiguous[word] {
			t.Errorf("%q is not marked as ambiguous", word)
		}
	}
	for _, word := range []string{"golang", "rlang", "restful", "swiftlang", "apache spark", "express.js", "spring framework", "aws lambda", "kubernetes"} {
		if ambiguous[word] {
			t.Errorf("%q is marked as ambiguous", word)
		}
	}
}

func TestClosureAddsWhatFollows(t *testing.T) {
	tests := []struct {
		name   string
		skills []string
		want   []string
	}{
		{"a framework implies its language", []string{"Django"}, []string{"django", "python"}},
		{"implications chain", []string{"spring boot"}, []string{"java", "jvm", "spring", "spring boot"}},
		{"several", []string{"eks"}, []string{"aws", "eks", "kubernetes"}},
		{"each once, sorted", []string{"rails", "ruby", "Ruby on Rails"}, []string{"rails", "ruby"}},
		{"unknown names stay, folded", []string{"Basket-Weaving"}, []string{"basket weaving"}},
		{"nothing implies nothing", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, skill.Shipped().Closure(test.skills)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestClosureIsClosed(t *testing.T) {
	var names []string
	for term := range skill.Shipped().Terms() {
		names = append(names, term.Name)
	}
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.SampledFrom(names), 0, 6).Draw(t, "skills")
		closed := skill.Shipped().Closure(some)
		if again := skill.Shipped().Closure(closed); !slices.Equal(again, closed) {
			t.Fatalf("Closure(%q) = %q, closed once more %q", some, closed, again)
		}
	})
}

func TestNearest(t *testing.T) {
	for typed, want := range map[string]string{"postgers": "postgresql", "kuberentes": "kubernetes", "golan": "go", "qwertyuiop": ""} {
		if got, _ := skill.Shipped().Nearest(typed); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestParseNamesTheFault(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"two columns", "[x]\ngo | golang", `line 2: "go | golang" has 2 columns instead of 3`},
		{"no name", "| |", `line 1: "| |" names no skill`},
		{"a spelling without letters", "go | ++ |", `line 1: "++" has no letters`},
		{"a spelling taken", "go | golang |\nc | GoLang |", `line 2: "GoLang" is already a spelling of go`},
		{"a spelling doubled", "node.js | node js |", `line 1: "node js" is already a spelling of node.js`},
		{"an unknown implication", "django | | python", `django implies "python", which is not the name of a skill`},
		{"an implication by another spelling", "go | golang |\ngin | | golang", `gin implies "golang", which is not the name of a skill`},
		{"a circle", "a | | b\nb | | a", "a implies b, which implies it\nb implies a, which implies it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := skill.Parse(strings.NewReader(test.file))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[language]\ngo? | golang |\ngin | gin-gonic | go\n")
	f.Add("a | b, c? | d\n# comment")
	f.Fuzz(func(t *testing.T, file string) {
		v, err := skill.Parse(strings.NewReader(file))
		if err != nil {
			return
		}
		for term := range v.Terms() {
			if name, ok := v.Canonical(term.Name); !ok || name != term.Name {
				t.Fatalf("Canonical(%q) = %q", term.Name, name)
			}
			if text.Key(term.Name) != strings.Join(term.Spellings[0].Words, " ") {
				t.Fatalf("%q is not its own first spelling", term.Name)
			}
		}
	})
}

func TestVocabularyKnowsTheSkillsOfLabelledPostings(t *testing.T) {
	file, err := os.Open("../../../shared/data/labels/labels.ndjson")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the labelled postings are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unknown := map[string]bool{}
	skills := 0
	for lines := json.NewDecoder(file); lines.More(); {
		var posting struct{ Labels struct{ Skills []string } }
		if err := lines.Decode(&posting); err != nil {
			t.Fatal(err)
		}
		for _, written := range posting.Labels.Skills {
			skills++
			if _, ok := skill.Shipped().Canonical(written); !ok {
				unknown[written] = true
			}
		}
	}
	t.Logf("of %d labelled skills unknown: %v", skills, unknown)
	if len(unknown) > skills/100 {
		t.Errorf("%d kinds of %d labelled skills are unknown", len(unknown), skills)
	}
}
