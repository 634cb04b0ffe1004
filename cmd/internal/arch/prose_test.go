package arch

import (
	"fmt"
	"go/ast"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// code is a piece of Markdown set as code, inline or fenced.
type code struct {
	text string
	line int
}

// codes lists the code in a Markdown text.
func codes(text string) []code {
	var list []code
	fenced := false
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if fenced {
			list = append(list, code{line, i + 1})
			continue
		}
		for j, span := range strings.Split(line, "`") {
			if j%2 == 1 {
				list = append(list, code{span, i + 1})
			}
		}
	}
	return list
}

// namedPaths: a path that prose names, in code or as a link, is there; so is a heading it links to.
func namedPaths(t *tree) []string {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	var problems []string
	for _, doc := range t.prose {
		for _, c := range codes(doc.text) {
			for word := range strings.FieldsSeq(c.text) {
				word = strings.Trim(word, "\"',;:()")
				if p, ok := repositoryPath(word); ok && !t.exists(p) {
					problems = append(problems, fmt.Sprintf("%s:%d: there is no %s", doc.path, c.line, p))
				}
			}
		}
		for i, line := range strings.Split(doc.text, "\n") {
			for _, m := range link.FindAllStringSubmatch(line, -1) {
				if problem := t.brokenLink(doc, m[1]); problem != "" {
					problems = append(problems, fmt.Sprintf("%s:%d: %s", doc.path, i+1, problem))
				}
			}
		}
	}
	return problems
}

// repositoryPath reports whether a word of code looks like a path of ours, and cleans it.
func repositoryPath(word string) (string, bool) {
	p := strings.TrimSuffix(strings.TrimPrefix(word, "./"), "/...")
	first, _, deep := strings.Cut(p, "/")
	ours := slices.Contains(append(street(), "deploy", ".ci", ".tools"), first) && deep ||
		slices.Contains([]string{"README.md", "LICENSE", "Makefile", "go.mod", "go.sum"}, p)
	if !ours || strings.ContainsAny(p, "*{}<>$…=[]") {
		return "", false
	}
	return strings.TrimSuffix(p, "/"), true
}

func (t *tree) brokenLink(doc prose, target string) string {
	if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
		return ""
	}
	file, anchor, _ := strings.Cut(target, "#")
	p := doc.path
	if file != "" {
		p = path.Join(path.Dir(doc.path), file)
	}
	if !t.exists(p) {
		return fmt.Sprintf("the link to %s leads nowhere", target)
	}
	for _, other := range t.prose {
		if other.path == p && anchor != "" && !slices.Contains(anchors(other.text), anchor) {
			return fmt.Sprintf("%s has no heading #%s", p, anchor)
		}
	}
	return ""
}

// anchors lists the anchors of a Markdown text's headings, as GitHub makes them.
func anchors(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		heading := strings.TrimLeft(line, "#")
		if heading == line || !strings.HasPrefix(heading, " ") {
			continue
		}
		list = append(list, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(heading)))
	}
	return list
}

// namedTargets: a make target that prose names is in the Makefile.
func namedTargets(t *tree) []string {
	makefile, ok := t.other["Makefile"]
	if !ok {
		return nil
	}
	targets := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`).FindAllStringSubmatch(makefile, -1) {
		targets[m[1]] = true
	}
	return namedInCode(t, regexp.MustCompile(`(?:^|\s)make ([a-z][a-z0-9-]*)`), func(name string) string {
		if targets[name] {
			return ""
		}
		return "the Makefile has no target " + name
	})
}

// namedVerbs: a verb of jobalertd that prose names is in the command line's table of verbs.
func namedVerbs(t *tree) []string {
	verbs := verbTable(t)
	if len(verbs) == 0 {
		return nil
	}
	return namedInCode(t, regexp.MustCompile(`(?:^|[\s/])jobalertd ([a-z][a-z-]*)`), func(name string) string {
		if slices.Contains(verbs, name) {
			return ""
		}
		return "jobalertd has no verb " + name
	})
}

// namedInCode looks for names in the code of prose and in systemd units, and asks check what is
// wrong with each.
func namedInCode(t *tree, pattern *regexp.Regexp, check func(name string) string) []string {
	var problems []string
	look := func(file, text string, line int) {
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			if problem := check(m[1]); problem != "" {
				problems = append(problems, fmt.Sprintf("%s:%d: %s", file, line, problem))
			}
		}
	}
	for _, doc := range t.prose {
		for _, c := range codes(doc.text) {
			look(doc.path, c.text, c.line)
		}
	}
	for file, text := range t.other {
		if strings.HasSuffix(file, ".service") {
			for i, line := range strings.Split(text, "\n") {
				if !strings.HasPrefix(line, "#") {
					look(file, line, i+1)
				}
			}
		}
	}
	return problems
}

// verbTable reads the verbs from the struct tags that kong reads them from.
func verbTable(t *tree) []string {
	var verbs []string
	for _, f := range t.product() {
		if !within(f.dir, "cmd/internal/cli") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			field, ok := n.(*ast.Field)
			if !ok || field.Tag == nil || len(field.Names) == 0 {
				return true
			}
			text, _ := strconv.Unquote(field.Tag.Value)
			if _, isVerb := reflect.StructTag(text).Lookup("cmd"); isVerb {
				verbs = append(verbs, verbName(field.Names[0].Name, reflect.StructTag(text).Get("name")))
			}
			return true
		})
	}
	return verbs
}

// verbName is the name kong gives: its own, or the field's in lower case, words joined by hyphens.
func verbName(field, name string) string {
	if name != "" {
		return name
	}
	words := regexp.MustCompile(`[A-Z][a-z0-9]*`).FindAllString(field, -1)
	return strings.ToLower(strings.Join(words, "-"))
}
