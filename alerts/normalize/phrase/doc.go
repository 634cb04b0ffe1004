// Package phrase finds phrases in text: it cuts a text into words once, and looks whole sets of
// phrases up in them in one pass, whatever their number.
//
// Words are folded to lower case. A phrase matches over hyphens, slashes and apostrophes of either
// kind as over spaces, so "back end" is found in "Back-End", and never over the end of a sentence,
// a line or an item of a list.
//
// # Decisions
//
// Regular expressions would say the same more tersely. Go's run every alternative over every byte:
// the few hundred phrases that normalisation asks for would cost milliseconds a posting, where a
// table of first words costs microseconds.
package phrase
