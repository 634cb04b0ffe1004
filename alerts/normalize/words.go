package normalize

import (
	_ "embed"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

//go:embed phrases.txt
var phrasesFile string

// words is everything that is looked up in titles and texts, compiled once.
type words struct {
	workplace *phrase.Set[workplaceCue] // see workplace.go
	seniority *phrase.Set[alerts.Seniority]
	education *phrase.Set[alerts.Education]
	contracts *phrase.Set[alerts.Employment]
}

// newWords reads phrases.txt.
func newWords() words {
	w := words{
		workplace: phrase.NewSet[workplaceCue](),
		seniority: phrase.NewSet[alerts.Seniority](),
		education: phrase.NewSet[alerts.Education](),
		contracts: phrase.NewSet[alerts.Employment](),
	}
	cues := workplaceSections()
	for section, p := range phrase.Sections(phrasesFile) {
		fact, value, _ := strings.Cut(section, " ")
		if value == "nothing" {
			value = ""
		}
		switch fact {
		case "workplace":
			w.workplace.Add(cues[section], p)
		case "seniority":
			w.seniority.Add(alerts.Seniority(value), p)
		case "education":
			w.education.Add(alerts.Education(value), p)
		case "employment":
			w.contracts.Add(alerts.Employment(value), p)
		}
	}
	return w
}
