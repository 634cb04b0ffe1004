package settings

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
)

// Prefix begins the name of every environment variable that is ours.
const Prefix = "JOBALERT_"

// fileSuffix makes the key of a secret into the key of the file it is read from.
const fileSuffix = "_file"

// field is one key of a section, as its tags describe it.
type field struct {
	key      string
	index    int
	typ      reflect.Type
	doc      string
	unit     string
	deflt    string
	example  string
	enum     []string
	min, max string
	required bool
	lines    bool
	check    string
}

// fieldsOf lists the keys of a section in the order of its struct.
func fieldsOf(section reflect.Type) []field {
	fields := make([]field, section.NumField())
	for i := range fields {
		sf := section.Field(i)
		fields[i] = field{
			key: sf.Tag.Get("key"), index: i, typ: sf.Type,
			doc: sf.Tag.Get("doc"), unit: sf.Tag.Get("unit"),
			deflt: sf.Tag.Get("default"), example: sf.Tag.Get("example"),
			min: sf.Tag.Get("min"), max: sf.Tag.Get("max"),
			required: sf.Tag.Get("required") == "true", lines: sf.Tag.Get("lines") == "true", check: sf.Tag.Get("check"),
		}
		if words := sf.Tag.Get("enum"); words != "" {
			fields[i].enum = strings.Split(words, ",")
		}
	}
	return fields
}

// isSection reports whether the field holds further keys.
func (f field) isSection() bool { return isSection(f.typ) }

// isTable reports whether the field is a list of sections.
func (f field) isTable() bool { return f.typ.Kind() == reflect.Slice && isSection(f.typ.Elem()) }

// isList reports whether the field is a list of plain values.
func (f field) isList() bool { return f.typ.Kind() == reflect.Slice && !f.isTable() }

// isSecret reports whether the field, or each element of its list, is a secret.
func (f field) isSecret() bool { return f.plain() == reflect.TypeFor[Secret]() }

// isNumber reports whether min and max are limits of the value and not of its length.
func (f field) isNumber() bool {
	switch f.plain().Kind() {
	case reflect.Int, reflect.Int64, reflect.Float64:
		return true
	}
	return false
}

// plain is the type of the value, or of one value of a list.
func (f field) plain() reflect.Type {
	if f.typ.Kind() == reflect.Slice {
		return f.typ.Elem()
	}
	return f.typ
}

// isSection tells our own sections from other structs, such as time.Time, by their tags.
func isSection(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() > 0 && t.Field(0).Tag.Get("key") != ""
}

// emptyAllowed reports whether "" is a value of the field: texts that are not required, and not a
// choice between words, may be left out by name.
func (f field) emptyAllowed() bool {
	if f.required || f.isList() || f.enum != nil {
		return false
	}
	isText := reflect.PointerTo(f.typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
	return isText || f.typ.Kind() == reflect.String || f.typ == reflect.TypeFor[File]()
}

// child is the path of a key below a section's path.
func child(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Element is the path of one element of a list.
func Element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// parent is the path above path, empty for a key at the top.
func parent(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}

// EnvName is the variable that sets path: mail.relays[0].host is JOBALERT_MAIL_RELAYS_0_HOST.
func EnvName(path string) string {
	return Prefix + strings.ToUpper(strings.NewReplacer(".", "_", "[", "_", "]", "").Replace(path))
}

// eachLeaf calls visit for every plain value and plain list below the fields. Tables have one
// element, as an example.
func eachLeaf(fields []field, path string, visit func(path string, f field)) {
	for _, f := range fields {
		at := child(path, f.key)
		switch {
		case f.isSection():
			eachLeaf(fieldsOf(f.typ), at, visit)
		case f.isTable():
			eachLeaf(fieldsOf(f.typ.Elem()), Element(at, 0), visit)
		default:
			visit(at, f)
		}
	}
}
