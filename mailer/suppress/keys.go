package suppress

import (
	"encoding/binary"
	"encoding/hex"

	"jobalertd/mailer"
)

// Key names the suppression hash of a shard, for the scripts that must respect it.
func Key(shard int) string { return mailer.ShardKey(shard, "suppressed") }

// strikesKey names the days on which mail to an address came back.
func strikesKey(shard int, address mailer.AddressHash) string {
	return mailer.ShardKey(shard, "strikes:"+address.String())
}

// onceKey names what a token, known by its digest, was used for.
func onceKey(token [32]byte, shards int) string {
	shard := int(binary.BigEndian.Uint16(token[:])) & (shards - 1)
	return mailer.ShardKey(shard, "once:"+hex.EncodeToString(token[:16]))
}
