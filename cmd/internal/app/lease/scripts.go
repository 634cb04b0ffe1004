package lease

import "github.com/redis/go-redis/v9"

// hold takes the lease or renews it.
//
//	KEYS  1 lease
//	ARGV  1 token, 2 how long in milliseconds
//	returns 1 held, 0 another holds it
var hold = redis.NewScript(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`)

// release gives the lease back.
//
//	KEYS  1 lease
//	ARGV  1 token
//	returns 1, or 0 where another holds it
var release = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`)
