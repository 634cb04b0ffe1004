package strictjson

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"jobalertd/alerts/text"
)

// checker walks over JSON and the Go type it is meant for, side by side.
type checker struct {
	faults Faults
}

func (c *checker) add(path, format string, args ...any) {
	c.faults = append(c.faults, Fault{Path: path, Problem: fmt.Sprintf(format, args...)})
}

// value checks raw, which is valid JSON, against a type.
func (c *checker) value(path string, raw []byte, t reflect.Type) {
	raw = bytes.TrimSpace(raw)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if string(raw) == "null" || t.Kind() == reflect.Interface {
		return
	}
	if readsItself(t) {
		c.itself(path, raw, t)
		return
	}
	want, got := kindName(t), jsonName(raw)
	if want != got {
		c.add(path, "should be %s, not %s", want, got)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		c.object(path, raw, fields(t))
	case reflect.Map:
		c.object(path, raw, func(string) (reflect.Type, string) { return t.Elem(), "" })
	case reflect.Slice, reflect.Array:
		c.list(path, raw, t.Elem())
	default:
		if err := json.Unmarshal(raw, reflect.New(t).Interface()); err != nil {
			c.add(path, "%s is too large, or not a whole number where one is needed", raw)
		}
	}
}

// itself lets a type that reads its own form judge it.
func (c *checker) itself(path string, raw []byte, t reflect.Type) {
	err := json.Unmarshal(raw, reflect.New(t).Interface())
	switch {
	case err == nil:
	case t == reflect.TypeFor[time.Time]():
		c.add(path, "%s is not a time; write it like 2026-11-23T08:00:00Z", raw)
	default:
		c.add(path, "%s is refused: %v", raw, err)
	}
}

// object checks the members of an object. field gives the type of a member, or what is wrong with
// its name.
func (c *checker) object(path string, raw []byte, field func(name string) (reflect.Type, string)) {
	members := json.NewDecoder(bytes.NewReader(raw))
	seen := map[string]bool{}
	_, err := members.Token() // the opening brace
	for err == nil && members.More() {
		var name json.Token
		if name, err = members.Token(); err != nil {
			break
		}
		var value json.RawMessage
		if err = members.Decode(&value); err != nil {
			break
		}
		c.member(path, name.(string), value, seen, field)
	}
	if err != nil {
		c.add(path, "%v", err)
	}
}

func (c *checker) member(path, name string, value []byte, seen map[string]bool, field func(string) (reflect.Type, string)) {
	inner := strings.TrimPrefix(path+"."+name, ".")
	if seen[name] {
		c.add(inner, "stands here twice; remove one")
		return
	}
	seen[name] = true
	t, problem := field(name)
	if problem != "" {
		c.add(inner, "%s", problem)
		return
	}
	c.value(inner, value, t)
}

// list checks the elements of a list.
func (c *checker) list(path string, raw []byte, t reflect.Type) {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil {
		c.add(path, "%v", err)
		return
	}
	for i, element := range elements {
		c.value(fmt.Sprintf("%s[%d]", path, i), element, t)
	}
}

// fields finds the members of a struct by their JSON names.
func fields(t reflect.Type) func(name string) (reflect.Type, string) {
	types := map[string]reflect.Type{}
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || f.Anonymous && name == "" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		types[name] = f.Type
		names = append(names, name)
	}
	return func(name string) (reflect.Type, string) {
		if t, ok := types[name]; ok {
			return t, ""
		}
		if near, ok := text.Nearest(name, names); ok {
			return nil, fmt.Sprintf("there is no such field; did you mean %q?", near)
		}
		return nil, "there is no such field; the fields are " + strings.Join(names, ", ")
	}
}

// readsItself reports whether a type has its own JSON form.
func readsItself(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) ||
		pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// The kinds of JSON values, in words for people.
const (
	anObject = "an object {…}"
	aList    = "a list […]"
	aText    = "a text in quotes"
	aNumber  = "a number"
	aBool    = "true or false"
)

// kindName is the kind of JSON value that a Go type is read from.
func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return anObject
	case reflect.Slice, reflect.Array:
		return aList
	case reflect.String:
		return aText
	case reflect.Bool:
		return aBool
	}
	return aNumber
}

// jsonName is the kind of a JSON value.
func jsonName(raw []byte) string {
	switch raw[0] {
	case '{':
		return anObject
	case '[':
		return aList
	case '"':
		return aText
	case 't', 'f':
		return aBool
	}
	return aNumber
}
