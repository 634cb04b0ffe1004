package settings

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// object is one JSON object of a schema.
type object map[string]any

// JSONSchema is the JSON Schema (draft 2020-12) of the files for a tagged struct, by which editors
// complete and check them. It knows names, types, words and limits; the rules behind the check tags
// are left to Load. Numbers may also be quoted, as everywhere here.
func JSONSchema[T any](title string) []byte {
	root := sectionSchema(fieldsOf(reflect.TypeFor[T]()))
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = title
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps of texts, numbers and maps always can be written
	}
	return append(text, '\n')
}

// sectionSchema describes a mapping; every key may be left out, or have no value.
func sectionSchema(fields []field) object {
	properties := object{}
	var required []string
	for _, f := range fields {
		properties[f.key] = f.schema()
		if f.isSecret() {
			properties[f.key+fileSuffix] = object{"type": []string{"string", "null"}, "description": "A file that holds " + f.key + "."}
		} else if f.required && f.deflt == "" {
			required = append(required, f.key)
		}
	}
	section := object{"type": []string{"object", "null"}, "additionalProperties": false, "properties": properties}
	if required != nil {
		section["required"] = required
	}
	return section
}

func (f field) schema() object {
	var s object
	switch {
	case f.isSection():
		s = sectionSchema(fieldsOf(f.typ))
	case f.isTable():
		element := sectionSchema(fieldsOf(f.typ.Elem()))
		element["type"] = "object"
		s = object{"type": []string{"array", "null"}, "items": element}
	case f.isList():
		s = object{"type": []string{"array", "null"}, "items": f.valueSchema("string")}
	default:
		s = f.valueSchema("string", "null")
		if f.deflt != "" {
			s["default"] = f.deflt
		}
	}
	s["description"] = f.describe()
	if f.example != "" {
		s["examples"] = []string{f.example}
	}
	return s
}

// valueSchema describes a plain value, which may always be written as text. The limits of texts count
// bytes, which a schema cannot say, and those of durations neither.
func (f field) valueSchema(types ...string) object {
	if f.enum != nil {
		return object{"enum": f.enum}
	}
	s := object{"type": types}
	switch f.plain().Kind() {
	case reflect.String: // digits are text too: a password of 007
		s["type"] = append(types, "number", "boolean")
	case reflect.Struct:
		s["type"] = append(types, "number")
	case reflect.Bool:
		s["type"], s["pattern"] = append(types, "boolean"), "^(true|false)$"
	case reflect.Int:
		s["type"], s["pattern"] = append(types, "integer"), "^[+-]?[0-9]+$"
		f.addLimits(s)
	case reflect.Float64:
		s["type"] = append(types, "number")
		f.addLimits(s)
	case reflect.Int64:
		if f.plain() == reflect.TypeFor[time.Duration]() {
			s["pattern"] = "^([0-9]+d|0|([0-9]*\\.?[0-9]+(ns|us|µs|ms|s|m|h))+)$"
		}
	}
	return s
}

func (f field) addLimits(s object) {
	for key, text := range map[string]string{"minimum": f.min, "maximum": f.max} {
		if n, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
			s[key] = n
		}
	}
}
