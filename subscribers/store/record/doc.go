// Package record is how a subscriber is written down: compact, and readable for ever.
//
// A record is a version byte and what that version says follows. Version '2', the one that is written,
// is Protocol Buffers' wire format: numbered fields, those that are zero left out, in rising order. A
// version '1' is JSON with short names; it is only read.
//
// To add a field to a subscriber, add a line with a number of its own to the function of its part in
// fields.go; the numbers that are there never change their meaning. A test finds what was forgotten.
//
// # Decisions
//
// One function a part lists its fields for both directions, so that writing and reading cannot drift
// apart, and there is no second set of structs to keep in step. It leans on protowire, which is the
// wire format without generated code.
//
// A field that this program does not know is refused with ErrNewer, not kept: a program that carries
// on a record it understands half of may write to somebody whom the other half protects. So upgrade
// all replicas before the first one writes what is new; a new field that is not set costs nobody
// anything.
//
// Words that many records share (skills, countries, zones, large mail providers) are written as their
// numbers in words.txt, which only ever grows at its end; what has the form of an id is eight bytes; all
// other texts are written out. That halves a record, and keeps one copy of each such word in memory.
//
// An outline is read by the same functions, which pass over some texts without making strings of them. It
// still reads every field: what a newer program wrote is refused by it too.
//
// Times are kept to the second.
package record
