package normalize

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// The rows below are invented; each stands for a way of writing that many employers share.

func TestTheWeekBetweenOfficeAndHome(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name string
		raw  source.Raw
		want alerts.Workplace
	}{
		{"named days together", at("Lisbon", "Engineer", "The team meets in the office on Tuesdays and Thursdays, the other days you may work from home."), "hybrid"},
		{"a stretch of days", at("Denver", "Engineer", "We work in office Tuesday-Thursday and from home otherwise."), "hybrid"},
		{"the whole week by name", at("Denver", "Engineer", "You will be in person Monday-Friday at our lab, on site."), "onsite"},
		{"one day at home", at("Denver", "Engineer", "Wednesdays work from home."), "hybrid"},
		{"remote days", source.Raw{Remote: &no, Places: []source.Place{{Text: "Paris"}}, Text: "Our policy allows 1-2 remote days per week, plus 2 weeks fully remote per year."}, "hybrid"},
		{"days of Homeoffice", at("Bonn", "Entwickler", "Flexibilität: 2 Tage Homeoffice pro Woche."), "hybrid"},
		{"some Homeoffice", at("Bonn", "Entwickler", "Flexible Zeiten und anteilige Homeoffice-Möglichkeit."), "hybrid"},
		{"anchor days", at("New York", "Engineer", "Everyone comes to the office for two anchor days a week.\n#LI-Onsite"), "hybrid"},
		{"in-office days", at("New York", "Engineer", "A schedule of 3 in-office days per week."), "hybrid"},
		{"twice a week", at("Tokyo", "Engineer", "Team members come into the office twice a week."), "hybrid"},
		{"in French", at("Lyon", "Développeur", "Poste hybride : deux jours par semaine au bureau, le reste en télétravail."), "hybrid"},
		{"hours of work are no plan for the week", at("Remote", "Engineer", "Office hours are Monday to Friday, 9 to 5."), "remote"},
		{"lunch is no office day", at("Remote", "Engineer", "Lunch in the office on Tuesdays and Thursdays for those nearby."), "remote"},
		{"a working holiday abroad", source.Raw{Remote: &no, Places: []source.Place{{Text: "Dublin"}}, Text: "Enjoy the freedom to work remotely from anywhere in the world for up to 60 days a year."}, "onsite"},
		{"who works with remote teams", at("Torrance, CA", "Engineer", "Experience with remote, distributed colleagues. Occasional remote fieldwork at antennas."), ""},
		{"a liking for remote work against a flag", source.Raw{Remote: &no, Places: []source.Place{{Text: "Berlin"}}, Text: "We are a remote-friendly company."}, "onsite"},
		{"a role that is mostly remote against a flag", source.Raw{Remote: &no, Places: []source.Place{{Text: "Berlin"}}, Text: "The role is predominantly remote."}, "remote"},
		{"the flag and nothing else", source.Raw{Remote: &yes, Places: []source.Place{{Text: "Berlin"}}, Text: "We sell bread."}, "remote"},
		{"a choice of remote or hybrid", at("", "Quill | Engineer | Remote or Hybrid (London)", "Remote or hybrid."), "remote"},
		{"onsite and part remote", at("", "Quill | London | ONSITE + PART REMOTE", ""), "hybrid"},
		{"home based", at("Home based - EMEA", "Engineer", ""), "remote"},
		{"clients at home", at("Nashville", "Therapist", "You visit home-based clients."), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := read(test.raw).Workplace; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestYearsInManyLanguages(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Mindestens drei Jahre Berufserfahrung", "mid"},
		{"Zwei bis vier Jahre Berufserfahrung", "mid"},
		{"Bis zu zwei Jahre Berufserfahrung", "junior"},
		{"Au moins cinq ans d'expérience professionnelle", "senior"},
		{"Deux à quatre ans d'expérience", "mid"},
		{"Jusqu'à deux ans d'expérience", "junior"},
		{"Al menos tres años de experiencia", "mid"},
		{"De 2 a 4 años de experiencia", "mid"},
		{"Hasta dos años de experiencia", "junior"},
		{"Minimaal 5 jaar ervaring", "senior"},
		{"Pelo menos três anos de experiência", "mid"},
		{"Almeno cinque anni di esperienza", "senior"},
		{"Co najmniej 3 lata doświadczenia", "mid"},
		{"Minst fem års erfarenhet", "senior"},
		{"Up to two years of professional experience", "junior"},
		{"1.5+ years of experience", "junior"},
		{"- Background: 6+ years in infrastructure", "senior"},
		{"We look for someone with 4–7 years of experience in developer tools.", "mid"},
		{"As our next engineer you should have 5+ years of experience.", "senior"},
		{"We have 9 years of experience in shipping.", ""},
		{"We have 5+ years of runway and experience in sales.", ""},
		{"Our product has 8 years of history.", ""},
		{"What we look for\n- 5+ years in data protection", "senior"},
		{"We are looking for an engineer with 2+ years of experience.", "mid"},
		{"Sabbatical after 5 years of employment.", ""},
		{"Pensions grow over 3 years.", ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := strings.Trim(fmt.Sprint(read(at("", "Engineer", test.text)).Seniority), "[]"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRungsInTitlesThatAreNone(t *testing.T) {
	tests := []struct{ title, want string }{
		{"Account Executive, Mid-Market", ""},
		{"Responsable de comptes", ""},
		{"Desarrollador backend júnior", "junior"},
		{"Programador Java en prácticas", "intern"},
		{"Technische Leitung Entwicklung", "lead"},
		{"Mid-Senior Engineer", "mid senior"},
	}
	for _, test := range tests {
		if got := strings.Trim(fmt.Sprint(read(at("", test.title, "")).Seniority), "[]"); got != test.want {
			t.Errorf("%q: got %q, want %q", test.title, got, test.want)
		}
	}
}

func TestDegreesThatAreRequiredAndThoseThatAreNot(t *testing.T) {
	tests := []struct{ text, want string }{
		{"A degree in Marketing or a related field", "bachelor"},
		{"Bachelor's degree or equivalent experience, plus 3 years in the field", "bachelor"},
		{"B.S. in Physics required, M.S. preferred", "bachelor"},
		{"Bachelor's degree in Mechanical Engineering (Master's degree a plus)", "bachelor"},
		{"Bachelor's or Master's degree in Economics preferred", ""},
		{"B.Sc in CS or EE (M.Sc, Ph.D advantage)", "bachelor"},
		{"B.Sc. degree in Computer Science", "bachelor"},
		{"MS or PhD degree in Controls", "master"},
		{"Graduate degree in Robotics", "master"},
		{"Requirements\n- 5 years with lasers\n- Bachelor's degree", "bachelor"},
		{"Nice to have\n- Knowledge of lasers and of their many uses\n- Master's degree", ""},
		{"Ein abgeschlossenes Bachelorstudium der Informatik", "bachelor"},
		{"Une licence en informatique", "bachelor"},
		{"Grado en informática o similar", "bachelor"},
		{"A clean driving licence", ""},
		{"You talk to harbour masters and pilots about engineering", ""},
		{"Three Kaggle Masters sit beside you", ""},
		{"You work with PhD scientists", ""},
		{"A high degree of care in engineering", ""},
		{"Ein Studienabschluss ist nicht erforderlich", "none"},
		{"No se exige título", "none"},
		{"Aucun diplôme exigé", "none"},
		{"You don't need a degree", "none"},
		{"Certified Scrum Master", ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := string(read(at("", "Engineer", test.text)).Education); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAPermanentJobIsFullTimeUnlessItSaysOtherwise(t *testing.T) {
	tests := []struct{ text, want string }{
		{"This is a permanent, full-time position.", "full_time"},
		{"This is a permanent part-time position.", "part_time"},
		{"This is a permanent position.", "full_time"},
		{"Contrato indefinido a jornada completa.", "full_time"},
		{"Die Stelle ist unbefristet und in Teilzeit zu besetzen.", "part_time"},
		{"Our customers sign a permanent licence.", ""},
	}
	for _, test := range tests {
		if got := strings.Trim(fmt.Sprint(read(at("", "Engineer", test.text)).Employment), "[]"); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestAPlainDollarIsThatOfTheOneCountry(t *testing.T) {
	tests := []struct{ place, want string }{
		{"Toronto, Canada", "CAD"},
		{"Remote (Canada)", "CAD"},
		{"Remote (US or Canada)", "USD"},
		{"Sydney, Australia", "AUD"},
		{"Berlin", "USD"},
	}
	for _, test := range tests {
		p := read(at(test.place, "Engineer", "The salary is $120,000 - $150,000 a year."))
		if p.Salary == nil || p.Salary.Currency != test.want {
			t.Errorf("%s: got %+v, want %s", test.place, p.Salary, test.want)
		}
	}
}

func TestWordsOfTheTradeInATitleAreNoPlaces(t *testing.T) {
	for _, title := range []string{
		"Engineer (Rust)", "Engineer - Mobile", "Account Executive | Enterprise", "Quill | Multiple Roles | Remote", "Intern (Spring)", "Engineer (ML)", "Head of Sales (GTM)",
	} {
		if p := read(at("", title, "")); len(p.Locations)+len(p.RemoteFrom) > 0 {
			t.Errorf("%q: got %v, from %v", title, p.Locations, p.RemoteFrom)
		}
	}
	if p := read(at("", "Mesa | San Francisco | Engineer", "")); len(p.Locations) != 1 || p.Locations[0].City != "San Francisco" {
		t.Errorf("a company that is named like a town: %v", p.Locations)
	}
	if p := read(at("", "Köln, Germany | Quill | Engineer", "")); len(p.Locations) != 1 || p.Locations[0].Country != "DE" {
		t.Errorf("a place before the company: %v", p.Locations)
	}
	if p := read(at("Remote", "Engineer", "Remote, 9 to 5 ET. Candidates in CET.")); len(p.RemoteFrom) > 0 {
		t.Errorf("a time zone became %v", p.RemoteFrom)
	}
}

// TestOfficeDaysDecideWhateverElseIsSaid composes a text of days in the office and of all that boards
// set carelessly.
func TestOfficeDaysDecideWhateverElseIsSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(1, 5).Draw(t, "days")
		flag := rapid.Bool().Draw(t, "flag")
		way := rapid.SampledFrom([]string{"We ask everyone to be in the office %d days a week.", "You work %d days per week from our office.", "Expect %d in-office days each week."}).Draw(t, "way")
		noise := rapid.SampledFrom([]string{"", "We are remote-friendly.", "Remote work is part of our culture.", "25 days of vacation."}).Draw(t, "noise")
		raw := source.Raw{ID: "1", Title: "Engineer", Remote: &flag, Places: []source.Place{{Text: "Berlin"}}, Text: noise + "\n" + fmt.Sprintf(way, days)}
		got := read(raw).Workplace
		if want := alerts.WorkplaceHybrid; days < 4 && got != want {
			t.Fatalf("%+v: got %q, want %q", raw, got, want)
		}
		if got == alerts.WorkplaceRemote || days == 5 && got != alerts.WorkplaceOnsite {
			t.Fatalf("%+v: got %q", raw, got)
		}
	})
}
