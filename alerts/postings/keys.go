package postings

import (
	"cmp"
	"slices"
)

// All keys of the log share a hash tag: one script changes several of them.
const (
	logKey      = "jobalert:{p}:log"
	jobsKey     = "jobalert:{p}:jobs"
	listingsKey = "jobalert:{p}:listings"
	printsKey   = "jobalert:{p}:prints"
	openKey     = "jobalert:{p}:open"
	doubtsKey   = "jobalert:{p}:doubts"
)

func boardKey(board string) string { return "jobalert:{p}:board:" + board }

// CopyOrder sorts keys of the log so that they can be read one after the other while postings come in: what
// says that a listing is known comes before the jobs, and what says that a job is open after them. A
// posting that comes in meanwhile is then at worst taken for new once more, and never for known.
func CopyOrder(keys []string) {
	last := []string{jobsKey, openKey, logKey}
	slices.SortStableFunc(keys, func(a, b string) int {
		return cmp.Compare(slices.Index(last, a), slices.Index(last, b))
	})
}
