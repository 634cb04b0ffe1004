// Package jobs is what an alert has found, by a link from its mails: all the jobs of a letter that did
// not show all, why one of them came, and what to do when it should not have.
//
// # Decisions
//
// Feedback changes the filter, and nothing else: "hide this company" is a company to avoid, "no PHP"
// a skill to avoid, "not this job" its title as words to avoid. So it does what it says at once, it is
// seen on the manage page like any other part of the filter, and can be taken back here or there.
// There is no hidden score that nobody could explain.
//
// The link names a subscriber and an alert. Which posting or which part of the log is asked about
// stands in the open: anybody may know the postings, and a filter's answer about any of them tells no
// more than the filter, which the link's owner knows.
package jobs
