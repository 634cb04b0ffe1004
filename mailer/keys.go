package mailer

import "strconv"

// ShardKey names a Redis key of one shard. The braces are the Redis Cluster hash tag: all keys of
// a shard live in one slot, so that one script can change them together.
func ShardKey(shard int, name string) string {
	return "jobalert:{s" + strconv.Itoa(shard) + "}:" + name
}
