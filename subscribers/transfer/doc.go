// Package transfer takes whole lists of subscribers in and out, one JSON object a line: people who come
// from another system, or who move to another installation.
//
// Importing only ever adds. Whoever is known stays as they are, so that the same list can be imported
// again after it was cut off, and brings the rest. Whoever must not be written to, or has left, stays
// out. Nobody gets a mail because they were imported but those who have yet to confirm: they get the mail
// that asks them to.
//
// # Decisions
//
// An active or paused person needs the proof of their consent in the list: when they confirmed, and
// where they signed up. A list without it is a list of people to ask, and can be imported as pending.
//
// What an alert has told of is not part of the list: it begins with what comes after the import. To move
// everything there is `jobalertd backup`.
package transfer
