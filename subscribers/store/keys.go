package store

import (
	"jobalertd/mailer"
	"jobalertd/subscribers"
)

func subKey(shard int, id subscribers.ID) string { return mailer.ShardKey(shard, "sub:"+string(id)) }
func hotKey(shard int, id subscribers.ID) string { return mailer.ShardKey(shard, "hot:"+string(id)) }
func heardKey(shard int, id subscribers.ID) string {
	return mailer.ShardKey(shard, "heard:"+string(id))
}
func addrKey(shard int) string    { return mailer.ShardKey(shard, "addr") }
func changesKey(shard int) string { return mailer.ShardKey(shard, "changes") }

// layoutKey says for ever how the data is laid out: the number of shards.
const layoutKey = "jobalert:layout"

// Fields of the hot hash.
const (
	fieldState   = "st"
	fieldVersion = "v"
	fieldNonce   = "n"
	fieldCursor  = "c:" // followed by the alert's id
)
