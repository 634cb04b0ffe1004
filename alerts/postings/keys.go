package postings

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
