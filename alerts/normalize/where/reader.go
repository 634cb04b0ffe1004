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
	notCity  map[string]bool       // words that make a name before a comma one of a region
}

// New makes a Reader.
func New() *Reader {
	groups, reach := readPhrases()
	return &Reader{
		groups: groups, reach: reach, joints: strings.NewReplacer(listJoints()...), ornament: ornaments(),
		between: wordSet(`the a any one of following countries country either or and only to continental mainland within
			time zone zones timezone timezones us-based non no not except`),
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
