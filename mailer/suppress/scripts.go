package suppress

import "github.com/redis/go-redis/v9"

// Lua defines suppressed for scripts of other rooms, which declare Key(shard) among their KEYS:
//
//	suppressed(key, hash)  whether the address with this hash must not be written to
const Lua = `
local function suppressed(key, hash) return redis.call('HEXISTS', key, hash) == 1 end
`

// strike counts a day. The key vanishes when the last of its days has lost its meaning.
//
//	KEYS  1 strikes
//	ARGV  1 the day, 2 the first day that counts, 3 seconds to keep it
//	returns the days that count, the first one first
var strike = redis.NewScript(`
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return redis.call('ZRANGE', KEYS[1], 0, -1)
`)
