package outbox

import "github.com/redis/go-redis/v9"

// Lua defines put_letter for scripts of other rooms, which declare Key(shard) among their KEYS:
//
//	put_letter(key, letter)  owes the encoded letter; letter '' owes nothing
const Lua = `
local function put_letter(key, letter)
  if letter ~= '' then redis.call('XADD', key, '*', 'letter', letter) end
end
`

// put owes letters that no other script decides about.
//
//	KEYS  1 outbox
//	ARGV  1… encoded letters
//	returns the number of letters put
var put = redis.NewScript(Lua + `
for i = 1, #ARGV do put_letter(KEYS[1], ARGV[i]) end
return #ARGV
`)

// promote moves letters whose time has come from the retry set to the end of the outbox.
//
//	KEYS  1 outbox, 2 retry
//	ARGV  1 now in milliseconds, 2 the most to move
//	returns the number of letters moved
var promote = redis.NewScript(Lua + `
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, letter in ipairs(due) do
  redis.call('ZREM', KEYS[2], letter)
  put_letter(KEYS[1], letter)
end
return #due
`)

// settle ends a claim: the letter leaves the stream and goes where it is told, if the claim stands.
//
//	KEYS  1 outbox, 2 retry, 3 dead, 4 done
//	ARGV  1 group, 2 entry, 3 'done' | 'retry' | 'dead' | 'back', 4 encoded letter, 5 result or reason,
//	      6 when to try again in milliseconds, 7 how many entries to keep in dead, 8 in done
//	returns 1, or 0 where the claim had been ended before
var settle = redis.NewScript(Lua + `
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
if ARGV[3] == 'retry' then
  redis.call('ZADD', KEYS[2], ARGV[6], ARGV[4])
elseif ARGV[3] == 'back' then
  put_letter(KEYS[1], ARGV[4])
elseif ARGV[3] == 'dead' then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'letter', ARGV[4], 'reason', ARGV[5])
else
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[8], '*', 'letter', ARGV[4], 'result', ARGV[5])
end
return 1
`)

// revive puts a dead letter back into the outbox.
//
//	KEYS  1 outbox, 2 dead
//	ARGV  1 dead entry, 2 encoded letter
//	returns 1, or 0 where the entry is not there
var revive = redis.NewScript(Lua + `
if redis.call('XDEL', KEYS[2], ARGV[1]) == 0 then return 0 end
put_letter(KEYS[1], ARGV[2])
return 1
`)
