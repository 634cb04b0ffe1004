package suppress

import "jobalertd/mailer"

// Key names the suppression hash of a shard, for the scripts that must respect it.
func Key(shard int) string { return mailer.ShardKey(shard, "suppressed") }
