// Package postings is the posting log in Redis: which jobs there are, where each is listed, and in
// which order they came.
//
// A job is one Posting however many boards list it. It is new when none of its listings is or was
// known and no other job has, or had before an edit, its fingerprint (company, title and text); only then does it
// get a sequence number, and only what has a new sequence number is ever announced. Edits, copies on other
// boards and re-listings change the job and keep its number. A job closes when its stated end has
// passed, when every board that listed it, fetched whole, has missed it twice in a row, or by hand;
// a closed job that is listed again opens again, silently. Closed jobs are forgotten after 90 days.
//
// State, all in one slot so that one script can change it together:
//
//	log       stream; entry id <seq>-0; every change of a job: new, join, edit, close, open
//	jobs      hash; job id → sequence number, line feed, Job as JSON
//	listings  hash; listing id → fingerprint of its content, space, job id
//	prints    hash; fingerprint of company, title and text → job id
//	open      sorted set; open job ids by sequence number
//	board:…   hash; listing id → how many fetches in a row have missed it
//
// # Decisions
//
// Sequence numbers come from the clock of whoever commits, not of Redis: a test can then run weeks in
// seconds against a real server. Clocks that differ lose nothing, since each number is later than the
// one before and no cursor passes the newest number seen; a clock that is ahead can only put a
// posting into the digest after.
//
// A copy at another place joins the job and adds its place, but is not announced anew: who wanted
// the first place has heard of the job already, and one job is announced once. Boards list such
// copies together, so that nearly always they have joined before the first mail goes out.
//
// A board that has lost more than half its listings at once is not believed, until it has looked
// the same for three days: then the company did close them.
//
// A Window answers which open jobs a filter matches from a catalog of their words and facts, which
// follows every change: somebody waits for the answer.
//
// A Shelf reads jobs for the letters that show them, which are many more than there are changes. So it does
// not read them again, but the log, from the entry that it saw last: what is named behind that entry has
// changed. Where the entry itself is gone, the log was trimmed, or Redis has failed over and lost it, and
// everything is read anew. What it reads, it reads before the log, so that it holds nothing that the log
// could lose without being noticed.
package postings
