// Package samples plays the job boards of the demo: some 200 openings at 37 companies that do not
// exist, and an endless stream of further ones.
//
// The texts are ours. They lie in data/ as blocks of header fields (RFC 5322 §2.2, read by
// net/textproto; a line that begins with a space continues the one before): companies with their
// products, teams and habits, roles with their tasks and requirements, phrases for everything that
// both have in common. An opening is composed from them in three steps, each a file here:
//
//	plan.go     what is offered: company, role, rung, place, pay
//	compose.go  the words: which sentences, in which order, in the company's voice
//	ashby.go, greenhouse.go, posting.go   the form in which its board serves it
//
// Everything follows from the opening's number, so two runs of the demo show the same postings. A
// World holds what is open at the moment and serves it as the boards do.
//
// # Decisions
//
// Every opening carries the posting that a faultless reader would make of it. It is what the demo
// pushes for companies without a board, and what tests of normalising and classifying can compare
// with.
//
// A board that has BoardLimit openings closes its oldest when a new one appears. The demo may then
// run for days without its boards growing, and closing is shown as well.
//
// Links lead to a page of the World itself: a person who clicks a job in a demo mail sees the job.
package samples
