package settings

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Input is where values come from.
type Input struct {
	// File is the path of a YAML file; empty for none.
	File string
	// Environ lists the environment as name=value.
	Environ []string
	// Check holds a text that is not empty against the rule its field's check tag names; nil
	// allows everything.
	Check func(rule, text string) error
}

// Values is a struct that was filled: it knows where each value came from and what is wrong.
type Values struct {
	target  reflect.Value
	dir     string // where relative names in the file start
	check   func(rule, text string) error
	given   layer
	origins map[string]Origin
	faults  Faults
}

// Load fills target, a pointer to a tagged struct, and notes every fault it meets on the way.
func Load(target any, in Input) *Values {
	v := Values{
		target: reflect.ValueOf(target).Elem(), dir: filepath.Dir(in.File),
		check: in.Check, given: layer{}, origins: map[string]Origin{},
	}
	all := fieldsOf(v.target.Type())
	if in.File != "" {
		v.given = v.readFile(in.File, all)
	}
	v.given = v.given.over(readEnv(in.Environ, all, &v.faults))
	v.section(v.target, "")
	return &v
}

// Origin is where the value at a path came from.
func (v *Values) Origin(path string) Origin { return v.origins[path] }

// Err lists the faults, of type Faults; nil where there are none.
func (v *Values) Err() error { return v.faults.Err() }

// Faulty reports whether a fault at the path was found already: one is enough.
func (v *Values) Faulty(path string) bool {
	return slices.ContainsFunc(v.faults, func(f Fault) bool { return f.Key == path || f.Key == path+fileSuffix })
}

// Faultf notes a fault where the value at the path was given, or where the section around it was.
func (v *Values) Faultf(path, format string, args ...any) {
	origin := Origin{Kind: FromDefault}
	for at := path; at != ""; at = parent(at) {
		if o, ok := v.origins[at]; ok && o.Kind != FromDefault {
			origin = o
			break
		}
	}
	v.faults.addf(origin, path, format, args...)
}

func (v *Values) readFile(path string, all []field) layer {
	data, err := readLimited(path, maxFile)
	if err != nil {
		v.faults.addf(Origin{Kind: FromFile, Where: path}, "", "%s", err)
		return layer{}
	}
	return readYAML(path, data, all, &v.faults)
}

// resolve makes a relative name in the configuration file start from that file's directory; one in
// the environment starts from the working directory.
func (v *Values) resolve(origin Origin, name string) string {
	if filepath.IsAbs(name) || origin.Kind != FromFile {
		return name
	}
	return filepath.Join(v.dir, name)
}

func (v *Values) section(target reflect.Value, path string) {
	for _, f := range fieldsOf(target.Type()) {
		at := child(path, f.key)
		switch {
		case f.isSection():
			v.section(target.Field(f.index), at)
		case f.isTable():
			v.table(target.Field(f.index), at)
		default:
			v.leaf(target.Field(f.index), f, at)
		}
	}
}

func (v *Values) table(target reflect.Value, path string) {
	n, stray := v.given.elements(path)
	for _, at := range stray {
		v.faults.addf(v.given[at].origin, at, "the list has %d elements before it; count on from %d", n, n)
	}
	target.Set(reflect.MakeSlice(target.Type(), n, n))
	for i := range n {
		at := Element(path, i)
		v.origins[at] = v.given[at].origin
		v.section(target.Index(i), at)
	}
}

// leaf sets one plain value or plain list from what was given, else from its default.
func (v *Values) leaf(target reflect.Value, f field, path string) {
	g, ok := v.given[path]
	if !ok {
		v.unset(target, f, path)
		return
	}
	if g.byFile {
		g.origin.Via = v.resolve(g.origin, g.texts[0])
		text, err := readSecret(g.origin.Via)
		if err != nil {
			v.faults.addf(g.origin, path+fileSuffix, "%s", err)
			return
		}
		g.texts = []string{text}
		if f.isList() {
			g.texts = lines(text)
		}
	}
	v.origins[path] = g.origin
	if !f.isList() {
		v.plain(target, f, path, g.texts[0])
		return
	}
	target.Set(reflect.MakeSlice(target.Type(), len(g.texts), len(g.texts)))
	for i, text := range g.texts {
		v.plain(target.Index(i), f, Element(path, i), text)
	}
}

// unset gives a value its default; one that has none and is needed is a fault.
func (v *Values) unset(target reflect.Value, f field, path string) {
	v.origins[path] = Origin{Kind: FromDefault}
	switch {
	case f.deflt != "":
		v.plain(target, f, path, f.deflt)
	case f.required:
		v.Faultf(path, "it is missing%s", exampleHint(f))
	}
}

// plain sets one value and holds it against its limits and rule.
func (v *Values) plain(target reflect.Value, f field, path, text string) {
	err := v.accept(target, f, text)
	if file, ok := target.Addr().Interface().(*File); ok && err == nil && text != "" {
		err = file.read(v.resolve(v.origins[path], text))
	}
	if err != nil {
		v.Faultf(path, "%s", err)
	}
}

func (v *Values) accept(target reflect.Value, f field, text string) error {
	if text == "" && f.emptyAllowed() {
		return nil
	}
	if text == "" && (f.required || f.isList()) {
		return errors.New("it is empty" + exampleHint(f))
	}
	if !f.lines && strings.ContainsFunc(text, unicode.IsControl) {
		return errors.New("it holds a line break or another control character; write it on one line")
	}
	if err := setText(target, f, text); err != nil {
		return err
	}
	if err := checkLimits(target, f); err != nil {
		return err
	}
	if f.check == "" || v.check == nil {
		return nil
	}
	return v.check(f.check, text)
}
