package store

import (
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
)

// keepChanges is how many changes a shard's stream remembers, roughly. A reader that falls further
// behind reads the whole shard again.
const keepChanges = 2_000

// peopleLua is Lua to read and write a subscriber in the people hash, where they stand as a line of text
// (version, nonce of the last save, letter of the state, then pairs of alert id and cursor,
// parted by blanks) and their record after it. Cursors are numbers to the base 36: the longer one is
// the higher, of two as long the one that sorts last.
//
//	read_person(people, id)    a table: version, nonce, state, alerts (a list of ids), cursors (by
//	                           id), record; nil where there is nobody
//	write_person(people, id, p)
//	higher(a, b)               whether cursor a is higher than b
const peopleLua = `
local function read_person(people, id)
  local text = redis.call('HGET', people, id)
  if not text then return nil end
  local line = string.find(text, '\n', 1, true)
  local p = {alerts = {}, cursors = {}, record = string.sub(text, line + 1)}
  local rest
  p.version, p.nonce, p.state, rest = string.match(string.sub(text, 1, line - 1), '^(%d+) (%w+) (%l)(.*)$')
  for alert, cursor in string.gmatch(rest, ' (%S+) (%w+)') do
    table.insert(p.alerts, alert)
    p.cursors[alert] = cursor
  end
  return p
end
local function higher(a, b) return #a > #b or #a == #b and a > b end
local function write_person(people, id, p)
  local line = {p.version, p.nonce, p.state}
  for _, alert in ipairs(p.alerts) do
    if p.cursors[alert] then
      table.insert(line, alert)
      table.insert(line, p.cursors[alert])
    end
  end
  redis.call('HSET', people, id, table.concat(line, ' ') .. '\n' .. p.record)
end
`

// save writes a subscriber, if nobody else has since they were read.
//
//	KEYS  1 people, 2 addresses, 3 changes, 4 outbox, 5 suppressed
//	ARGV  1 id, 2 version read (0 for a new one), 3 nonce of this call, 4 letter of the state, 5 record,
//	      6 hash of the address that the letter goes to, 7 field of the person's in addresses ('' where another shard has it), 8 encoded letter ('' for none), 9 changes to keep,
//	      10… pairs of alert id and cursor; an empty cursor forgets the alert. No cursor is set
//	      to less than the highest there is: what was served since the caller read the log's
//	      head was told of, and must not be met again by a changed alert or another one
//	returns 1 saved, 0 changed meanwhile, -1 the address belongs to another, -2 suppressed (only
//	      where a letter was to be owed; a change is noted all the same, since a command that writes
//	      nothing is answered sooner, and the time would tell who is suppressed)
var save = redis.NewScript(peopleLua + outbox.Lua + suppress.Lua + `
local p = read_person(KEYS[1], ARGV[1]) or {version = '0', alerts = {}, cursors = {}}
if p.nonce == ARGV[3] and p.version - 1 == tonumber(ARGV[2]) then return 1 end
if p.version ~= ARGV[2] then return 0 end
local owner = ARGV[7] ~= '' and redis.call('HGET', KEYS[2], ARGV[7])
if owner and owner ~= ARGV[1] then return -1 end
if ARGV[8] ~= '' and suppressed(KEYS[5], ARGV[6]) then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[9], '*', 'id', ARGV[1])
  return -2
end
local highest = '0'
for _, cursor in pairs(p.cursors) do
  if higher(cursor, highest) then highest = cursor end
end
p.version, p.nonce, p.state, p.record = string.format('%d', p.version + 1), ARGV[3], ARGV[4], ARGV[5]
for i = 10, #ARGV, 2 do
  local alert, cursor = ARGV[i], ARGV[i + 1]
  if cursor == '' then
    p.cursors[alert] = nil
  else
    if not p.cursors[alert] then table.insert(p.alerts, alert) end
    if higher(highest, cursor) then cursor = highest end
    p.cursors[alert] = cursor
  end
end
write_person(KEYS[1], ARGV[1], p)
if ARGV[7] ~= '' then redis.call('HSET', KEYS[2], ARGV[7], ARGV[1]) end
put_letter(KEYS[4], ARGV[8])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[9], '*', 'id', ARGV[1])
return 1
`)

