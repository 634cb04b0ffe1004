package normalize

import (
	"slices"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

// education is the least degree that a text requires. A degree that is preferred, or a plus, is
// none that is required.
func (n *Normalizer) education(text phrase.Text) alerts.Education {
	least, behind := alerts.Education(""), -1
	n.words.education.Scan(text, func(m phrase.Match[alerts.Education]) {
		named := m.First == behind && text.Tokens[m.First].Word == "degree" // "PhD degree in" is one
		if behind = m.Last + 1; named {
			return
		}
		if m.Value == "" || !credible(text, m) || m.Value != alerts.EducationNone && n.optional(text, m.First, m.Last) {
			return
		}
		if least == "" || rank(m.Value) < rank(least) {
			least = m.Value
		}
	})
	return least
}

// credible says whether a short word is a degree: "BS" and "MS" are other things too, and so are
// harbour masters, so the sentence must name a field, a degree, or another abbreviation of one.
func credible(text phrase.Text, m phrase.Match[alerts.Education]) bool {
	if text.Word(m.Last+1) == "degree" {
		return true
	}
	bare := m.First == m.Last && text.Tokens[m.First].Word == "masters"
	if bare && !besideDegree(text, m.First) {
		return false
	}
	if !bare && text.Tokens[m.Last].End-text.Tokens[m.First].Start > 4 {
		return true
	}
	from, to := text.Sentence(m.First)
	for i := max(from, m.First-8); i < min(to, m.Last+12); i++ {
		switch text.Tokens[i].Word {
		case "degree", "cs", "ee", "computer", "science", "engineering", "field", "bachelor", "bachelors", "master", "masters", "phd", "university", "graduate", "related", "stem", "mathematics",
			"physics", "sciences", "economics", "business", "finance", "technology", "discipline":
			return true
		}
	}
	return false
}

// besideDegree says whether the words around "masters" make it a degree.
func besideDegree(text phrase.Text, i int) bool {
	switch text.Word(i - 1) {
	case "bachelor", "bachelors", "s", "bs", "or", "a":
		return true
	}
	switch text.Word(i + 1) {
	case "degree", "in", "of", "or", "level", "phd":
		return true
	}
	return false
}

// optional says whether the text only wishes for what stands at the tokens: in the same sentence, or
// in the heading above the list. A wish behind another degree is for that one: "B.S. required, M.S.
// preferred".
func (n *Normalizer) optional(text phrase.Text, first, last int) bool {
	from, to := text.Sentence(first)
	for i := max(from, first-12); i < first; i++ {
		if wish(text, i) || others(text.Tokens[i].Word) {
			return true
		}
	}
	for i := last + 1; i < min(to, last+18); i++ {
		if wish(text, i) || others(text.Tokens[i].Word) {
			return true
		}
		switch text.Tokens[i].Word {
		case "required", "minimum", "erforderlich":
			return false
		}
		if _, another := n.words.education.At(text, i); another && i > last+2 && text.Crosses(last, i) && text.Word(i-1) != "or" {
			return false
		}
	}
	return wishList(text, from)
}

// wish says whether the word at a token makes what it speaks of a wish. "Plus" does behind an
// article: "a degree is a plus", and not "a degree plus 3 years".
func wish(text phrase.Text, i int) bool {
	switch text.Tokens[i].Word {
	case "preferred", "bonus", "nice", "desirable", "desired", "ideally", "advantage", "advantageous", "preferably", "helpful", "optional", "idealerweise",
		"wünschenswert", "vorteil", "atout", "valorable":
		return true
	case "plus":
		switch text.Word(i - 1) {
		case "a", "big", "huge", "strong", "is", "definite", "un":
			return true
		}
	}
	return false
}

// others says whether a word tells that the sentence is about the employer's people or a certificate.
func others(word string) bool {
	return word == "founded" || word == "scrum" || word == "our" || word == "team"
}

// wishList says whether the list that the line at a token belongs to stands under a heading of
// wishes: "Nice to have", "Bonus points". Headings are short; the nearest one counts.
func wishList(text phrase.Text, from int) bool {
	for line := 0; line < 10 && from > 0; line++ {
		start, end := text.Sentence(from - 1)
		if end-start <= 6 {
			for i := start; i < end; i++ {
				switch text.Tokens[i].Word {
				case "preferred", "bonus", "nice", "desirable", "desired", "ideally", "pluses":
					return true
				case "requirements", "required", "requirement", "qualifications", "qualification", "minimum", "must", "need", "skills", "you", "profil", "profile", "experience":
					return false
				}
			}
		}
		from = start
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

// permanent is a contract without an end, which says full time only where nothing else is said.
const permanent alerts.Employment = "permanent"

// employment reads the words of fields; failing those, the title and what the text calls the job.
func (n *Normalizer) employment(fields []string, title, text phrase.Text) ([]alerts.Employment, alerts.Origin) {
	var found []alerts.Employment
	for _, field := range fields {
		field = strings.NewReplacer("FullTime", "full time", "PartTime", "part time", "_", " ", "FixedTerm", "fixed term").Replace(field)
		n.words.contracts.Scan(phrase.Split(field), func(m phrase.Match[alerts.Employment]) { found = append(found, m.Value) })
	}
	if len(found) > 0 {
		return kinds(found), alerts.FromField
	}
	n.words.contracts.Scan(title, func(m phrase.Match[alerts.Employment]) {
		if !contractLaw(title, m) {
			found = append(found, m.Value)
		}
	})
	if len(found) > 0 {
		return kinds(found), alerts.FromText
	}
	n.words.contracts.Scan(text, func(m phrase.Match[alerts.Employment]) {
		if plainContract(text, m) {
			found = append(found, m.Value)
		}
	})
	return kinds(found), alerts.FromText
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
	if m.Value == alerts.EmploymentInternship && m.First == m.Last || m.First == m.Last && m.Value != alerts.EmploymentFullTime && m.Value != alerts.EmploymentPartTime && m.Value != permanent {
		return false
	}
	switch text.Tokens[m.First].Word {
	case "regular", "employee", "unlimited":
		return false
	}
	from, to := text.Sentence(m.First)
	if to-from <= 4 {
		return true
	}
	for i := max(from, m.First-2); i < min(to, m.Last+5); i++ {
		switch text.Tokens[i].Word {
		case "role", "position", "job", "opportunity", "employment", "stelle", "poste", "contrato", "contrat", "anstellung", "puesto", "besetzen":
			return true
		}
	}
	return false
}

// kinds puts what was found in order, each kind once.
func kinds(found []alerts.Employment) []alerts.Employment {
	var out []alerts.Employment
	for _, kind := range alerts.Employments() {
		if slices.Contains(found, kind) {
			out = append(out, kind)
		}
	}
	if len(out) == 0 && slices.Contains(found, permanent) {
		return []alerts.Employment{alerts.EmploymentFullTime}
	}
	return out
}
