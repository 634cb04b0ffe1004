package outbox

import "jobalertd/mailer"

// Key names the stream of owed letters of a shard in which those of a kind stand, for the scripts that
// put letters in.
func Key(shard int, kind mailer.Kind) string { return streamKey(shard, laneOf(kind)) }

func streamKey(shard int, l lane) string { return mailer.ShardKey(shard, "outbox"+l.suffix()) }
func retryKey(shard int, l lane) string  { return mailer.ShardKey(shard, "retry"+l.suffix()) }

func deadKey(shard int) string { return mailer.ShardKey(shard, "dead") }
func doneKey(shard int) string { return mailer.ShardKey(shard, "done") }
