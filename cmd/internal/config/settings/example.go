package settings

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
)

// Example is a file for a tagged struct that sets every key to its default and explains it, below
// head. Lines that begin with # and no blank, or two, are settings to take the # from.
func Example[T any](head string) []byte {
	var w exampleWriter
	w.comment(0, head)
	for _, f := range fieldsOf(reflect.TypeFor[T]()) {
		w.WriteByte('\n')
		w.comment(0, f.doc)
		if f.isTable() {
			w.table(f, 0)
			continue
		}
		w.line(0, f.key+":")
		w.keys(f, 1)
	}
	return w.Bytes()
}

// exampleWidth is where comments are broken.
const exampleWidth = 100

type exampleWriter struct{ bytes.Buffer }

func (w *exampleWriter) line(depth int, text string) {
	fmt.Fprintf(w, "%s%s\n", strings.Repeat("  ", depth), text)
}

// comment writes text as comment lines, broken between words.
func (w *exampleWriter) comment(depth int, text string) {
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if line != "#" && 2*depth+len(line)+1+len(word) > exampleWidth {
			w.line(depth, line)
			line = "#"
		}
		line += " " + word
	}
	w.line(depth, line)
}

func (w *exampleWriter) keys(section field, depth int) {
	for i, f := range fieldsOf(section.typ) {
		if i > 0 {
			w.WriteByte('\n')
		}
		w.comment(depth, f.describe())
		if f.isTable() {
			w.table(f, depth)
			continue
		}
		w.line(depth, f.key+": "+f.yamlDefault())
		if f.example != "" {
			w.line(depth, "#"+f.key+": "+f.yamlExample())
		}
	}
}

// table writes an empty list, and an element to uncomment.
func (w *exampleWriter) table(f field, depth int) {
	w.line(depth, f.key+": []")
	w.line(depth, "#"+f.key+":")
	lead := "  - "
	for _, column := range fieldsOf(f.typ.Elem()) {
		w.comment(depth, column.describe())
		value := column.yamlDefault()
		if column.example != "" {
			value = column.yamlExample()
		}
		w.line(depth, "#"+lead+column.key+": "+value)
		lead = "    "
	}
}

// describe is the field's doc with the numbers or words it allows.
func (f field) describe() string {
	text := f.doc
	if f.isNumber() && f.limits() != "" {
		text += " " + strings.TrimSpace(f.limits()+" "+f.unit) + "."
	}
	if f.enum != nil {
		text += " One of " + strings.Join(f.enum, ", ") + "."
	}
	return text
}

func (f field) yamlDefault() string {
	if f.isList() {
		return "[]"
	}
	return f.yaml(f.deflt)
}

func (f field) yamlExample() string {
	if f.isList() {
		return "[" + f.yaml(f.example) + "]"
	}
	return f.yaml(f.example)
}

// yaml writes a text of the struct's tags as YAML: texts are quoted, numbers and words are not.
func (f field) yaml(text string) string {
	switch {
	case f.plain() == reflect.TypeFor[string]() && f.enum == nil, f.plain().Kind() == reflect.Struct:
		return `"` + text + `"`
	}
	return text
}
