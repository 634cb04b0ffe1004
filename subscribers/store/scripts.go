package store

import (
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
)

// keepChanges is how many changes a shard's stream remembers, roughly. A reader that falls further
// behind reads the whole shard again.
const keepChanges = 10_000

// save writes a subscriber, if nobody else has since they were read.
//
//	KEYS  1 sub, 2 hot, 3 addr, 4 changes, 5 outbox, 6 suppressed
//	ARGV  1 id, 2 version read (0 for a new one), 3 nonce of this call, 4 state, 5 encoded
//	      subscriber, 6 address hash, 7 encoded letter ('' for none), 8 changes to keep,
//	      9… pairs of alert id and cursor; an empty cursor forgets the alert. No cursor is set
//	      to less than the highest there is: what was served since the caller read the log's
//	      head was told of, and must not be met again by a changed alert or another one
//	returns 1 saved, 0 changed meanwhile, -1 the address belongs to another, -2 suppressed (only
//	      where a letter was to be owed; a change is noted all the same, since a command that writes
//	      nothing is answered sooner, and the time would tell who is suppressed)
var save = redis.NewScript(outbox.Lua + suppress.Lua + `
if redis.call('HGET', KEYS[2], 'n') == ARGV[3] then return 1 end
if (redis.call('HGET', KEYS[2], 'v') or '0') ~= ARGV[2] then return 0 end
local owner = redis.call('HGET', KEYS[3], ARGV[6])
if owner and owner ~= ARGV[1] then return -1 end
if ARGV[7] ~= '' and suppressed(KEYS[6], ARGV[6]) then
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[8], '*', 'id', ARGV[1])
  return -2
end
local highest = '0'
local hot = redis.call('HGETALL', KEYS[2])
for i = 1, #hot, 2 do
  if string.sub(hot[i], 1, 2) == 'c:' and tonumber(hot[i + 1]) > tonumber(highest) then highest = hot[i + 1] end
end
redis.call('SET', KEYS[1], ARGV[5])
redis.call('HSET', KEYS[2], 'v', ARGV[2] + 1, 'n', ARGV[3], 'st', ARGV[4])
redis.call('HSET', KEYS[3], ARGV[6], ARGV[1])
for i = 9, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[2], 'c:' .. ARGV[i])
  elseif tonumber(ARGV[i + 1]) < tonumber(highest) then
    redis.call('HSET', KEYS[2], 'c:' .. ARGV[i], highest)
  else
    redis.call('HSET', KEYS[2], 'c:' .. ARGV[i], ARGV[i + 1])
  end
end
put_letter(KEYS[5], ARGV[7])
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[8], '*', 'id', ARGV[1])
return 1
`)

// serve moves an alert's cursor and owes its letter, if the cursor is where the caller saw it and
// the person may be written to.
//
//	KEYS  1 hot, 2 outbox, 3 suppressed, 4 heard
//	ARGV  1 address hash, 2 alert, 3 cursor expected, 4 new cursor, 5 encoded letter ('' to move
//	      the cursor only), 6 '1' to keep what was sent, 7 forget what was sent up to here,
//	      8… pairs of sequence number and posting id that the letter announces
//	returns 'served' | 'state' | 'suppressed' | 'heard' | 'gone' or the cursor where it has moved.
//	      'heard' is also the answer where the caller has not yet heard that there is more than
//	      one alert: beside the cursors the hash has the three fields v, n, st
var serve = redis.NewScript(outbox.Lua + suppress.Lua + `
if redis.call('HGET', KEYS[1], 'st') ~= 'active' then return 'state' end
if suppressed(KEYS[3], ARGV[1]) then return 'suppressed' end
local cursor = redis.call('HGET', KEYS[1], 'c:' .. ARGV[2])
if not cursor then return 'gone' end
if cursor ~= ARGV[3] then return cursor end
if ARGV[6] == '1' then
  for i = 9, #ARGV, 2 do
    if redis.call('ZSCORE', KEYS[4], ARGV[i]) then return 'heard' end
  end
  for i = 8, #ARGV, 2 do redis.call('ZADD', KEYS[4], ARGV[i], ARGV[i + 1]) end
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[7])
elseif redis.call('HLEN', KEYS[1]) > 4 then
  return 'heard'
end
redis.call('HSET', KEYS[1], 'c:' .. ARGV[2], ARGV[4])
put_letter(KEYS[2], ARGV[5])
return 'served'
`)

// erase removes a subscriber, leaving nothing, if nobody has changed them since they were read.
//
//	KEYS  1 sub, 2 hot, 3 heard, 4 addr, 5 changes
//	ARGV  1 id, 2 address hash, 3 changes to keep, 4 version read
//	returns 1, 0 where nothing was there, -1 changed meanwhile
var erase = redis.NewScript(`
local version = redis.call('HGET', KEYS[2], 'v')
if version and version ~= ARGV[4] then return -1 end
local n = redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
if redis.call('HGET', KEYS[4], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[4], ARGV[2]) end
if n == 0 then return 0 end
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[3], '*', 'id', ARGV[1])
return 1
`)
