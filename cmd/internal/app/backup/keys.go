package backup

import "strings"

const (
	// everything is the pattern of all our keys.
	everything = "jobalert:*"
	// restoringKey is there while a restore is under way.
	restoringKey = "jobalert:restoring"
	// layoutKey is made by whoever opens Redis first, so that it alone does not make a Redis used.
	layoutKey = "jobalert:layout"
)

// tag is the hash tag of a key: the shard it belongs to, p for the posting log, none for the layout.
func tag(key string) string {
	_, rest, _ := strings.Cut(key, "{")
	name, _, found := strings.Cut(rest, "}")
	if !found {
		return ""
	}
	return name
}

// postingsTag is the hash tag of the posting log.
const postingsTag = "p"
