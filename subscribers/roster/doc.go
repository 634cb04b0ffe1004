// Package roster is this process's own copy of who may be written to: every alert of every active
// subscriber, loaded from the store at the start and kept current by its change streams. It
// implements digest.Roster.
//
// The copy may be a moment old, and its cursors older where another replica has served. That costs
// a second look, never a wrong letter: the store's scripts check state and cursor again.
package roster
