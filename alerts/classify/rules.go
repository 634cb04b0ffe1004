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
	kindFullStack kind = "fullstack"
	kindPlatform  kind = "platform"
	kindData      kind = "data"
	kindProduct   kind = "product"
	kindLanguage  kind = "language"
	kindSoftware  kind = "software"
	kindBare      kind = "bare"
	kindManager   kind = "manager"
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

//go:embed rules.txt
var rulesFile string

// rules are the phrases of titles and of texts.
type rules struct {
	title, text *phrase.Set[kind]
}

// shipped is the table that comes with the program, read on first use.
var shipped = sync.OnceValue(func() rules { return parse(rulesFile) })

// parse reads the form that rules.txt describes.
func parse(file string) rules {
	r := rules{title: phrase.NewSet[kind](), text: phrase.NewSet[kind]()}
	for section := range strings.SplitSeq(file, "\n[") {
		head, body, ok := strings.Cut(section, "\n")
		name, _, closed := strings.Cut(head, "]")
		if !ok || !closed {
			continue // the introduction
		}
		set := r.title
		if strings.HasPrefix(name, "text ") {
			set = r.text
		}
		for p := range strings.SplitSeq(body, ",") {
			set.Add(kind(name), strings.Join(strings.Fields(p), " "))
		}
	}
	return r
}
