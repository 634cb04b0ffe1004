// Package roster is this process's own copy of who may be written to: every alert of every active
// subscriber, loaded from the store at the start and kept current by its change streams. It
// implements digest.Roster.
//
// The copy may be a moment old, and its cursors older where another replica has served. That costs
// a second look, never a wrong letter: the store's scripts check state and cursor again.
//
// # Decisions
//
// A person is kept as what decides who is due, in arrays without pointers: some 20 bytes and 32 for each
// alert, the zone, the cadence and the id of the alert as numbers of what very many share. What they ask for
// is in the index, which takes twice that again. Their filters as they wrote them, for the reasons in a letter, and
// their address are read from the store for those who get mail, a few hundred at once. If they have changed
// something since, the cursor has moved with it, and the serving is refused as it is for any other copy
// that is old.
//
// A scan asks for nobody by name, because it needs no order: who is served in which order is sorted where
// it is known who is due. So a run tells nobody's name but theirs.
//
// A load that fails is begun anew, index included, rather than mended: nobody may be served before it is
// through, and what it has read may have changed.
package roster
