package classify

import (
	_ "embed"
	"strings"
	"sync"

	"jobalertd/alerts/normalize/phrase"
)

// kind is what a phrase names; the sections of rules.txt.
type kind string

// The kinds that the rules in classify.go speak of.
const (
	kindBackend   kind = "backend"
	kindAPI       kind = "api"
	kindFullStack kind = "fullstack"
	kindPlatform  kind = "platform"
	kindData      kind = "data"
	kindProduct   kind = "product"
	kindLanguage  kind = "language"
	kindSoftware  kind = "software"
	kindBare      kind = "bare"
	kindManager   kind = "manager"
	kindLearning  kind = "learning"
	kindFrontend  kind = "frontend"
	kindMobile    kind = "mobile"
	kindNever     kind = "never"
	kindOther     kind = "other"
	kindForeign   kind = "foreign"

	textBackend   kind = "text backend"
	textStrong    kind = "text strong"
	textFullStack kind = "text fullstack"
	textFrontend  kind = "text frontend"
	textOther     kind = "text other"
	textHandsOn   kind = "text hands-on"
)

// kinds lists every kind: each has its section.
func kinds() []kind {
	return []kind{kindBackend, kindAPI, kindFullStack, kindPlatform, kindData, kindProduct, kindLanguage, kindSoftware, kindBare, kindManager,
		kindLearning, kindFrontend, kindMobile, kindNever, kindOther, kindForeign, textStrong, textBackend, textFullStack, textFrontend, textOther, textHandsOn}
}

//go:embed rules.txt
var rulesFile string

// rules are the phrases of titles and of texts.
type rules struct {
	title, text *phrase.Set[kind]
}

// shipped is the table that comes with the program, read on first use.
var shipped = sync.OnceValue(func() rules { return parse(rulesFile) })

// parse reads the table.
func parse(file string) rules {
	r := rules{title: phrase.NewSet[kind](), text: phrase.NewSet[kind]()}
	for section, p := range phrase.Sections(file) {
		set := r.title
		if strings.HasPrefix(section, "text ") {
			set = r.text
		}
		set.Add(kind(section), p)
	}
	return r
}
