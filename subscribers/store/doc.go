// Package store keeps subscribers in Redis.
//
// A subscriber's keys share the shard of the address they first had, so that one script changes all of them:
//
//	people          hash; id → a line with version, nonce of the last save, state and the cursor of
//	                each alert, which the scripts read and change, and after it the record (package record)
//	addresses:<n>   hash; address hash → id, in 256 buckets
//	heard:<id>      sorted set; postings that one alert has sent and another may still meet, by
//	                sequence number; only for subscribers with several alerts
//	changes         stream; ids of changed subscribers, for the replicas' rosters; the last 4,000 or so
//
// The cursor of an alert is the sequence number up to which it has been served. Serve moves it and
// owes the letter in one step, if nobody has moved it before: whoever races, each posting is owed
// once. Only these two write what decides about mail: Save, on the person's wish, and Serve.
//
// # Decisions
//
// With several alerts, one posting may match two of them, and a person hears of a job once. What
// one alert has sent is therefore kept until the cursors of all the others have passed it. With a
// single alert the cursor alone says it all, and nothing is kept.
//
// One hash a shard and buckets for the index, where a key of its own for each would cost a person some
// 90 bytes more, and a hash for what the scripts change 136 more: a million people, measured by `make bench-state`,
// take less than 300 bytes each. The buckets stay small enough for Redis's compact form by themselves.
//
// Somebody who has changed their address stays in the shard of their id, and their new address is in the
// index of its own shard: Find leads from any address to an id, and the id to its shard. One script
// cannot touch both, so Claim and Release are steps of their own (package signup says in which order), and
// Save and Erase leave the index of another shard alone. What they would check in the same script, that the
// address is not suppressed, is for such a person checked when a mail is sent, as it is for everybody.
//
// The first layout had a key for each record (sub:<id>), a hash beside it (hot:<id>) and one address
// hash a shard (addr). Who still stands there is moved when they are first read, at the latest when
// the roster is loaded. A replica that knows only the first layout finds nobody who was moved, and
// sends them nothing; stop the old replicas before the first new one starts, for they would take a
// known address for a new one.
//
// Between reading the head of the log and saving a change that starts from it, an alert may be
// served further. So a cursor is never set to less than the highest the person has, and whoever
// serves one of several alerts as if it were the only one is told to look again.
package store
