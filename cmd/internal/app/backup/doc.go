// Package backup writes everything that is kept in Redis to a file, and reads it back into an empty
// Redis: subscribers with their consent and cursors, suppressions as hashes, the posting log, the letters
// that are owed, dead or were sent.
//
// A backup is NDJSON: a header with the version of the format and the moment, a line for each key or a
// part of a large one, and a last line with the number of lines and their checksum, without which a
// backup is not complete. Values are base64, for some are not text. What expires by itself, such as the
// lease, is not in it.
//
// # Decisions
//
// It copies keys and does not know what is in them. So nothing can be forgotten, a new field or encoding
// needs nothing here, and old backups are read by whatever reads old data. It is not the RDB or AOF file
// of Redis: it moves between versions and kinds of Redis, and can be made by whoever can reach it.
//
// A shard is read by one script, in one moment: its people, cursors and letters fit together, so that
// restoring loses no letter and sends none twice that was settled by then. Redis stands still meanwhile,
// some 10 ms for a thousand people with as many letters.
//
// The posting log is too large for that. It is read last, in an order (postings.CopyOrder) in which a
// posting that comes in meanwhile is at worst new once more, and no cursor has passed it.
//
// A restore that was cut off leaves a mark; the daemon does not start before it is done again. It begins
// anew then, which is simpler than to go on, and as right.
package backup