// serve moves an alert's cursor and owes its letter, if the cursor is where the caller saw it and
// the person may be written to.
//
//	KEYS  1 people, 2 outbox, 3 suppressed, 4 heard
//	ARGV  1 id, 2 address hash, 3 alert, 4 cursor expected, 5 new cursor, 6 encoded letter ('' to move
//	      the cursor only), 7 '1' to keep what was sent, 8 forget what was sent up to here,
//	      9… pairs of sequence number and posting id that the letter announces
//	returns 'served' | 'state' | 'suppressed' | 'heard' | 'gone' or '=' and the cursor where it has moved.
//	      'heard' is also the answer where the caller has not yet heard that there is more than
//	      one alert
var serve = redis.NewScript(peopleLua + outbox.Lua + suppress.Lua + `
local p = read_person(KEYS[1], ARGV[1])
if not p or p.state ~= 'a' then return 'state' end
if suppressed(KEYS[3], ARGV[2]) then return 'suppressed' end
local cursor = p.cursors[ARGV[3]]
if not cursor then return 'gone' end
if cursor ~= ARGV[4] then return '=' .. cursor end
if ARGV[7] == '1' then
  for i = 10, #ARGV, 2 do
    if redis.call('ZSCORE', KEYS[4], ARGV[i]) then return 'heard' end
  end
  for i = 9, #ARGV, 2 do redis.call('ZADD', KEYS[4], ARGV[i], ARGV[i + 1]) end
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[8])
elseif #p.alerts > 1 then
  return 'heard'
end
p.cursors[ARGV[3]] = ARGV[5]
write_person(KEYS[1], ARGV[1], p)
put_letter(KEYS[2], ARGV[6])
return 'served'
`)

// erase removes a subscriber, leaving nothing, if nobody has changed them since they were read.
//
//	KEYS  1 people, 2 addresses, 3 heard, 4 changes
//	ARGV  1 id, 2 field in addresses ('' where another shard has it), 3 changes to keep, 4 version read
//	returns 1, 0 where nothing was there, -1 changed meanwhile
var erase = redis.NewScript(peopleLua + `
local p = read_person(KEYS[1], ARGV[1])
if p and p.version ~= ARGV[4] then return -1 end
redis.call('DEL', KEYS[3])
if ARGV[2] ~= '' and redis.call('HGET', KEYS[2], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[2], ARGV[2]) end
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], '*', 'id', ARGV[1])
return 1
`)

// release removes an address from the index, if it is this subscriber's.
//
//	KEYS  1 addresses
//	ARGV  1 field in addresses, 2 id
//	returns 1, or 0 where it was not theirs
var release = redis.NewScript(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
`)

// move takes a subscriber over from the first layout, where the record was a string of its own, the
// line before it a hash (st state, v version, n nonce, c:<alert> cursors to the base 10), and the address
// index one hash a shard.
//
//	KEYS  1 people, 2 addresses, 3 first sub, 4 first hot, 5 first addr
//	ARGV  1 id, 2 address hash, 3 its field in addresses
//	returns 1, or 0 where somebody else has moved or erased them
var move = redis.NewScript(peopleLua + `
local function base36(n)
  local text = ''
  repeat
    local digit = n % 36
    text = string.sub('0123456789abcdefghijklmnopqrstuvwxyz', digit + 1, digit + 1) .. text
    n = (n - digit) / 36
  until n == 0
  return text
end
local p = {version = '0', nonce = '0', state = 'p', alerts = {}, cursors = {}, record = redis.call('GET', KEYS[3])}
redis.call('HDEL', KEYS[5], ARGV[2])
if not p.record then return 0 end
local hot = redis.call('HGETALL', KEYS[4])
local letters = {pending = 'p', active = 'a', paused = 'h', left = 'l'}
local names = {v = 'version', n = 'nonce', st = 'state'}
for i = 1, #hot, 2 do
  if names[hot[i]] then
    p[names[hot[i]]] = hot[i + 1]
  else
    local alert = string.sub(hot[i], 3)
    table.insert(p.alerts, alert)
    p.cursors[alert] = base36(tonumber(hot[i + 1]))
  end
end
p.state = letters[p.state] or p.state
write_person(KEYS[1], ARGV[1], p)
redis.call('HSET', KEYS[2], ARGV[3], ARGV[1])
redis.call('DEL', KEYS[3], KEYS[4])
return 1
`)
