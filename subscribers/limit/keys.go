package limit

import "encoding/hex"

// brakeKey names the state of a brake. All share a slot: one script asks several.
func brakeKey(by By, hash []byte) string {
	return "jobalert:{limit}:" + string(by) + ":" + hex.EncodeToString(hash)
}
