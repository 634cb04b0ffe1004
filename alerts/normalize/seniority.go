package normalize

import (
	"slices"
	"strconv"
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
	case "years", "year", "yrs", "yr", "yoe", "jahre", "años", "ans", "anos":
	default:
		return 0, false
	}
	number, at := -1, i
	for back := 1; back <= 4 && i-back >= 0; back++ {
		token := text.Tokens[i-back]
		if n, ok := smallNumber(token.Word); ok {
			number, at = n, i-back
			// "3-5 years", "3 to 5 years": the lower bound is further left.
			continue
		}
		if token.Word != "to" && token.Word != "or" && token.Word != "more" && token.Word != "plus" && token.Word != "minimum" && token.Word != "bis" {
			break
		}
	}
	if number < 0 || number > 15 || text.Tokens[i].Word != "yoe" && !demands(text, at, i) {
		return 0, false
	}
	return number, true
}

// demands says whether the sentence around years asks the reader for them. A founder's twenty-five
// years in finance, a company's ten years in business, and an age are no demand.
func demands(text phrase.Text, from, years int) bool {
	start, end := text.Sentence(years)
	experience := false
	for i := max(start, from-14); i < min(end, years+16); i++ {
		switch text.Tokens[i].Word {
		case "experience", "experiences", "experienced", "erfahrung", "berufserfahrung", "experiencia", "expérience", "experiência", "exp":
			experience = true
		case "founded", "founder", "founders", "old", "ago", "past", "our", "history", "age", "vesting", "last", "next", "combined", "collective",
			"we", "they", "he", "she", "his", "her", "roadmap", "contract", "duration", "within":
			if i < years+4 && i > from-8 {
				return false
			}
		}
	}
	return experience || listItem(text, start, from)
}

// listItem says whether the number stands at the head of its line, as in "- 5+ years in Go": a
// requirement in telegraphic style.
func listItem(text phrase.Text, start, from int) bool { return from-start <= 2 }

// smallNumber reads a number of years, in digits or in letters.
func smallNumber(word string) (int, bool) {
	words := map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
	if n, ok := words[word]; ok {
		return n, true
	}
	if len(word) > 2 || !phrase.Digits(word) {
		return 0, false
	}
	n, err := strconv.Atoi(word)
	return n, err == nil
}

// fieldSeniority reads the words of a board's own field.
func (n *Normalizer) fieldSeniority(fields []string) []alerts.Seniority {
	var found []alerts.Seniority
	for _, field := range fields {
		found = append(found, n.titleSeniority(phrase.Split(field))...)
	}
	return unique(found)
}
