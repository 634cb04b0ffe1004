package alerts

import (
	"crypto/sha256"
	"encoding/hex"

	"jobalertd/alerts/name"
	"jobalertd/alerts/text"
)

// Fingerprint is the same for two listings of one job: the same company, the same title but for
// places and remarks, and the same words in the text. It tells nothing else.
func Fingerprint(p *Posting) string {
	var places []string
	for _, l := range p.Locations {
		places = append(places, l.City, l.Region, l.Country)
	}
	hash := sha256.New()
	for _, part := range []string{name.Company(p.Company), name.Title(p.Title, places...), text.Key(p.Description)} {
		hash.Write([]byte(part))
		hash.Write([]byte{0})
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}
