package phrase

import (
	"strings"
	"sync"

	"jobalertd/mailer/locale"
)

// row is a text in every language; the English one is its key.
type row struct{ english, german, french, spanish string }

// rows is the whole catalogue.
func rows() []row {
	return append(append(filterRows(), reasonRows()...), append(valueRows(), postingRows()...)...)
}

// filterRows are the lines that tell what a filter asks for.
func filterRows() []row {
	return []row{
		{"Kind of job: %s", "Art der Stelle: %s", "Type de poste\u00a0: %s", "Tipo de puesto: %s"},
		{"Words: %s", "Suchwörter: %s", "Mots recherchés\u00a0: %s", "Palabras: %s"},
		{"Skills: %s", "Kenntnisse: %s", "Compétences\u00a0: %s", "Conocimientos: %s"},
		{"Skills: not %s", "Kenntnisse: ohne %s", "Compétences\u00a0: sans %s", "Conocimientos: sin %s"},
		{"Places: %s", "Orte: %s", "Lieux\u00a0: %s", "Lugares: %s"},
		{"Workplace: %s", "Arbeitsort: %s", "Mode de travail\u00a0: %s", "Modalidad: %s"},
		{"Seniority: %s", "Erfahrungsstufe: %s", "Niveau d’expérience\u00a0: %s", "Nivel de experiencia: %s"},
		{"Employment: %s", "Anstellung: %s", "Contrat\u00a0: %s", "Contrato: %s"},
		{"At least %s (only jobs that state a salary)", "Mindestens %s (nur Stellen mit Gehaltsangabe)",
			"Au moins %s (seulement les offres qui indiquent un salaire)", "Al menos %s (solo ofertas que indican el salario)"},
		{"At least %s (jobs that state no salary included)", "Mindestens %s (auch Stellen ohne Gehaltsangabe)",
			"Au moins %s (y compris les offres sans salaire indiqué)", "Al menos %s (también ofertas que no indican el salario)"},
		{"Companies: %s", "Unternehmen: %s", "Entreprises\u00a0: %s", "Empresas: %s"},
		{"Companies: not %s", "Unternehmen: nicht %s", "Entreprises\u00a0: sauf %s", "Empresas: excepto %s"},
		{"Required education: at most %s", "Verlangter Abschluss: höchstens %s", "Formation exigée\u00a0: au plus %s", "Formación exigida: como máximo %s"},
		{"Languages: %s", "Sprachen: %s", "Langues\u00a0: %s", "Idiomas: %s"},
		{"within %s km of %s", "im Umkreis von %s km um %s", "dans un rayon de %s km autour de %s", "a menos de %s km de %s"},
	}
}

// reasonRows tell why a posting matches a filter, or why not.
func reasonRows() []row {
	return []row{
		{"words %s", "Suchwörter %s", "mots %s", "palabras %s"},
		{"skills %s", "Kenntnisse %s", "compétences %s", "conocimientos %s"},
		{"at %s", "bei %s", "chez %s", "en %s"},
		{"education %s", "Abschluss %s", "formation %s", "formación %s"},
		{"in %s", "auf %s", "en %s", "en %s"},
		{"salary not stated", "Gehalt nicht angegeben", "salaire non indiqué", "salario no indicado"},
		{"workplace not stated", "Arbeitsort nicht angegeben", "mode de travail non indiqué", "modalidad no indicada"},
		{"remote, no country named", "remote, kein Land genannt", "télétravail, aucun pays indiqué", "en remoto, sin país indicado"},
		{"%s: %s", "%s: %s", "%s\u00a0: %s", "%s: %s"},
		{"%s: no %s", "%s: nicht %s", "%s\u00a0: pas %s", "%s: sin %s"},
		{"not stated", "nicht angegeben", "non indiqué", "no indicado"},
		{"no %s", "nicht %s", "pas %s", "sin %s"},
		{"%s: not stated", "%s: nicht angegeben", "%s\u00a0: non indiqué", "%s: no indicado"},
		{"class", "Art der Stelle", "type de poste", "tipo de puesto"},
		{"query", "Suchwörter", "mots", "palabras"},
		{"skills", "Kenntnisse", "compétences", "conocimientos"},
		{"places", "Orte", "lieux", "lugares"},
		{"workplace", "Arbeitsort", "mode de travail", "modalidad"},
		{"seniority", "Erfahrungsstufe", "niveau d’expérience", "nivel de experiencia"},
		{"employment", "Anstellung", "contrat", "contrato"},
		{"salary min", "Gehalt", "salaire", "salario"},
		{"companies", "Unternehmen", "entreprises", "empresas"},
		{"education max", "Abschluss", "formation", "formación"},
		{"languages", "Sprachen", "langues", "idiomas"},
	}
}

