package settings

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// given is a value as somebody wrote it, not yet understood.
type given struct {
	// texts is the value, or the elements of a list.
	texts []string
	// byFile: the only text names the file that holds the value.
	byFile bool
	origin Origin
}

// layer is what one place gives, by path. An element of a table stands in it by its own path too,
// so that an element that gives nothing is an element still.
type layer map[string]given

// put notes a value; the same one given twice in a layer, in place and by file, is a fault.
func (l layer) put(path string, g given, faults *Faults) {
	if first, twice := l[path]; twice {
		faults.addf(g.origin, path, "it is given twice, as %[1]s and as %[1]s%[2]s (%[3]s); remove one of them", lastKey(path), fileSuffix, first.origin)
		return
	}
	l[path] = g
}

// over lays upper over l; both stay as they are.
func (l layer) over(upper layer) layer {
	both := maps.Clone(l)
	maps.Copy(both, upper)
	return both
}

// elements is how many elements the table at path has, counted from 0 without a gap, and which
// paths stand beyond a gap.
func (l layer) elements(path string) (n int, stray []string) {
	for {
		if _, ok := l[Element(path, n)]; !ok {
			break
		}
		n++
	}
	for at := range l {
		index, ok := strings.CutPrefix(at, path+"[")
		if i, err := strconv.Atoi(strings.TrimSuffix(index, "]")); ok && err == nil && i > n {
			stray = append(stray, at)
		}
	}
	slices.Sort(stray)
	return n, stray
}

// lastKey is the name at the end of a path.
func lastKey(path string) string { return strings.TrimPrefix(path[len(parent(path)):], ".") }

// key finds a key of a section by name; byFile where the name is that of a secret's file.
func key(fields []field, name string) (f field, byFile, ok bool) {
	for _, f := range fields {
		if f.key == name {
			return f, false, true
		}
		if f.isSecret() && f.key+fileSuffix == name {
			return f, true, true
		}
	}
	return field{}, false, false
}
