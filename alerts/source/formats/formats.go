// Package formats is the table of every format that postings are read from.
package formats

import (
	"slices"
	"strings"

	"jobalertd/alerts/source"
	"jobalertd/alerts/source/ashby"
	"jobalertd/alerts/source/greenhouse"
	"jobalertd/alerts/source/push"
)

// All lists every format by name.
func All() []source.Format {
	all := []source.Format{
		ashby.Format(),
		greenhouse.Format(),
		push.Format(),
	}
	slices.SortFunc(all, func(a, b source.Format) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// ByName finds a format.
func ByName(name string) (source.Format, bool) {
	for _, format := range All() {
		if format.Name == name {
			return format, true
		}
	}
	return source.Format{}, false
}

// Names lists the names of all formats, sorted.
func Names() []string {
	var names []string
	for _, format := range All() {
		names = append(names, format.Name)
	}
	return names
}
