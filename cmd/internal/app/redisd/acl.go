package redisd

import (
	"slices"
	"strings"
)

// Rule is what a Redis user must be allowed, in the words of ACL SETUSER: the keys and channels of ours
// and the commands that are used, no others.
func Rule() string {
	words := []string{"resetkeys", "~jobalert:*", "resetchannels", "&jobalert:*", "-@all"}
	for _, command := range slices.Concat(connectionCommands(), dataCommands()) {
		words = append(words, "+"+command)
	}
	return strings.Join(words, " ")
}

// connectionCommands are those of the client library, of checks, and of waiting for replicas.
func connectionCommands() []string {
	return []string{"asking", "auth", "cluster|slots", "command", "hello", "info", "ping", "publish", "select", "subscribe", "unsubscribe", "wait"}
}

// dataCommands are those of the rooms and their scripts, and of backups.
func dataCommands() []string {
	return []string{
		"del", "eval", "evalsha", "exists", "expire", "get", "mget", "pexpire", "pttl", "scan", "set", "type",
		"lrange", "rpush", "sadd", "smembers",
		"hdel", "hexists", "hget", "hgetall", "hmget", "hscan", "hset", "hsetnx",
		"xack", "xadd", "xautoclaim", "xclaim", "xdel", "xgroup|create", "xlen", "xpending", "xrange", "xreadgroup", "xrevrange", "xtrim",
		"zadd", "zcard", "zcount", "zrange", "zrangebyscore", "zrem", "zremrangebyscore", "zscan", "zscore",
	}
}
