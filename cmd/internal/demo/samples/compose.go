package samples

import (
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// section is a part of an advert: a heading, then paragraphs or a list. Any of them may be missing.
type section struct {
	heading    string
	paragraphs []string
	items      []string
}

// writer puts an opening into words.
type writer struct {
	plan
	rng     *rand.Rand
	phrases record
	style   style
	fill    *strings.Replacer
}

// writer prepares the words of a company for an opening.
func (c *catalogue) writer(p plan, rng *rand.Rand) *writer {
	w := &writer{plan: p, rng: rng, phrases: c.phrases[p.company.language], style: c.styles[p.company.style]}
	co := p.company
	slots := []string{
		"{company}", co.board.Company, "{team}", p.team.name, "{city}", w.city(), "{scope}", co.remoteWords,
		"{lang}", co.lang, "{second}", co.second, "{db}", co.db, "{queue}", co.queue, "{cloud}", co.cloud,
		"{users}", co.users, "{noun}", co.noun, "{system}", co.system, "{scale}", co.scale,
		"{level}", w.phrases.Get("Level-" + string(p.level)),
	}
	if p.salary != nil {
		sign := c.countries[p.places[0].country].sign
		slots = append(slots, "{min}", money(co.language, sign, p.salary.Min), "{max}", money(co.language, sign, p.salary.Max))
	}
	w.fill = strings.NewReplacer(slots...)
	return w
}

// city is where the opening is, in words.
func (w *writer) city() string {
	names := make([]string, len(w.places))
	for i, at := range w.places {
		names[i] = at.city
	}
	return strings.Join(names, " "+w.phrases.Get("Or")+" ")
}

// title is the opening's title.
func (w *writer) title() string {
	// A rung without a word leaves a gap; closing it leaves one space between words.
	title := strings.Join(strings.Fields(w.say(pick(w.rng, w.role.titles))), " ")
	return strings.ReplaceAll(title, " ,", ",")
}

// sections is the advert, in the company's order and under its headings.
func (w *writer) sections() []section {
	var out []section
	for _, part := range w.style.order {
		s := w.section(part)
		if len(s.paragraphs)+len(s.items) == 0 {
			continue
		}
		s.heading = w.say(w.style.headings.Get(part))
		out = append(out, s)
	}
	return out
}

// section writes one part of the advert; empty where the opening has nothing to say there.
func (w *writer) section(part string) section {
	switch part {
	case "about":
		return section{paragraphs: w.sayAll(w.company.about)}
	case "team":
		return section{paragraphs: []string{w.say(w.team.text)}}
	case "intro":
		return section{paragraphs: []string{w.say(pick(w.rng, w.role.intros))}}
	case "tasks":
		return section{items: w.some(w.role.tasks, 4, 5)}
	case "needs":
		return section{items: w.needs()}
	case "extras":
		return section{items: w.some(w.role.extras, 1, 2)}
	case "stack":
		if w.role.plain {
			return section{}
		}
		return w.paragraph(w.phrase("Stack"))
	case "culture":
		return w.paragraph(w.say(w.company.life))
	case "work":
		return w.paragraph(w.phrase("Work-"+orUnsaid(string(w.workplace))), w.phrase("Employment-"+string(w.employment)))
	case "pay":
		return w.paragraph(w.pay())
	case "benefits":
		return section{items: w.some(w.phrases.Values("Benefit"), 3, 5)}
	case "process":
		return w.paragraph(w.phrase("Process"))
	default:
		return w.paragraph(w.phrase("Equal"))
	}
}

// needs are the role's requirements behind the years of experience, the degree at the end.
func (w *writer) needs() []string {
	var out []string
	if years := w.phrase("Experience-" + string(w.level)); years != "" {
		out = append(out, years)
	}
	out = append(out, w.some(w.role.needs, 3, 4)...)
	if w.education != "" {
		out = append(out, w.phrase("Education-"+string(w.education)))
	}
	return out
}

// pay is the sentence on pay. Where nothing is told, most adverts pass it over.
func (w *writer) pay() string {
	if w.salary != nil {
		return w.phrase("Pay-" + string(w.salary.Period))
	}
	if w.rng.IntN(3) == 0 {
		return w.phrase("Pay-unsaid")
	}
	return ""
}

// paragraph is a section of the sentences that are not empty.
func (w *writer) paragraph(sentences ...string) section {
	text := strings.TrimSpace(strings.Join(sentences, " "))
	if text == "" {
		return section{}
	}
	return section{paragraphs: []string{text}}
}

// phrase is one of the language's ways to say something, empty where it has none.
func (w *writer) phrase(key string) string {
	ways := w.phrases.Values(key)
	if len(ways) == 0 {
		return ""
	}
	return w.say(pick(w.rng, ways))
}

// some chooses between low and high of the sentences and keeps their order.
func (w *writer) some(sentences []string, low, high int) []string {
	n := min(low+w.rng.IntN(high-low+1), len(sentences))
	chosen := w.rng.Perm(len(sentences))[:n]
	slices.Sort(chosen)
	out := make([]string, n)
	for i, at := range chosen {
		out[i] = w.say(sentences[at])
	}
	return out
}

// say fills the slots of a sentence.
func (w *writer) say(sentence string) string { return w.fill.Replace(sentence) }

// sayAll fills the slots of several sentences.
func (w *writer) sayAll(sentences []string) []string {
	out := make([]string, len(sentences))
	for i, s := range sentences {
		out[i] = w.say(s)
	}
	return out
}

// orUnsaid names the phrases for a fact that is left open.
func orUnsaid(fact string) string {
	if fact == "" {
		return "unsaid"
	}
	return fact
}

// money writes an amount as people of the language do: €58,000, 58.000 €.
func money(lang, sign string, amount float64) string {
	number := message.NewPrinter(language.Make(lang)).Sprintf("%d", int64(amount))
	switch {
	case lang != "en":
		return number + " " + sign
	case strings.ContainsAny(sign, "€£$₹"):
		return sign + number
	default: // CHF, SEK
		return sign + " " + number
	}
}

// plain is the advert as plain text; heading gives headings their look.
func plain(sections []section, heading func(string) string) string {
	var blocks []string
	for _, s := range sections {
		if s.heading != "" {
			blocks = append(blocks, heading(s.heading))
		}
		blocks = append(blocks, s.paragraphs...)
		if len(s.items) > 0 {
			blocks = append(blocks, "- "+strings.Join(s.items, "\n- "))
		}
	}
	return strings.Join(blocks, "\n\n")
}