// valueRows are the values of enumerations.
func valueRows() []row {
	return []row{
		{"backend", "Backend", "backend", "backend"},
		{"partly backend", "teilweise Backend", "en partie backend", "parcialmente backend"},
		{"not backend", "kein Backend", "pas backend", "no backend"},
		{"remote", "remote", "télétravail", "en remoto"},
		{"hybrid", "hybrid", "hybride", "híbrido"},
		{"on site", "vor Ort", "sur site", "presencial"},
		{"full time", "Vollzeit", "temps plein", "jornada completa"},
		{"part time", "Teilzeit", "temps partiel", "media jornada"},
		{"contract", "freiberuflich", "freelance", "por proyecto"},
		{"temporary", "befristet", "temporaire", "temporal"},
		{"internship", "Praktikum", "stage", "prácticas"},
		{"intern", "Praktikum", "stage", "prácticas"},
		{"junior", "Junior", "junior", "júnior"},
		{"mid", "mit Berufserfahrung", "confirmé", "intermedio"},
		{"senior", "Senior", "senior", "sénior"},
		{"staff", "Staff", "staff", "staff"},
		{"principal", "Principal", "principal", "principal"},
		{"lead", "Lead", "lead", "lead"},
		{"manager", "Führungskraft", "manager", "responsable de equipo"},
		{"none", "kein Abschluss", "sans diplôme", "sin titulación"},
		{"certificate", "Zertifikat", "certificat", "certificado"},
		{"associate degree", "Associate Degree", "diplôme bac +2", "título técnico superior"},
		{"bachelor's degree", "Bachelor", "licence", "grado universitario"},
		{"master's degree", "Master", "master", "máster"},
		{"doctorate", "Promotion", "doctorat", "doctorado"},
	}
}

// postingRows are words about postings and when news of them come.
func postingRows() []row {
	return []row{
		{"%s more", "%s weitere", "%s autres", "%s más"},
		{"as soon as a job appears", "sobald eine passende Stelle erscheint", "dès qu’une offre paraît", "en cuanto aparezca una oferta"},
		{"every day %s", "jeden Tag %s", "tous les jours %s", "todos los días %s"},
		{"every %s %s", "jeden %s %s", "chaque %s %s", "cada %s %s"},
	}
}

// translations are made once: for each locale but English, its texts by the English ones.
var translations = sync.OnceValue(func() map[locale.Locale]map[string]string {
	all := map[locale.Locale]map[string]string{locale.German: {}, locale.French: {}, locale.Spanish: {}}
	for _, r := range rows() {
		all[locale.German][r.english], all[locale.French][r.english], all[locale.Spanish][r.english] = r.german, r.french, r.spanish
	}
	return all
})

// Say writes an English text of the catalogue in another language, with its arguments in the places of %s.
func Say(l locale.Locale, english string, args ...string) string {
	text, translated := translations()[l][english]
	if !translated {
		text = english
	}
	if len(args) == 0 {
		return text
	}
	var said strings.Builder
	size := len(text)
	for _, arg := range args {
		size += len(arg)
	}
	said.Grow(size)
	for _, arg := range args { // one after the other: what stands in one is no place for the next
		before, after, _ := strings.Cut(text, "%s")
		said.WriteString(before)
		said.WriteString(arg)
		text = after
	}
	said.WriteString(text)
	return said.String()
}
