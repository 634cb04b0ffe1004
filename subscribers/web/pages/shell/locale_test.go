package shell

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jobalertd/mailer/locale"
)

// verbs are the placeholders of a text.
func verbs(text string) []string { return regexp.MustCompile(`%\S|#`).FindAllString(text, -1) }

func TestEveryLanguageHasEveryText(t *testing.T) {
	base, err := loadTable(locale.English)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range locale.All() {
		other, err := loadTable(l)
		if err != nil {
			t.Fatal(err)
		}
		for key, text := range base {
			if strings.Join(verbs(other[key]), " ") != strings.Join(verbs(text), " ") || other[key] == "" {
				t.Errorf("%s lacks %q, or its arguments", l, key)
			}
			if l != locale.English && len(strings.Fields(text)) > 3 && other[key] == text {
				t.Errorf("%s: %q is English", l, key)
			}
		}
		for key := range other {
			if _, ok := base[key]; !ok {
				t.Errorf("%s has %q, which English has not", l, key)
			}
		}
	}
}

// TestEveryTextExists reads the templates and the code for the keys they use.
func TestEveryTextExists(t *testing.T) {
	base, err := loadTable(locale.English)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, pattern := range []string{"templates/*.html", "templates/shared/*.html", "../*/*.go"} {
		found, _ := filepath.Glob(pattern)
		files = append(files, found...)
	}
	uses := regexp.MustCompile(`(?:\{t|[{( ]t|\.Say\(|Count\() ?"([a-z_.-]+[a-z0-9])"[,)} ]|(?:Field|Choice) "([a-z_.]+)"`)
	n := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range uses.FindAllSubmatch(text, -1) {
			key := string(match[1])
			if key == "" {
				key = "field." + string(match[2]) + ".label"
			}
			_, plain := base[key]
			_, counted := base[key+".other"]
			if n++; !plain && !counted {
				t.Errorf("%s uses the text %q, which no table has", file, key)
			}
		}
	}
	if n < 150 {
		t.Errorf("only %d uses of texts found", n)
	}
}

// TestEveryFaultCanBeSaid reads the code for the faults it finds: each has a sentence on the pages that
// names as many things as the English one for programs does.
func TestEveryFaultCanBeSaid(t *testing.T) {
	base, err := loadTable(locale.English)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	made := regexp.MustCompile(`fault\.New\("([a-z.-]+)", ("(?:[^"\\]|\\.)*"|` + "`[^`]*`" + `)`)
	for _, root := range []string{"../../../../alerts", "../../../../subscribers"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, match := range made.FindAllSubmatch(text, -1) {
				code, english := string(match[1]), string(match[2])
				found[code] = true
				if said := base["fault."+code]; said == "" || len(verbs(said)) != len(verbs(english)) {
					t.Errorf("%s: the fault %s, %s, is said as %q", path, code, english, said)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for key := range base {
		if code, ok := strings.CutPrefix(key, "fault."); ok && code != "value" && !found[code] {
			t.Errorf("nothing finds the fault %s, which the tables can say", code)
		}
	}
	if len(found) < 60 {
		t.Errorf("only %d faults found", len(found))
	}
}
