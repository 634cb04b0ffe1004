package normalize

import (
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

// education is the least degree that a text requires. A degree that is preferred, or a plus, is
// none that is required.
func (n *Normalizer) education(text phrase.Text) alerts.Education {
	least := alerts.Education("")
	n.words.education.Scan(text, func(m phrase.Match[alerts.Education]) {
		if !credible(text, m) || optional(text, m.First, m.Last) {
			return
		}
		if least == "" || rank(m.Value) < rank(least) {
			least = m.Value
		}
	})
	return least
}

// credible says whether an abbreviation is a degree: "BS" and "MS" are other things too, so the
// sentence must name a field, a degree, or another abbreviation of one.
func credible(text phrase.Text, m phrase.Match[alerts.Education]) bool {
	if text.Tokens[m.Last].End-text.Tokens[m.First].Start > 4 {
		return true
	}
	from, to := text.Sentence(m.First)
	for i := max(from, m.First-8); i < min(to, m.Last+12); i++ {
		switch text.Tokens[i].Word {
		case "degree", "computer", "science", "engineering", "field", "bachelor", "bachelors", "master", "masters", "phd", "university", "graduate", "related", "stem", "mathematics":
			return true
		}
	}
	return false
}

// optional says whether the sentence only wishes for what stands at the tokens.
func optional(text phrase.Text, first, last int) bool {
	from, to := text.Sentence(first)
	for i := max(from, first-12); i < min(to, last+18); i++ {
		switch text.Tokens[i].Word {
		case "preferred", "plus", "bonus", "nice", "desirable", "desired", "ideally", "advantage", "advantageous", "preferably", "idealerweise", "wünschenswert", "founded", "scrum", "our", "team":
			return true
		}
	}
	return false
}

func rank(e alerts.Education) int {
	for i, v := range alerts.Educations() {
		if v == e {
			return i
		}
	}
	return len(alerts.Educations())
}

// employment reads the words of fields; failing those, the title and what the text calls the job.
func (n *Normalizer) employment(fields []string, title, text phrase.Text) ([]alerts.Employment, alerts.Origin) {
	var found []alerts.Employment
	for _, field := range fields {
		field = strings.NewReplacer("FullTime", "full time", "PartTime", "part time", "_", " ", "FixedTerm", "fixed term").Replace(field)
		n.words.contracts.Scan(phrase.Split(field), func(m phrase.Match[alerts.Employment]) { found = append(found, m.Value) })
	}
	if len(found) > 0 {
		return sorted(unique(found)), alerts.FromField
	}
	n.words.contracts.Scan(title, func(m phrase.Match[alerts.Employment]) {
		if !contractLaw(title, m) {
			found = append(found, m.Value)
		}
	})
	if len(found) > 0 {
		return sorted(unique(found)), alerts.FromText
	}
	n.words.contracts.Scan(text, func(m phrase.Match[alerts.Employment]) {
		if plainContract(text, m) {
			found = append(found, m.Value)
		}
	})
	return sorted(unique(found)), alerts.FromText
}

// contractLaw says whether "contract" is the job's matter and not its form: a contracts manager,
// smart contracts.
func contractLaw(text phrase.Text, m phrase.Match[alerts.Employment]) bool {
	word := text.Tokens[m.First].Word
	if word == "stage" {
		return true
	}
	if word != "contract" {
		return false
	}
	before := m.First > 0 && text.Tokens[m.First-1].Word == "smart"
	after := m.Last+1 < len(text.Tokens) && (text.Tokens[m.Last+1].Word == "manager" || text.Tokens[m.Last+1].Word == "management" || text.Tokens[m.Last+1].Word == "administrator")
	return before || after
}

// plainContract says whether the text states the job's form: "full-time" next to role, position or
// job, or on its own between signs, as in "Berlin | Full-time | €80k".
func plainContract(text phrase.Text, m phrase.Match[alerts.Employment]) bool {
	if m.Value == alerts.EmploymentInternship || m.First == m.Last && m.Value != alerts.EmploymentFullTime && m.Value != alerts.EmploymentPartTime {
		return false
	}
	if text.Tokens[m.First].Word == "regular" || text.Tokens[m.First].Word == "employee" || text.Tokens[m.First].Word == "unlimited" {
		return false
	}
	from, to := text.Sentence(m.First)
	if to-from <= 4 {
		return true
	}
	for i := max(from, m.First-2); i < min(to, m.Last+5); i++ {
		switch text.Tokens[i].Word {
		case "role", "position", "job", "opportunity", "employment", "stelle", "poste":
			return true
		}
	}
	return false
}

func sorted(list []alerts.Employment) []alerts.Employment {
	var out []alerts.Employment
	for _, e := range alerts.Employments() {
		for _, have := range list {
			if e == have {
				out = append(out, e)
			}
		}
	}
	return out
}
