package where

import (
	"strings"

	"jobalertd/alerts/normalize/phrase"
)

// Reader reads words about places. It does not change once made, and is safe for concurrent use.
type Reader struct {
	groups   *phrase.Set[[]string] // parts of the world
	reach    *phrase.Set[bool]     // what stands before where a remote worker may live
	joints   *strings.Replacer     // between the members of a list of places
	ornament map[string]bool       // words beside places that name none
	between  map[string]bool       // words that may stand between "must be located in" and the place
	trade    map[string]bool       // words of the trade that are names of places as well
	notCity  map[string]bool       // words that make a name before a comma one of a region
}

// New makes a Reader.
func New() *Reader {
	groups, reach := readPhrases()
	return &Reader{
		groups: groups, reach: reach, joints: strings.NewReplacer(listJoints()...), ornament: ornaments(),
		between: wordSet(`the a any one of following countries country either or and only to continental mainland within
			time zone zones timezone timezones us-based non no not except`),
		trade:   tradeWords(),
		notCity: wordSet(`district region county state province metropolitan metro area north south east west eastern western northern southern coast locations`),
	}
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// tradeWords are names and codes of places that mean something else where they stand by themselves in
// a title, "Engineer (Rust)", "Account Executive | Enterprise", or behind "remote": "Remote (ET)".
func tradeWords() map[string]bool {
	return wordSet(`roles rust mobile enterprise cars federal spring fall north south east west swift commerce central union independence solana
		ai ml it bi pr hr ar vr pm et ct pt mt np cx dr sa ba md se ms ps cs sc gtm grc nam cad gis sap erp crm`)
}
