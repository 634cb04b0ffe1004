package once

import "github.com/redis/go-redis/v9"

// claim begins the work on a request, if nobody has before.
//
//	KEYS  1 once
//	ARGV  1 fingerprint, 2 token of this call, 3 how long the claim lasts in milliseconds
//	returns {'yours'} | {'other'} another request had the key | {'busy'} somebody works on it |
//	        {'done', answer}
var claim = redis.NewScript(`
local had = redis.call('HMGET', KEYS[1], 'f', 't', 'a')
if not had[1] then
  redis.call('HSET', KEYS[1], 'f', ARGV[1], 't', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {'yours'}
end
if had[1] ~= ARGV[1] then return {'other'} end
if had[3] then return {'done', had[3]} end
if had[2] == ARGV[2] then return {'yours'} end
return {'busy'}
`)

// settle keeps the answer, or frees the key where there is none, unless the claim has passed to
// somebody else.
//
//	KEYS  1 once
//	ARGV  1 token, 2 answer ('' to free the key), 3 how long to keep it in milliseconds
//	returns 1, or 0 where the claim was lost
var settle = redis.NewScript(`
if redis.call('HGET', KEYS[1], 't') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'a', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`)
