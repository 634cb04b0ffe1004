package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"jobalertd/mailer/locale"
)

// errorBeside is the fault that a page shows beside a field, as a person reads it; empty for none.
func errorBeside(page, id string) string {
	found := regexp.MustCompile(`(?s)<p class="error" id="` + id + `-error">(.*?)</p>`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// badForms are forms with one fault each, and the field it is shown at.
func badForms() []struct {
	name, id string
	change   []string
} {
	long := strings.Repeat("x", 250)
	return []struct {
		name, id string
		change   []string
	}{
		{"a bad address", "email", []string{"email", "ann@example"}},
		{"an unknown zone", "time-zone", []string{"time_zone", "Mars/Olympus"}},
		{"an unknown skill", "filter-skills-any", []string{"filter.skills.any", "zzyzx"}},
		{"a mistyped skill", "filter-skills-none", []string{"filter.skills.none", "kubernets"}},
		{"an unknown country", "filter-places-0-country", []string{"filter.places[0].country", "Germny"}},
		{"an unknown city", "filter-places-0-city", []string{"filter.places[0].city", "Kleinkleckersdorf"}},
		{"an unknown city and no country", "filter-places-0-city", []string{"filter.places[0].city", "Kleinkleckersdorf", "filter.places[0].country", ""}},
		{"a radius in words", "filter-places-0-radius-km", []string{"filter.places[0].radius_km", "50 parsec"}},
		{"a radius too large", "filter-places-0-radius-km", []string{"filter.places[0].radius_km", "5000"}},
		{"an amount in words", "filter-salary-min-amount", []string{"filter.salary_min.amount", "zzz"}},
		{"more money than there is", "filter-salary-min-amount", []string{"filter.salary_min.amount", "9999999999999"}},
		{"no such currency", "filter-salary-min-currency", []string{"filter.salary_min.currency", "EURO"}},
		{"no such workplace", "filter-workplace", []string{"filter.workplace", "mars"}},
		{"a mistyped seniority", "filter-seniority", []string{"filter.seniority", "senor"}},
		{"no such degree", "filter-education-max", []string{"filter.education_max", "zzz"}},
		{"a language in words", "filter-languages", []string{"filter.languages", "zzyzx"}},
		{"a language with its country", "filter-languages", []string{"filter.languages", "pt-BR"}},
		{"a company too long", "filter-companies-none", []string{"filter.companies.none", long}},
		{"a company with a bell", "filter-companies-any", []string{"filter.companies.any", "ac\ame"}},
		{"too many companies", "filter-companies-none", []string{"filter.companies.none", manyNames(120)}},
		{"an open quote", "filter-query", []string{"filter.query", `go "distributed`}},
		{"an open parenthesis", "filter-query", []string{"filter.query", "(go"}},
		{"a parenthesis too many", "filter-query", []string{"filter.query", "go)"}},
		{"a wildcard", "filter-query", []string{"filter.query", "develop*"}},
		{"a field that is none", "filter-query", []string{"filter.query", "zzyzx:go"}},
		{"a mistyped field", "filter-query", []string{"filter.query", "titel:go"}},
		{"an ampersand", "filter-query", []string{"filter.query", "go && rust"}},
		{"an end without a word", "filter-query", []string{"filter.query", "go AND"}},
		{"a query too long", "filter-query", []string{"filter.query", strings.Repeat("x", 600)}},
		{"a line with an open parenthesis", "wish", []string{"wish", "zzyzx OR title:("}},
		{"a line that excludes a place", "wish", []string{"wish", "-in:berlin"}},
		{"a line with a choice that is none", "wish", []string{"wish", "zzyzx OR at:acme"}},
		{"a line that asks for good pay", "wish", []string{"wish", "pay:zzz"}},
		{"a line too long", "wish", []string{"wish", strings.Repeat("x ", 2500)}},
		{"no rhythm", "cadence-every", []string{"cadence.every", "zzz"}},
		{"no hour", "cadence-hour", []string{"cadence.hour", "25"}},
		{"no weekday", "cadence-weekday", []string{"cadence.weekday", "zzz"}},
	}
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("company " + strings.Repeat("x", i+1) + ",")
	}
	return b.String()
}

// englishOnly matches words that stand in no sentence of the other languages.
func englishOnly() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(the|is|are|must|should|this|there|with|write|remove|add|choose|needs|did you|such|than|unknown)\b`)
}

func TestEveryFaultIsToldBesideItsFieldInTheLanguageOfThePage(t *testing.T) {
	for _, test := range badForms() {
		t.Run(test.name, func(t *testing.T) {
			told := map[string]string{}
			for _, l := range locale.All() {
				s := setup(t)
				w := s.do(http.MethodPost, "/subscribe", s.form(test.change...), "Content-Type", formType, "Accept-Language", l.String())
				fault := errorBeside(w.Body.String(), test.id)
				if w.Code != http.StatusUnprocessableEntity || fault == "" {
					t.Fatalf("%s: status %d, nothing is told beside %s:\n%s", l, w.Code, test.id, w.Body)
				}
				if other, twice := told[fault]; twice {
					t.Errorf("%s and %s both say: %s", other, l, fault)
				}
				told[fault] = l.String()
				if english := englishOnly().FindString(fault); l != locale.English && english != "" {
					t.Errorf("%s says %q in English: %s", l, english, fault)
				}
				if strings.Contains(fault, "%!") || strings.Contains(fault, "fault.") {
					t.Errorf("%s cannot say it: %s", l, fault)
				}
				if summary := html.UnescapeString(w.Body.String()); !strings.Contains(summary, fault+"</a>") {
					t.Errorf("%s does not say it in the list at the top", l)
				}
			}
		})
	}
}

func TestAFaultReadsLikeASentenceOfItsLanguage(t *testing.T) {
	tests := []struct{ lang, id, field, value, want string }{
		{"en", "filter-query", "filter.query", `go "distributed`, "at character 4: this quotation mark is never closed; add a second one behind the phrase"},
		{"de", "filter-query", "filter.query", `go "distributed`, "an Stelle 4: dieses Anführungszeichen wird nicht geschlossen; setzen Sie ein zweites hinter die Wörter"},
		{"de", "filter-places-0-radius-km", "filter.places[0].radius_km", "5000", "5.000 km sind mehr als 1.000; nennen Sie stattdessen Länder"},
		{"de", "filter-skills-any", "filter.skills.any", "kubernets", "„kubernets“ gehört nicht zu den Kenntnissen, nach denen wir Anzeigen durchsuchen; meinten Sie „kubernetes“? Um das Wort selbst zu suchen, schreiben Sie es unter „Wörter in der Anzeige“"},
		{"fr", "filter-skills-any", "filter.skills.any", "zzyzx", "«\u00a0zzyzx\u00a0» n’est pas une compétence que nous cherchons dans les annonces\u00a0; pour chercher le mot lui-même, écrivez-le sous «\u00a0Mots de l’annonce\u00a0»"},
		{"es", "wish", "wish", "pay:good", "pay:good no se entiende; quítelo, o póngalo entre comillas para buscar las palabras"},
	}
	for _, test := range tests {
		s := setup(t)
		w := s.do(http.MethodPost, "/subscribe", s.form(test.field, test.value), "Content-Type", formType, "Accept-Language", test.lang)
		if got := errorBeside(w.Body.String(), test.id); got != test.want {
			t.Errorf("%s says\n%s, not\n%s", test.lang, got, test.want)
		}
	}
}
