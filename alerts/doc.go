// Package alerts is what is offered and what matches: postings, filters, cadences, and the rules
// between them.
//
// Filter.Match is the definition of matching: slow, obvious, with a reason for every facet. The
// index in alerts/match gives the same answer faster, and is tested against it.
//
// This package is pure: no Redis, no HTTP, no clock; now is an argument.
package alerts
