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

// settle ends claims of one stream: each letter leaves it and goes where it is told, if its claim stands.
//
//	KEYS  1 outbox, 2 retry, 3 dead, 4 done
//	ARGV  1 group, 2 how many entries to keep in dead, 3 in done, then five for each claim:
//	      entry, 'done' | 'retry' | 'dead' | 'back', encoded letter, result or reason,
//	      when to try again in milliseconds
//	returns the number of claims that had not been ended before
var settle = redis.NewScript(Lua + `
local ended = 0
for i = 4, #ARGV, 5 do
  local entry, how, letter, result, at = ARGV[i], ARGV[i+1], ARGV[i+2], ARGV[i+3], ARGV[i+4]
  if redis.call('XACK', KEYS[1], ARGV[1], entry) == 1 then
    ended = ended + 1
    redis.call('XDEL', KEYS[1], entry)
    if how == 'retry' then
      redis.call('ZADD', KEYS[2], at, letter)
    elseif how == 'back' then
      put_letter(KEYS[1], letter)
    elseif how == 'dead' then
      redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', 'letter', letter, 'reason', result)
    else
      redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], '*', 'letter', letter, 'result', result)
    end
  end
end
return ended
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
