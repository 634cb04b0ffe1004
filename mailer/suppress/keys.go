package suppress

import "jobalertd/mailer"

// Key names the suppression hash of a shard, for the scripts that must respect it.
func Key(shard int) string { return mailer.ShardKey(shard, "suppressed") }

// strikesKey names the days on which mail to an address came back.
func strikesKey(shard int, address mailer.AddressHash) string {
	return mailer.ShardKey(shard, "strikes:"+address.String())
}
