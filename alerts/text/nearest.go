package text

import "strings"

// Nearest is the candidate that word was probably meant to be: the one with the fewest letters
// typed wrong, left out, added or swapped, as long as they are at most a third of the word. The
// first of equals wins.
func Nearest(word string, candidates []string) (string, bool) {
	typed := []rune(strings.ToLower(word))
	best, limit := "", max(1, len(typed)/3)
	found := false
	for _, candidate := range candidates {
		if d := distance(typed, []rune(strings.ToLower(candidate)), limit); d <= limit {
			if d == 0 {
				return candidate, true
			}
			best, found, limit = candidate, true, d-1
		}
	}
	return best, found
}

// distance counts the edits between two words (optimal string alignment: insert, delete, replace,
// swap neighbours), or gives limit+1 where there are more than limit.
func distance(a, b []rune, limit int) int {
	if max(len(a), len(b))-min(len(a), len(b)) > limit {
		return limit + 1
	}
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, ra := range a {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j, rb := range b {
			cost := 1
			if ra == rb {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && ra == b[j-1] && a[i-1] == rb {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
