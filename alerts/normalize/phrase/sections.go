package phrase

import (
	"iter"
	"strings"
)

// Sections reads a table of phrases: a line [name] opens a section, commas separate its phrases,
// and lines before the first section are a comment. It yields each phrase with its section's name.
func Sections(file string) iter.Seq2[string, string] {
	return func(yield func(section, phrase string) bool) {
		for part := range strings.SplitSeq("\n"+file, "\n[") {
			name, body, ok := strings.Cut(part, "]")
			if !ok {
				continue // the comment
			}
			// The rest of the heading's line is a remark.
			_, list, _ := strings.Cut(body, "\n")
			for p := range strings.SplitSeq(list, ",") {
				if p = strings.Join(strings.Fields(p), " "); p != "" && !yield(name, p) {
					return
				}
			}
		}
	}
}
