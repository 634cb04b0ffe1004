package settings

import (
	"slices"
	"strings"

	"jobalertd/alerts/text"
)

// unknownKey says that a section has no such key, and which one may have been meant: a sibling of
// nearly the same name, else the same name in another section of all, else what there is.
func unknownKey(name string, fields, all []field) string {
	var siblings, files, elsewhere []string
	for _, f := range fields {
		siblings = append(siblings, f.key)
		if f.isSecret() {
			files = append(files, f.key+fileSuffix)
		}
	}
	if hint := DidYouMean(name, slices.Concat(siblings, files)); hint != "" {
		return "there is no such key" + hint
	}
	eachLeaf(all, "", func(path string, f field) {
		if f.key == name {
			elsewhere = append(elsewhere, strings.ReplaceAll(path, "[0]", "[]"))
		}
	})
	if len(elsewhere) > 0 {
		return "there is no such key here; did you mean " + strings.Join(elsewhere, " or ") + "?"
	}
	return "there is no such key; there are " + strings.Join(siblings, ", ")
}

// DidYouMean is "; did you mean x?" for the candidate nearest to word, or nothing where none is near.
func DidYouMean(word string, candidates []string) string {
	name, _ := text.Nearest(word, candidates)
	return suggestion(name)
}

func suggestion(name string) string {
	if name == "" {
		return ""
	}
	return "; did you mean " + name + "?"
}
