// Package language names the language of a text by its script and its small words.
package language

import (
	"strings"

	"jobalertd/alerts/normalize/phrase"
)

// The least that a text must show before its language is named.
const (
	minHits  = 4    // words of the language's grammar
	minShare = 0.08 // of all words
)

// grammar lists the small words that a language cannot do without and that few others have. They
// are weighed equally; a word that two of the languages have counts for both.
func grammar() map[string]string {
	return map[string]string{
		"en": "the and of to in you we is our for with are will your that as this be have on or us an who by from at it",
		"de": "der die das und ist wir du dich dein deine mit für von auf ein eine einen den dem des im zu sich nicht oder bei sie werden sowie unser unsere",
		"fr": "le la les des et est vous nous votre notre pour dans avec une du sur au aux en un que qui sont ce cette par plus ou vos nos",
		"es": "el la los las de y es en con para que una un por tu se del al nuestro nuestra como más su son ser o te lo sus",
		"nl": "de het een en van je wij we met voor op is zijn aan bij om naar ons jouw als dat die te ook of jij onze wat",
		"pt": "o a os as de e é em com para que uma um por você se do da dos das ao nosso nossa como mais seu sua são ser ou não na no",
		"it": "il la i gli le di e è in con per che una un del della dei delle nel nella si ai al come più tuo tua sono o da nostro nostra",
		"pl": "i w z na do się jest dla nie oraz że o to od po lub ze przez być które jako nasz twoje czy pracy za ci",
		"sv": "och att i en som på för med är av till det vi du har om ett dig den inom eller din vår kan hos oss",
		"da": "og at i en som på for med er af til det vi du har om et dig den inden eller din vores kan hos os ikke",
		"cs": "a v na se je že s z do pro které nebo jako si jsme o po by být od ve k práce máte nás",
		"ro": "și în de la cu pe un o pentru să este care sau din ce mai vei noi echipa ai fi al ale",
		"tr": "ve bir bu için ile olarak olan da de ya en çok daha veya gibi iş ekip sahip deneyim",
	}
}

// Detector knows the small words of the languages. It does not change once it is made.
type Detector struct {
	grammar map[string][]string // word → the languages it is grammar of
}

// New makes a Detector.
func New() Detector {
	table := map[string][]string{}
	for code, list := range grammar() {
		for w := range strings.FieldsSeq(list) {
			table[w] = append(table[w], code)
		}
	}
	return Detector{table}
}

// scriptLanguage goes by letters that settle the language, or very nearly.
func scriptLanguage(text phrase.Text) string {
	han, kana, hangul, cyrillic, hebrew, arabic, all := 0, 0, 0, 0, 0, 0, 0
	ukrainian := false
	for _, r := range text.Source[:min(len(text.Source), 8<<10)] {
		switch {
		case r <= ' ':
			continue
		case r >= 0x4e00 && r <= 0x9fff:
			han++
		case r >= 0x3040 && r <= 0x30ff:
			kana++
		case r >= 0xac00 && r <= 0xd7a3:
			hangul++
		case r >= 0x400 && r <= 0x4ff:
			cyrillic++
			ukrainian = ukrainian || strings.ContainsRune("іїєґ", r)
		case r >= 0x590 && r <= 0x5ff:
			hebrew++
		case r >= 0x600 && r <= 0x6ff:
			arabic++
		}
		all++
	}
	// A text in two languages is read by those who have either; a third of foreign letters is more
	// than names and terms.
	most := func(n int) bool { return n*3 > all && all > 0 }
	switch {
	case kana > 0 && most(han+kana):
		return "ja"
	case most(han):
		return "zh"
	case most(hangul):
		return "ko"
	case most(cyrillic) && ukrainian:
		return "uk"
	case most(cyrillic):
		return "ru"
	case most(hebrew):
		return "he"
	case most(arabic):
		return "ar"
	}
	return ""
}

// Of is the ISO 639-1 code of a text's language, or nothing where the text is too short to tell.
func (d Detector) Of(text phrase.Text) string {
	if code := scriptLanguage(text); code != "" {
		return code
	}
	hits := map[string]int{}
	words := text.Tokens[:min(len(text.Tokens), 1000)]
	for _, token := range words {
		for _, code := range d.grammar[token.Word] {
			hits[code]++
		}
	}
	best, second := "", ""
	for code := range hits {
		switch {
		case best == "" || hits[code] > hits[best] || hits[code] == hits[best] && code < best:
			best, second = code, best
		case second == "" || hits[code] > hits[second]:
			second = code
		}
	}
	if hits[best] < minHits || float64(hits[best]) < minShare*float64(len(words)) || second != "" && hits[best] == hits[second] {
		return ""
	}
	return best
}
