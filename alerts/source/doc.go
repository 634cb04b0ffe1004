// Package source is where postings come from: what a board is, how a format is read, and the raw
// record that every format yields.
//
// A format (one package each, below this one) knows the addresses of a board and turns a response
// into raw records. It is pure: bytes in, records out. Package fetch gets the bytes politely,
// package normalize turns a raw record into an alerts.Posting, and package poll joins the three.
// Package formats is the table of all of them.
//
// # Decisions
//
// The design names one room for the source, the fetcher and the poller. They are three packages
// here: the raw record is read by normalize, which the poller calls, so one package would be a
// cycle; and fetch is then the only importer of net/http below alerts.
//
// A response is read record by record. One record that makes no sense is refused with a reason and
// the others are kept, so that an employer's slip does not hide a whole board. A response that is
// not of the format at all is an error.
//
// Remotive has no package: its terms call displaying its jobs to collect sign-ups a breach, and a
// job alert is a sign-up.
package source
