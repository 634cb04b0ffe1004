package postings

import "github.com/redis/go-redis/v9"

// apply makes one change to one job, if the job is still as the caller saw it.
//
// The sequence number is the caller's clock in microseconds, or one more than the last number where
// that clock has not moved past it: strictly rising, whatever the clocks do.
//
//	KEYS  1 log, 2 jobs, 3 listings, 4 prints, 5 open, 6 board of the listing
//	ARGV  1 job id, 2 SHA-1 of the job as seen ('' for none), 3 the job as it shall be, JSON,
//	      4 'new' | 'join' | 'edit' | 'close' | 'open', 5 listing id ('' for none),
//	      6 listing value, 7 fingerprint to know the job by ('' for none), 8 now in microseconds,
//	      9 fingerprint to know it by no more ('' for none)
//	returns the job's sequence number, or '' where the job has changed meanwhile
var apply = redis.NewScript(`
local current = redis.call('HGET', KEYS[2], ARGV[1])
if (current and redis.sha1hex(current) or '') ~= ARGV[2] then
  -- Said again by a client whose reply was lost?
  local cut = current and string.find(current, '\n', 1, true)
  if cut and string.sub(current, cut + 1) == ARGV[3] then return string.sub(current, 1, cut - 1) end
  return ''
end
local seq = tonumber(ARGV[8])
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if last[1] then
  local newest = tonumber(string.match(last[1][1], '^%d+'))
  if seq <= newest then seq = newest + 1 end
end
local entry = string.format('%.0f', seq)
redis.call('XADD', KEYS[1], entry .. '-0', 'job', ARGV[1], 'event', ARGV[4])
local own = entry
if ARGV[4] ~= 'new' then own = string.match(current, '^%d+') end
redis.call('HSET', KEYS[2], ARGV[1], own .. '\n' .. ARGV[3])
if ARGV[4] == 'close' then
  redis.call('ZREM', KEYS[5], ARGV[1])
elseif ARGV[4] == 'new' or ARGV[4] == 'open' then
  redis.call('ZADD', KEYS[5], own, ARGV[1])
end
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[5], ARGV[6])
  if ARGV[4] == 'close' then redis.call('HDEL', KEYS[6], ARGV[5]) else redis.call('HSET', KEYS[6], ARGV[5], 0) end
end
if ARGV[7] ~= '' then
  -- An edit takes no fingerprint from another job.
  redis.call(ARGV[4] == 'new' and 'HSET' or 'HSETNX', KEYS[4], ARGV[7], ARGV[1])
end
if ARGV[9] ~= '' and redis.call('HGET', KEYS[4], ARGV[9]) == ARGV[1] then redis.call('HDEL', KEYS[4], ARGV[9]) end
return own
`)

// forget removes a job that has been closed long enough, if it is still as the caller saw it.
//
//	KEYS  1 jobs, 2 listings, 3 prints, 4 open
//	ARGV  1 job id, 2 SHA-1 of the job as seen, 3 how many fingerprints, 4… these, then its listing ids
//	returns 1, or 0 where the job has changed meanwhile
var forget = redis.NewScript(`
local current = redis.call('HGET', KEYS[1], ARGV[1])
if not current or redis.sha1hex(current) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
local listings = 4 + tonumber(ARGV[3])
for i = 4, listings - 1 do
  if redis.call('HGET', KEYS[3], ARGV[i]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[i]) end
end
for i = listings, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
return 1
`)
