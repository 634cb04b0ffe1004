package settings

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"jobalertd/alerts/text"
)

// maxElements bounds the number in a variable's name.
const maxElements = 10_000

// readEnv picks our variables out of environ, a list of name=value.
func readEnv(environ []string, all []field, faults *Faults) layer {
	variables := map[string]string{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		variables[name] = value // the last one counts, as for every program (os/exec)
	}
	values := layer{}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		value := variables[name]
		rest, ours := strings.CutPrefix(name, Prefix)
		if !ours || value == "" || foreign(rest) {
			continue
		}
		origin := Origin{Kind: FromEnv, Where: name}
		v, ok := findVariable(all, rest, "")
		if !ok {
			faults.addf(origin, "", "no setting has this name%s", nearestVariable(rest, all))
			continue
		}
		for _, at := range v.elements {
			if _, known := values[at]; !known {
				values[at] = given{origin: origin}
			}
		}
		texts := []string{value}
		if v.field.isList() && !v.byFile {
			texts = splitList(value)
		}
		values.put(v.path, given{texts: texts, byFile: v.byFile, origin: origin}, faults)
	}
	return values
}

// foreign reports names with our prefix that are not settings: where the file is, what the tests
// want, and what Kubernetes tells of a service called "jobalert".
func foreign(rest string) bool {
	return rest == "CONFIG" || rest == "PORT" ||
		strings.HasPrefix(rest, "TEST_") || strings.HasPrefix(rest, "PORT_") || strings.HasPrefix(rest, "SERVICE_")
}

// variable is a setting found by the name of its variable.
type variable struct {
	field    field
	path     string
	byFile   bool
	elements []string // the paths of the table elements it lies in
}

// findVariable follows a name, without its prefix, through the schema.
func findVariable(fields []field, name, path string) (variable, bool) {
	for _, f := range fields {
		upper := strings.ToUpper(f.key)
		at := child(path, f.key)
		if f.isSection() {
			if rest, ok := strings.CutPrefix(name, upper+"_"); ok {
				return findVariable(fieldsOf(f.typ), rest, at)
			}
			continue
		}
		if f.isTable() {
			if rest, ok := strings.CutPrefix(name, upper+"_"); ok {
				return findElement(f, rest, at)
			}
			continue
		}
		if name == upper {
			return variable{field: f, path: at}, true
		}
		if f.isSecret() && name == upper+strings.ToUpper(fileSuffix) {
			return variable{field: f, path: at, byFile: true}, true
		}
	}
	return variable{}, false
}

func findElement(table field, name, path string) (variable, bool) {
	index, rest, ok := strings.Cut(name, "_")
	i, err := strconv.Atoi(index)
	if !ok || err != nil || i < 0 || i >= maxElements || strconv.Itoa(i) != index {
		return variable{}, false
	}
	at := Element(path, i)
	v, ok := findVariable(fieldsOf(table.typ.Elem()), rest, at)
	v.elements = append(v.elements, at)
	return v, ok
}

// nearestVariable suggests a variable for a name without its prefix.
func nearestVariable(rest string, all []field) string {
	var names []string
	eachLeaf(all, "", func(path string, f field) {
		name := strings.TrimPrefix(EnvName(path), Prefix)
		names = append(names, name)
		if f.isSecret() {
			names = append(names, name+strings.ToUpper(fileSuffix))
		}
	})
	if name, ok := text.Nearest(rest, names); ok {
		return suggestion(Prefix + name)
	}
	return ""
}

// splitList reads a list from a variable: values between commas.
func splitList(value string) []string {
	var texts []string
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			texts = append(texts, part)
		}
	}
	return texts
}
