package layout

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	text "text/template"
	"text/template/parse"

	"jobalertd/mailer/locale"
)

// Every stands for all kinds in the name of an override.
const Every = "all"

// What an override is of, by the ending of its name.
const (
	subjectPart = "subject"
	textPart    = "txt"
	htmlPart    = "html"
)

// functions are what templates can use besides those of allowed.
func functions() map[string]any {
	return map[string]any{"wrap": wrap, "paragraph": paragraph, "join": join}
}

// allowed is every function that a template may call. Of those that Go brings along, call is left out,
// and so are html, js and urlquery: the HTML is escaped by where a value stands.
func allowed() map[string]any {
	all := functions()
	for _, name := range []string{"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice", "print", "printf"} {
		all[name] = true // the parser only asks for the name
	}
	return all
}

// add parses a file of definitions into the edition. It names the first fault of the file.
func (e *Edition) add(name, source string) error {
	trees, err := parse.Parse(name, source, "", "", allowed())
	if err != nil {
		return err
	}
	for defined, tree := range trees {
		if defined == name {
			if !parse.IsEmptyTree(tree.Root) {
				return fmt.Errorf("template: %s: there is text outside of {{define}} and {{end}}", name)
			}
			continue
		}
		if strings.HasSuffix(name, "."+htmlPart) {
			_, err = e.html.AddParseTree(defined, tree)
		} else {
			_, err = e.text.AddParseTree(defined, tree)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parts are the names of the templates that a file of this ending may redefine.
func (e *Edition) parts(ending string) []string {
	var names []string
	if ending == htmlPart {
		for _, t := range e.html.Templates() {
			names = append(names, t.Name())
		}
	} else {
		for _, t := range e.text.Templates() {
			names = append(names, t.Name())
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	slices.Sort(names)
	return names
}

// override reads the files of a directory and makes the editions they ask for.
func (s *Set) override(dir fs.FS, kinds []string) error {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return err
	}
	var errs []error
	var found []file
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue // what editors and mounts leave there
		}
		f, err := readFile(dir, entry.Name(), kinds)
		if err == nil {
			err = f.check(s.base)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		found = append(found, f)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return s.makeEditions(found, kinds)
}

// makeEditions lays files over the built-in templates, the more general first. Slots for which the same
// files count share an edition.
func (s *Set) makeEditions(files []file, kinds []string) error {
	slices.SortStableFunc(files, func(a, b file) int { return a.rank() - b.rank() })
	made := map[string]*Edition{}
	for _, kind := range kinds {
		for _, l := range locale.All() {
			var names []string
			var mine []file
			for _, f := range files {
				if f.counts(kind, l) {
					names, mine = append(names, f.name), append(mine, f)
				}
			}
			if len(mine) == 0 {
				continue
			}
			key := strings.Join(names, "/")
			if made[key] == nil {
				e, err := s.base.with(mine)
				if err != nil {
					return err
				}
				made[key] = e
			}
			s.editions[slot{kind, l}] = made[key]
		}
	}
	return nil
}

// with is a copy of the edition with files laid over it.
func (e *Edition) with(files []file) (*Edition, error) {
	copied, err := e.clone()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.part == subjectPart {
			copied.subject, err = parseSubject(f)
		} else {
			err = copied.add(f.name, f.source)
		}
		if err != nil {
			return nil, err
		}
	}
	return copied, nil
}

func (e *Edition) clone() (*Edition, error) {
	t, err := e.text.Clone()
	if err != nil {
		return nil, err
	}
	h, err := e.html.Clone()
	return &Edition{text: t, html: h}, err
}

// parseSubject reads a subject, which is one template and not a file of definitions.
func parseSubject(f file) (*text.Template, error) {
	trees, err := parse.Parse(f.name, f.source, "", "", allowed())
	if err != nil {
		return nil, err
	}
	return text.New(f.name).Funcs(functions()).AddParseTree(f.name, trees[f.name])
}

// file is an override: KIND.PART or KIND.LOCALE.PART.
type file struct {
	name, source string
	kind         string // or Every
	locale       string // empty for all
	part         string
}

func readFile(dir fs.FS, name string, kinds []string) (file, error) {
	f := file{name: name}
	fields := strings.Split(name, ".")
	if len(fields) != 2 && len(fields) != 3 {
		return f, fmt.Errorf("%s: the name is not KIND.html, KIND.txt or KIND.subject, or with a locale such as KIND.de.html", name)
	}
	f.kind, f.part = fields[0], fields[len(fields)-1]
	if f.kind != Every && !slices.Contains(kinds, f.kind) {
		return f, fmt.Errorf("%s: %q is not a kind of mail; there are %s, and %s for each of them", name, f.kind, strings.Join(kinds, ", "), Every)
	}
	if !slices.Contains([]string{subjectPart, textPart, htmlPart}, f.part) {
		return f, fmt.Errorf("%s: the ending is none of %s, %s and %s", name, htmlPart, textPart, subjectPart)
	}
	if len(fields) == 3 {
		f.locale = fields[1]
		if !slices.ContainsFunc(locale.All(), func(l locale.Locale) bool { return l.String() == f.locale }) {
			return f, fmt.Errorf("%s: there is no locale %q", name, f.locale)
		}
	}
	source, err := fs.ReadFile(dir, name)
	f.source = string(source)
	return f, err
}

// check parses the file by itself and holds its names against what there is to redefine.
func (f file) check(base *Edition) error {
	trees, err := parse.Parse(f.name, f.source, "", "", allowed())
	if err != nil || f.part == subjectPart {
		return err
	}
	names := base.parts(f.part)
	for defined := range trees {
		if defined != f.name && !slices.Contains(names, defined) {
			return fmt.Errorf("template: %s: it defines %q, which no mail uses; there are %s", f.name, defined, strings.Join(names, ", "))
		}
	}
	_, err = base.with([]file{f})
	return err
}

// rank orders files so that the more special ones come last and win.
func (f file) rank() int {
	rank := 0
	if f.kind != Every {
		rank += 2
	}
	if f.locale != "" {
		rank++
	}
	return rank
}

func (f file) counts(kind string, l locale.Locale) bool {
	return (f.kind == Every || f.kind == kind) && (f.locale == "" || f.locale == l.String())
}
