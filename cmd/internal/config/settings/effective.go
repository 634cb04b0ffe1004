package settings

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"text/tabwriter"
	"time"

	"jobalertd/cmd/internal/config/settings/notation"
)

// Setting is one value in effect.
type Setting struct {
	Key string `json:"key"`
	// Value is the value as it would be written; a secret is <secret>, or empty where there is none.
	Value string `json:"value"`
	// Origin is default, file:line:column or the variable's name, and the file a secret was read from.
	Origin string `json:"origin"`
}

// Settings lists every value in effect, in the order of the reference, secrets masked.
func (v *Values) Settings() []Setting {
	return v.collect(nil, v.target, "")
}

func (v *Values) collect(list []Setting, section reflect.Value, path string) []Setting {
	for _, f := range fieldsOf(section.Type()) {
		at, value := child(path, f.key), section.Field(f.index)
		switch {
		case f.isSection():
			list = v.collect(list, value, at)
		case f.isTable() && value.Len() > 0:
			for i := range value.Len() {
				list = v.collect(list, value.Index(i), Element(at, i))
			}
		default:
			list = append(list, Setting{Key: at, Value: shown(value), Origin: v.origins[at].String()})
		}
	}
	return list
}

// Effective is Settings as a table: what is in effect, and where it came from.
func (v *Values) Effective() []byte {
	var b bytes.Buffer
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KEY\tVALUE\tORIGIN")
	for _, s := range v.Settings() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Key, s.Value, s.Origin)
	}
	_ = table.Flush() // a buffer takes everything
	return b.Bytes()
}

// shown is a value as a person would write it, but for secrets.
func shown(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case time.Duration:
		return notation.FormatDuration(value)
	case File:
		return value.Path
	case fmt.Stringer:
		return value.String()
	}
	if v.Kind() != reflect.Slice {
		return fmt.Sprint(v.Interface())
	}
	texts := make([]string, v.Len())
	for i := range texts {
		texts[i] = shown(v.Index(i))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
