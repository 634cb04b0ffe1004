package outbox

import "jobalertd/mailer"

// Key names the stream of owed letters of a shard, for the scripts that put letters in.
func Key(shard int) string { return mailer.ShardKey(shard, "outbox") }

func retryKey(shard int) string { return mailer.ShardKey(shard, "retry") }
func deadKey(shard int) string  { return mailer.ShardKey(shard, "dead") }
func doneKey(shard int) string  { return mailer.ShardKey(shard, "done") }
