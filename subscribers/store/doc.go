// Package store keeps subscribers in Redis.
//
// A subscriber's keys share the shard of their address, so that one script changes all of them:
//
//	sub:<id>    string; a version byte, then the subscriber in that version's encoding
//	hot:<id>    hash; st state, v version, n nonce of the last save, c:<alert> cursor of each alert
//	heard:<id>  sorted set; postings that one alert has sent and another may still meet, by
//	            sequence number; only for subscribers with several alerts
//	addr        hash; address hash → id
//	changes     stream; ids of changed subscribers, for the replicas' rosters
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
// Between reading the head of the log and saving a change that starts from it, an alert may be
// served further. So a cursor is never set to less than the highest the person has, and whoever
// serves one of several alerts as if it were the only one is told to look again.
package store
