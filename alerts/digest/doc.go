// Package digest decides who is due, joins filters with postings, and owes the letters. Instant and
// scheduled alerts are one path: they differ only in how far a run looks.
//
// What an alert owes is a function of what is stored: the open postings that match its filter, with
// a sequence number after its cursor and up to the slot it is due for. No list of pending matches is
// kept; working it out again gives the same letter, and the Roster takes it only while the cursor
// is still where it was. So it does not matter who runs this, how often, or how many at once.
//
// # Decisions
//
// A cursor never passes the newest posting seen, though the slot may be later: what is committed
// afterwards has a later number, whichever clock gave it, and so is never passed over.
//
// Who matches what is asked of the index of all filters, which answers as alerts.Filter.Match does;
// the reasons for those that match come from the filter itself, which the roster reads when it is needed.
// Should it have been changed since, its own answer counts, and the cursor, which has moved with it,
// has the serving refused.
//
// A cursor moves only when a letter is owed: an alert without news costs no write. In memory each
// alert remembers the slot it was last looked at for.
package digest
