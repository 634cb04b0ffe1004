package settings

import (
	"slices"
	"strings"
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
	return suggestion(nearest(word, candidates))
}

func suggestion(name string) string {
	if name == "" {
		return ""
	}
	return "; did you mean " + name + "?"
}

// longestWord is the length beyond which nobody meant one of our names.
const longestWord = 64

// nearest is the candidate that differs least from word; a third of the letters may be wrong, and
// at least one. It is empty where none is as near as that.
func nearest(word string, candidates []string) string {
	if len(word) > longestWord {
		return ""
	}
	best, least := "", len(word)/3+2
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is how many letters must be put in, left out, changed or swapped with their neighbour
// to make a into b (optimal string alignment). A swap is the commonest slip of all.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(s)][len(t)]
}
