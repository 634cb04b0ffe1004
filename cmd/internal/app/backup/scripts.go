package backup

import "github.com/redis/go-redis/v9"

// dump reads keys of one hash tag in one moment.
//
//	KEYS     the keys
//	returns  for each key a list: its type and what it holds, as GET, HGETALL, ZRANGE WITHSCORES, SMEMBERS,
//	         LRANGE or XRANGE give it; 'none' alone for what is not there, or expires by itself
var dump = redis.NewScript(`
local read = {
  string = function(key) return {redis.call('GET', key)} end,
  hash = function(key) return redis.call('HGETALL', key) end,
  zset = function(key) return redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end,
  set = function(key) return redis.call('SMEMBERS', key) end,
  list = function(key) return redis.call('LRANGE', key, 0, -1) end,
  stream = function(key) return redis.call('XRANGE', key, '-', '+') end,
}
local all = {}
for i, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key)
  if type(kind) == 'table' then kind = kind.ok end
  if kind == 'none' or redis.call('PTTL', key) >= 0 then
    all[i] = {'none'}
  else
    all[i] = {kind, read[kind](key)}
  end
end
return all
`)
