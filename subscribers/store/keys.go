package store

import (
	"strconv"

	"jobalertd/mailer"
	"jobalertd/subscribers"
)

func peopleKey(shard int) string { return mailer.ShardKey(shard, "people") }

// addressesKey is the bucket of the address index that holds an address: of 256 a shard, so that each
// stays small enough for Redis to keep it compact (hash-max-listpack-entries) up to ten million people.
func addressesKey(shard int, hash mailer.AddressHash) string {
	return mailer.ShardKey(shard, "addresses:"+strconv.Itoa(int(hash[2])))
}

// addressField is the address within its bucket: 64 bits of a keyed hash, which tell a few hundred apart.
func addressField(hash mailer.AddressHash) string { return string(hash[3:11]) }

func heardKey(shard int, id subscribers.ID) string {
	return mailer.ShardKey(shard, "heard:"+string(id))
}
func changesKey(shard int) string { return mailer.ShardKey(shard, "changes") }

// Keys of the first layout, from which people are moved when they are met.
func firstSubKey(shard int, id subscribers.ID) string {
	return mailer.ShardKey(shard, "sub:"+string(id))
}
func firstHotKey(shard int, id subscribers.ID) string {
	return mailer.ShardKey(shard, "hot:"+string(id))
}
func firstAddrKey(shard int) string { return mailer.ShardKey(shard, "addr") }

// layoutKey says for ever how the data is laid out: the number of shards.
const layoutKey = "jobalert:layout"
