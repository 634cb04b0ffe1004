package normalize

import (
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

// degrees is how texts name a degree.
func degrees() *phrase.Set[alerts.Education] {
	s := phrase.NewSet[alerts.Education]()
	s.Add(alerts.EducationNone, "no degree required", "degree not required", "no formal education", "no degree needed", "no requirements", "no degree necessary")
	s.Add(alerts.EducationCertificate, "professional certificate", "abgeschlossene ausbildung", "abgeschlossene berufsausbildung", "abgeschlossene it ausbildung",
		"vocational training", "vocational degree", "postsecondary certificate")
	s.Add(alerts.EducationAssociate, "associate degree", "associate s degree", "associates degree")
	s.Add(alerts.EducationBachelor, "bachelor", "bachelors", "bachelor s", "bsc", "b sc", "b s", "bs", "ba", "b a", "b tech", "btech", "b eng", "beng", "b e",
		"undergraduate degree", "bachelor degree", "licenciatura", "licence", "4 year degree", "four year degree", "college degree", "university degree",
		"degree in computer science", "degree in computer engineering", "degree in software engineering", "cs degree", "degree in engineering", "computer science degree",
		"technical degree", "engineering degree", "hochschulabschluss", "abgeschlossenes studium", "abgeschlossenes informatikstudium", "academic degree",
		"bachelorabschluss")
	s.Add(alerts.EducationMaster, "master s degree", "masters degree", "master degree", "msc", "m sc", "m s", "ms", "masters", "master s", "m tech", "mtech", "meng", "mba",
		"masterabschluss", "master in computer", "master of science", "bac 5", "postgraduate degree", "diplomstudium")
	s.Add(alerts.EducationDoctorate, "phd", "ph d", "doctorate", "doctoral degree", "promotion in")
	return s
}

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

// contracts is how fields and titles name kinds of contract.
func contracts() *phrase.Set[alerts.Employment] {
	s := phrase.NewSet[alerts.Employment]()
	s.Add(alerts.EmploymentFullTime, "full time", "fulltime", "vollzeit", "temps plein", "tiempo completo", "permanent", "cdi", "festanstellung",
		"unbefristet", "regular", "jornada completa", "employee", "tempo integral", "fully employed", "unlimited")
	s.Add(alerts.EmploymentPartTime, "part time", "parttime", "teilzeit", "temps partiel", "tiempo parcial", "media jornada")
	s.Add(alerts.EmploymentContract, "contract", "contractor", "contractors", "freelance", "freelancer", "b2b", "consultant contract", "per diem", "independent contractor",
		"c2c", "1099")
	s.Add(alerts.EmploymentTemporary, "temporary", "temp", "befristet", "fixed term", "fixedterm", "cdd", "seasonal", "interim", "maternity cover", "parental leave cover")
	s.Add(alerts.EmploymentInternship, "intern", "interns", "internship", "internships", "working student", "werkstudent", "praktikum", "stage", "stagiaire", "trainee",
		"apprenticeship", "co op")
	return s
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
