package normalize

import (
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

// titleSeniority reads the rungs that a title names, in its order. "Manager" alone is none: a
// product, account or project manager manages no people. Grades count behind a trade: "Software Engineer II".
func (n *Normalizer) titleSeniority(text phrase.Text) []alerts.Seniority {
	var found []alerts.Seniority
	add := func(rung alerts.Seniority) {
		if rung != "" && !slices.Contains(found, rung) {
			found = append(found, rung)
		}
	}
	n.words.seniority.Scan(text, func(m phrase.Match[alerts.Seniority]) {
		// "Senior/Staff" are two rungs, "Senior Staff" is one.
		if !strings.Contains(text.Original(m.First, m.Last), "/") {
			add(m.Value)
			return
		}
		for i := m.First; i <= m.Last; i++ {
			if one, ok := n.words.seniority.At(phrase.Split(text.Tokens[i].Word), 0); ok {
				add(one.Value)
			}
		}
	})
	if len(found) == 0 {
		add(gradeSeniority(text))
	}
	return found
}

// gradeSeniority reads a grade at the end of a job's name: Engineer I, Engineer 2, SDE III, L4.
func gradeSeniority(text phrase.Text) alerts.Seniority {
	grades := map[string]alerts.Seniority{
		"i": alerts.SeniorityJunior, "1": alerts.SeniorityJunior, "ii": alerts.SeniorityMid, "2": alerts.SeniorityMid,
		"iii": alerts.SenioritySenior, "3": alerts.SenioritySenior, "iv": alerts.SeniorityStaff, "4": alerts.SeniorityStaff,
		"v": alerts.SeniorityPrincipal,
	}
	for i, token := range text.Tokens {
		if i == 0 || token.Gap > phrase.Space {
			continue
		}
		switch text.Tokens[i-1].Word {
		case "engineer", "developer", "sde", "swe", "scientist", "analyst", "programmer", "specialist", "architect", "designer", "tester", "sdet",
			"level", "technician", "administrator":
			if rung, ok := grades[token.Word]; ok {
				return rung
			}
		}
	}
	return ""
}

// yearsSeniority reads the years of experience that a text asks for: up to 1 is junior, 2 to 4 mid,
// 5 and more senior. Where several are asked, as for a trade and for a tool in it, the most counts:
// it is what the whole asks.
func (n *Normalizer) yearsSeniority(text phrase.Text) alerts.Seniority {
	most := -1
	for i := range text.Tokens {
		if years, ok := yearsAt(text, i); ok {
			most = max(most, years)
		}
	}
	switch {
	case most < 0:
		return ""
	case most <= 1:
		return alerts.SeniorityJunior
	case most <= 4:
		return alerts.SeniorityMid
	}
	return alerts.SenioritySenior
}

// yearsAt reads a demand for years at token i, which must be "years": the number before it, the
// lower of a range; and "experience" or a trade near it in the same sentence.
func yearsAt(text phrase.Text, i int) (int, bool) {
	switch text.Tokens[i].Word {
	case "years", "year", "yrs", "yr", "yoe", "jahre", "jahren", "años", "ans", "année", "années", "anos", "anni", "jaar", "jaren", "lat", "lata", "år", "års":
	default:
		return 0, false
	}
	number, at := -1, i
	for back := 1; back <= 4 && i-back >= 0; back++ {
		token := text.Tokens[i-back]
		if n, ok := phrase.Number(token.Word); ok {
			number, at = n, i-back
			// "3-5 years", "3 to 5 years": the lower bound is further left.
			continue
		}
		if !spans(token.Word, back) {
			break
		}
	}
	if number < 0 || number > 15 || text.Tokens[i].Word != "yoe" && !demands(text, at, i) {
		return 0, false
	}
	if atMost(text, at) {
		number = 0
	}
	return number, true
}

// spans says whether a word may stand inside "3 to 5 years", or directly before the years as in
// "three or more years".
func spans(word string, back int) bool {
	switch word {
	case "to", "or", "more", "plus", "minimum", "bis", "oder", "mehr", "à", "ou", "tot", "do":
		return true
	case "a", "o":
		return back > 1 // "2 a 4 años", and not "twice a year"
	}
	return false
}

// atMost says whether the number at a token is the most that is asked: "up to two years".
func atMost(text phrase.Text, at int) bool {
	switch text.Word(at - 1) {
	case "to":
		return text.Word(at-2) == "up"
	case "zu":
		return text.Word(at-2) == "bis"
	case "à":
		return text.Word(at-2) == "jusqu"
	case "hasta", "até", "maximaal":
		return true
	}
	return false
}

// demands says whether the sentence around years asks the reader for them. A founder's twenty-five
// years in finance, a company's ten years in business, and an age are no demand.
func demands(text phrase.Text, from, years int) bool {
	start, end := text.Sentence(years)
	experience := false
	for i := max(start, from-14); i < min(end, years+16); i++ {
		switch text.Tokens[i].Word {
		case "experience", "experiences", "experienced", "erfahrung", "berufserfahrung", "berufspraxis", "projekterfahrung", "experiencia", "expérience",
			"experiência", "exp", "ervaring", "werkervaring", "esperienza", "doświadczenia", "erfarenhet", "erfaring":
			experience = true
		case "founded", "founder", "founders", "old", "ago", "past", "history", "age", "vesting", "last", "combined", "collective",
			"they", "he", "she", "his", "her", "roadmap", "contract", "duration", "within", "runway":
			if i < years+4 && i > from-8 {
				return false
			}
		case "our", "next":
			if i < years+4 && i > from-4 {
				return false
			}
		case "we":
			// "We have 10 years", and not "we look for someone with 10 years".
			if next := text.Word(i + 1); i < from && (next == "have" || next == "ve" || next == "bring" || next == "spent") {
				return false
			}
		}
	}
	return experience || listItem(text, start, from)
}

// listItem says whether the number stands at the head of its line, as in "- 5+ years in Go", or
// behind a label, as in "- Background: 5+ years in Go": a requirement in telegraphic style.
func listItem(text phrase.Text, start, from int) bool {
	if before := text.Word(from - 1); from > start && (before == "after" || before == "every" || before == "in") {
		return false // "a sabbatical after 5 years"
	}
	return from-start <= 2 || from-start <= 5 && strings.HasSuffix(strings.TrimRight(text.Source[:text.Tokens[from].Start], " "), ":")
}

// fieldSeniority reads the words of a board's own field.
func (n *Normalizer) fieldSeniority(fields []string) []alerts.Seniority {
	var found []alerts.Seniority
	for _, field := range fields {
		found = append(found, n.titleSeniority(phrase.Split(field))...)
	}
	return unique(found)
}
