package limit

import "github.com/redis/go-redis/v9"

// take counts something against brakes, up to the first that refuses it.
//
//	KEYS  the brakes
//	ARGV  1 now in milliseconds since 1970, then for each brake: the time after which one more
//	      drains away, and the time that a full burst takes to do so, both in milliseconds
//	returns {0, 0}, or {which brake refused, how many milliseconds to wait}
var take = redis.NewScript(`
local now = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  local each, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local empty = math.max(tonumber(redis.call('GET', key) or now), now) + each
  if empty - now > burst then return {i, math.ceil(empty - now - burst)} end
  redis.call('SET', key, string.format('%.0f', empty), 'PX', string.format('%.0f', math.ceil(empty - now)))
end
return {0, 0}
`)
