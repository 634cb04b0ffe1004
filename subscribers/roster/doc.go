// Package roster is this process's own copy of who may be written to: every alert of every active
// subscriber, loaded from the store at the start and kept current by its change streams. It
// implements digest.Roster.
//
// The copy may be a moment old, and its cursors older where another replica has served. That costs
// a second look, never a wrong letter: the store's scripts check state and cursor again.
//
// # Decisions
//
// A person is kept as what decides who is due, and their filters as text: only those who get mail have
// them read again, for the reasons. Time zones are shared. That is about 0.8 kB for a person with one
// alert, the index included.
package roster
