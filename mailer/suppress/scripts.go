package suppress

// Lua defines suppressed for scripts of other rooms, which declare Key(shard) among their KEYS:
//
//	suppressed(key, hash)  whether the address with this hash must not be written to
const Lua = `
local function suppressed(key, hash) return redis.call('HEXISTS', key, hash) == 1 end
`
