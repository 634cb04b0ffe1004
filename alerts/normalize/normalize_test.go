package normalize

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
)

// shared is built once: it is the dear part of every test.
var shared = sync.OnceValue(func() *Normalizer { return New(skill.Shipped()) })

func read(raw source.Raw) alerts.Posting {
	return shared().Posting("ashby", source.Board{Name: "quill"}, raw)
}

// at is a record at one place.
func at(place, title, text string) source.Raw {
	return source.Raw{ID: "1", Title: title, Text: text, Places: []source.Place{{Text: place}}}
}

func TestAPostingHasAnIDACompanyAndPlainText(t *testing.T) {
	ends := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	p := shared().Posting("greenhouse", source.Board{Name: "quill", Company: "Quill & Sons"}, source.Raw{
		ID: "7", URL: " https://quill.example/7 ", Title: " Go &amp; SQL\n Developer", HTML: "<p>We write <b>Go</b>.</p>", Ends: ends,
	})
	if p.ID != "greenhouse:quill:7" || p.Source != "greenhouse" || p.URL != "https://quill.example/7" || p.Title != "Go & SQL Developer" ||
		p.Company != "Quill & Sons" || p.Description != "We write Go." || !p.ValidThrough.Equal(ends) {
		t.Errorf("got %+v", p)
	}
	if named := shared().Posting("greenhouse", source.Board{Name: "quill", Company: "Quill & Sons"}, source.Raw{ID: "7", Company: "Tidewater "}); named.Company != "Tidewater" {
		t.Errorf("the response's own company gave way to %q", named.Company)
	}
}

func TestTextThatIsMarkupIsReadAsMarkup(t *testing.T) {
	if got := read(at("", "Engineer", "We write Go.<br/><br/>Remote.")).Description; got != "We write Go.\nRemote." {
		t.Errorf("got %q", got)
	}
	if got := read(at("", "Engineer", "if a < b\nthen c")).Description; got != "if a < b\nthen c" {
		t.Errorf("plain text became %q", got)
	}
}

func TestWorkplace(t *testing.T) {
	yes, no := true, false
	long := strings.Repeat("We keep the books of shops and cafes, and look for someone who enjoys that as much as we do. ", 5)
	tests := []struct {
		name string
		raw  source.Raw
		want alerts.Workplace
	}{
		{"the flag says remote, the text five days in the office", source.Raw{Remote: &yes, Text: "You work from our office 5 days a week."}, "onsite"},
		{"the flag says remote, the text three days", source.Raw{Remote: &yes, Text: "We ask everyone to be in the office at least three (3) days per week."}, "hybrid"},
		{"the flag says remote, the hashtag hybrid", source.Raw{Remote: &yes, Text: "Apply now.\n#LI-Hybrid"}, "hybrid"},
		{"the flag says not remote, the location remote", source.Raw{Remote: &no, Places: []source.Place{{Text: "Remote (EMEA)"}}}, "remote"},
		{"the flag says not remote, the text remote", source.Raw{Remote: &no, Text: "This is a remote position within Spain.", Places: []source.Place{{Text: "Madrid"}}}, "remote"},
		{"the location says on-site, the text hybrid", at("Tel Aviv, Israel (On-site)", "Engineer", "This is a hybrid role."), "hybrid"},
		{"remote is what others want", at("London", "Engineer", "You will not like it here if: you want fully remote work. We're hybrid with 4 days in-office."), "hybrid"},
		{"no remote", at("Berlin", "Engineer | NO REMOTE", ""), "onsite"},
		{"not a remote role", at("Berlin", "Engineer", "Please note that this is not a remote role."), "onsite"},
		{"a week's visit each quarter leaves it remote", at("Remote + Troy, MI", "Engineer", "You visit the office 3 days per quarter."), "remote"},
		{"days off are no office days", at("Remote", "Engineer", "30 days of vacation a year, and an office you may visit."), "remote"},
		{"a hybrid cloud is no workplace", at("Remote - US", "Engineer", "You run our hybrid cloud and remote monitoring of on-site customer systems."), "remote"},
		{"a field beats a flag", source.Raw{Remote: &yes, Workplace: "hybrid", Text: "Books."}, "hybrid"},
		{"a choice between the office and remote offers remote", at("", "Quill | Engineer | Berlin (onsite) or REMOTE (EU)", ""), "remote"},
		{"who names a city and speaks of nothing else means it", at("Boston", "Engineer", long), "onsite"},
		{"nothing is known of a country", at("Germany", "Engineer", long), ""},
		{"a flag that says no says little without a place", source.Raw{Remote: &no, Text: "Books."}, ""},
		{"the office dog decides nothing", at("Remote", "Engineer", "Free lunch in our office 5 days a week."), "remote"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := read(test.raw).Workplace; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLocations(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Berlin, Germany", "Berlin/BE/DE"},
		{"Berlin", "Berlin/BE/DE"},
		{"Remote - US", "//US"},
		{"London / Berlin", "London/ENG/GB Berlin/BE/DE"},
		{"San Francisco, CA", "San Francisco/CA/US"},
		{"SF Office", "San Francisco/CA/US"},
		{"US, CA, Santa Clara", "Santa Clara/CA/US"},
		{"USA - Lehi UT", "Lehi/UT/US"},
		{"Darmstadt, DE", "Darmstadt/HE/DE"},
		{"Toronto, CA", "Toronto/ON/CA"},
		{"Cambridge, MA", "Cambridge/MA/US"},
		{"Cambridge, UK", "Cambridge/ENG/GB"},
		{"Buffalo, New York", "Buffalo/NY/US"},
		{"Atlanta, Georgia", "Atlanta/GA/US"},
		{"Tbilisi, Georgia", "Tbilisi//GE"},
		{"Karnataka, India", "/KA/IN"},
		{"Presidio Heights, CA", "Presidio Heights/CA/US"},
		{"San Jose, New York, or San Francisco", "San Jose/CA/US New York City/NY/US San Francisco/CA/US"},
		{"Hybrid in Toronto", "Toronto/ON/CA"},
		{"HQ: San Francisco", "San Francisco/CA/US"},
		{"Munich / Berlin / Remote (Germany)", "Munich/BY/DE Berlin/BE/DE"},
		{"Singapore", "Singapore//SG"},
		{"CA", ""},
		{"Remote", ""},
		{"Headquarters", ""},
		{"Hiring in many places OR none", ""},
	}
	for _, test := range tests {
		t.Run(test.in, func(t *testing.T) {
			var got []string
			for _, l := range read(at(test.in, "Engineer", "")).Locations {
				got = append(got, l.City+"/"+l.Region+"/"+l.Country)
				if (l.Lat == nil) != (l.Lon == nil) {
					t.Errorf("half a coordinate: %+v", l)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", strings.Join(got, " "), test.want)
			}
		})
	}
}

func TestAPlaceInFieldsCompletesItsText(t *testing.T) {
	tests := []struct {
		name  string
		place source.Place
		want  string
	}{
		{"fields alone", source.Place{City: "Cambridge", Region: "Massachusetts", Country: "United States"}, "Cambridge/MA/US"},
		{"a code in small letters", source.Place{City: "Lyon", Country: "fr"}, "Lyon/ARA/FR"},
		{"the text names the job's city, the fields the office's", source.Place{Text: "Hamburg", City: "Berlin", Country: "Germany"}, "Hamburg/HH/DE"},
		{"a text that names nothing", source.Place{Text: "Remote", City: "Palo Alto", Region: "CA", Country: "USA"}, "Palo Alto/CA/US"},
		{"a country in the place of a region", source.Place{Text: "USA", Region: "USA", Country: "United States"}, "//US"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, l := range read(source.Raw{Title: "Engineer", Places: []source.Place{test.place}}).Locations {
				got = append(got, l.City+"/"+l.Region+"/"+l.Country)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAPlaceMayStandInTheTitleOrBehindAWord(t *testing.T) {
	for _, raw := range []source.Raw{
		at("Brazil", "Staff Engineer (Belo Horizonte)", ""),
		at("", "Quill | Engineer | Belo Horizonte, Brazil | Full-time", ""),
		at("", "Engineer", "We keep books.\nLocation: Belo Horizonte, Brazil\nApply."),
	} {
		p := read(raw)
		if len(p.Locations) != 1 || p.Locations[0].City != "Belo Horizonte" || p.From["locations"] != alerts.FromText {
			t.Errorf("%q at %v: got %v from %s", raw.Title, raw.Places, p.Locations, p.From["locations"])
		}
	}
}

func TestRemoteFrom(t *testing.T) {
	tests := []struct {
		name string
		raw  source.Raw
		want string
	}{
		{"the location's country", at("Remote (UK Only)", "Engineer", ""), "GB"},
		{"several", at("Remote (United States | Canada)", "Engineer", ""), "CA US"},
		{"a part of the world", at("Remote - Europe", "Engineer", ""), "EUROPE"},
		{"anywhere", at("Remote, Worldwide", "Engineer", ""), "*"},
		{"anywhere but", at("Remote (non-U.S.)", "Engineer", ""), "-US"},
		{"parts of the world but one country", at("", "Quill | Engineer | REMOTE (EU/LATAM -- no US)", ""), "EU LATAM -US"},
		{"the title", at("Remote", "Engineer (Remote - Germany)", ""), "DE"},
		{"the text", at("Remote", "Engineer", "Candidates must be located in the United States or Canada."), "CA US"},
		{"the text excludes", at("Remote", "Engineer", "This role is remote within Europe except Germany."), "EUROPE -DE"},
		{"an employer's seat is not a condition", at("Remote", "Engineer", "We are a company from Germany."), ""},
		{"a board's own list", source.Raw{Workplace: "remote", RemoteFrom: []string{"LATAM", "Canada", "USA"}}, "CA LATAM US"},
		{"only remote jobs have one", at("Berlin, Germany", "Engineer", "This is an on-site role."), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(read(test.raw).RemoteFrom, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSeniority(t *testing.T) {
	tests := []struct{ title, text, want string }{
		{"Senior Backend Engineer", "10+ years of experience", "senior"},
		{"Senior/Staff Engineer", "", "senior staff"},
		{"Senior Staff Engineer", "", "staff"},
		{"Sr. Engineer", "", "senior"},
		{"Software Engineer II", "", "mid"},
		{"Engineer III, Payments", "", "senior"},
		{"Principal Engineer", "", "principal"},
		{"Tech Lead, Go", "", "lead"},
		{"Engineering Manager, Platform", "", "manager"},
		{"Head of Engineering", "", "manager"},
		{"Product Manager", "", ""},
		{"Senior Account Manager", "", "senior"},
		{"Member of Technical Staff", "", ""},
		{"Chief of Staff", "", ""},
		{"Software Engineer Intern", "", "intern"},
		{"Werkstudent Backend (m/w/d)", "", "intern"},
		{"New Grad Engineer", "", "junior"},
		{"Engineer", "You have 0-1 years of experience.", "junior"},
		{"Engineer", "You have 3 to 5 years of experience in Go.", "mid"},
		{"Engineer", "- 7+ years building services", "senior"},
		{"Engineer", "Five years of professional experience; two years of experience with Go.", "senior"},
		{"Engineer", "Our founders have 25 years of experience in finance.", ""},
		{"Engineer", "We have grown for 10 years, and our customers have experience with it.", ""},
		{"Engineer", "You must be at least 18 years old.", ""},
	}
	for _, test := range tests {
		t.Run(test.title+" "+test.text, func(t *testing.T) {
			got := strings.Trim(fmt.Sprint(read(at("", test.title, test.text)).Seniority), "[]")
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSalaryInTheText(t *testing.T) {
	tests := []struct{ name, place, text, want string }{
		{"a range", "", "The base salary range is $180,000 - $220,000 per year.", "180000–220000 USD year"},
		{"thousands", "", "Salary: €70k–90k", "70000–90000 EUR year"},
		{"thousands written once", "", "Compensation: $140-$270K", "140000–270000 USD year"},
		{"European grouping", "", "Gehalt: 65.000 € bis 80.000 € brutto im Jahr", "65000–80000 EUR year"},
		{"an hourly wage", "", "Pay: $32-$35/hr", "32–35 USD hour"},
		{"a monthly one with its code behind", "", "Starting salary is $5,000 SGD monthly.", "5000–5000 SGD month"},
		{"reais", "", "Salary of R$285K – R$400K", "285000–400000 BRL year"},
		{"lakhs", "", "Salary: 20-30 LPA", "2e+06–3e+06 INR year"},
		{"a Canadian's dollar", "Toronto, Canada", "Salary: $120,000 - $150,000", "120000–150000 CAD year"},
		{"the first of several zones", "", "USA: the base salary is between $190,000 USD and $258,000 USD. Canada: $172,000 CAD and $232,000 CAD.", "190000–258000 USD year"},
		{"a choice of currencies tells the sign's", "", "Compensation – $150k – $185k CAD/USD", "150000–185000 USD year"},
		{"a heading above", "", "Compensation\nWe pay fairly.\n$160K-$200K", "160000–200000 USD year"},
		{"up to", "", "We pay up to £90k", "0–90000 GBP year"},
		{"plus a bonus", "", "Base salary $150,000 - $180,000 plus a bonus of $20,000", "150000–180000 USD year"},
		{"a funding round", "", "We raised a $42M Series B and $250,000 - $300,000 in grants.", ""},
		{"a commuter benefit", "", "Benefits: $300 per month commuter benefit", ""},
		{"a signing bonus", "", "A $10,000 sign-on bonus", ""},
		{"a learning budget", "", "£5,000 L&D budget per year", ""},
		{"the 401(k)", "", "401(k) with 4% match, salary reviews yearly", ""},
		{"assets", "", "We manage $20,000 - $50,000 for 100,000 customers", ""},
		{"nothing to everything", "", "Salary: $0 - $750K", ""},
		{"no currency", "", "Salary: 80,000 - 90,000", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if s := read(at(test.place, "Engineer", test.text)).Salary; s != nil {
				got = fmt.Sprintf("%g–%g %s %s", s.Min, s.Max, s.Currency, s.Period)
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestASalaryFieldBeatsTheText(t *testing.T) {
	raw := at("", "Engineer", "The salary is $150,000 - $200,000 per year.")
	raw.Pay = []source.Pay{{Min: 125000, Max: 225000, Currency: "USD", Period: alerts.PeriodYear, Predicted: true}}
	p := read(raw)
	want := &alerts.Salary{Min: 125000, Max: 225000, Currency: "USD", Period: alerts.PeriodYear, Predicted: true}
	if diff := cmp.Diff(want, p.Salary); diff != "" || p.From["salary"] != alerts.FromField {
		t.Error(diff, p.From["salary"])
	}
	raw.Pay = []source.Pay{{Min: 61000, Max: 72000, Currency: "EUR", Label: "France Annual Pay Range"}}
	if got := read(raw).Salary; got.Period != alerts.PeriodYear || got.Currency != "EUR" {
		t.Errorf("the label's period: got %+v", got)
	}
	raw.Pay = []source.Pay{{Min: 0, Max: 750000, Currency: "USD", Period: alerts.PeriodYear}}
	if got := read(raw).Salary; got.Max != 200000 {
		t.Errorf("an absurd field hides the text: got %+v", got)
	}
}

func TestSkills(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"names and spellings", "You know Golang, Postgres and k8s.", "go kubernetes postgresql"},
		{"signs", "C++, C# and .NET, Node.js", ".net c# c++ node.js"},
		{"the language", "We write our services in Go.", "go"},
		{"in a list", "Python, Go, Rust", "go python rust"},
		{"in a list in small letters", "python/go/rust", "go python rust"},
		{"the verb", "You go to market with us. Go further!", ""},
		{"the verb with a capital", "Ready? Go build with Python.", "python"},
		{"to rest and to express", "Rest assured: you can express yourself.", ""},
		{"the framework", "Experience with Spring Boot and REST APIs in Java", "java rest spring boot"},
		{"research and development", "Our R&D team, a Python script for the C-level, an M.D., and plan B", "python"},
		{"the launch", "We plan the migration to Kafka (go-live in May).", "kafka"},
		{"languages of one letter", "Experience with C, R and Python", "c python r"},
		{"spring is a season", "We meet in Spring and swift action counts.", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(read(at("", "Engineer", test.text)).Skills, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	tagged := at("", "Engineer", "We write Go services in Go.")
	tagged.Tags = []string{"Postgres", "digital nomad"}
	if got := read(tagged).Skills; strings.Join(got, " ") != "go postgresql" {
		t.Errorf("with tags: %v", got)
	}
}

func TestEducation(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Bachelor's degree in Computer Science or equivalent experience", "bachelor"},
		{"BS/MS in Computer Science", "bachelor"},
		{"Master's degree required", "master"},
		{"PhD in Machine Learning", "doctorate"},
		{"No degree required", "none"},
		{"Abgeschlossenes Studium der Informatik", "bachelor"},
		{"Master's degree preferred", ""},
		{"A PhD is a plus", ""},
		{"MS Office, and our B.S. meter is good", ""},
		{"", ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := string(read(at("", "Engineer", test.text)).Education); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestEmployment(t *testing.T) {
	tests := []struct {
		name  string
		raw   source.Raw
		want  string
		where alerts.Origin
	}{
		{"Ashby's words", source.Raw{Employment: []string{"FullTime"}}, "[full_time]", alerts.FromField},
		{"schema.org's words", source.Raw{Employment: []string{"PART_TIME", "CONTRACTOR"}}, "[part_time contract]", alerts.FromField},
		{"German words", source.Raw{Employment: []string{"berufserfahren", "Vollzeit"}}, "[full_time]", alerts.FromField},
		{"the title", at("", "Backend Engineer (Contract)", ""), "[contract]", alerts.FromText},
		{"bars", at("", "Quill | Engineer | Full-time", ""), "[full_time]", alerts.FromText},
		{"the text", at("", "Engineer", "This is a part-time position."), "[part_time]", alerts.FromText},
		{"smart contracts are none", at("", "Smart Contract Engineer", ""), "[]", ""},
		{"a full-time student is none", at("", "Engineer", "You have worked full-time somewhere before, at least for some long while."), "[]", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := read(test.raw)
			if got := fmt.Sprint(p.Employment); got != test.want || p.From["employment"] != test.where {
				t.Errorf("got %s from %q, want %s from %q", got, p.From["employment"], test.want, test.where)
			}
		})
	}
}

func TestLanguage(t *testing.T) {
	tests := []struct{ want, text string }{
		{"en", "We are looking for an engineer to join our team and help us build the services that our customers rely on."},
		{"de", "Wir suchen für unser Team in Berlin eine Entwicklerin oder einen Entwickler, die oder der mit uns die Plattform baut."},
		{"fr", "Nous recherchons pour notre équipe une personne qui aime les systèmes et qui souhaite avancer avec nous dans la durée."},
		{"es", "Buscamos para nuestro equipo una persona que quiera crecer con nosotros y que tenga experiencia en los servicios de la empresa."},
		{"nl", "Wij zoeken een ontwikkelaar die het leuk vindt om met ons team aan de diensten van onze klanten te werken."},
		{"pt", "Procuramos uma pessoa para a nossa equipe que goste de sistemas e que queira crescer com os nossos clientes no Brasil."},
		{"it", "Cerchiamo per il nostro team una persona che ami i sistemi e che voglia crescere con noi nel tempo e con la squadra."},
		{"pl", "Szukamy osoby do zespołu, która lubi systemy i chce się z nami rozwijać oraz pracować na co dzień w naszej firmie."},
		{"sv", "Vi söker en utvecklare som vill bygga tjänster med oss och som tycker att det är roligt att lära sig nya saker."},
		{"ja", "私たちはバックエンドエンジニアを募集しています。Goの経験がある方を歓迎します。"},
		{"zh", "我们正在招聘后端工程师，熟悉 Go 语言和数据库。"},
		{"uk", "Ми шукаємо розробника, який любить системи і хоче рости разом із нами."},
		{"", "Go Rust SQL Kafka"},
		{"", ""},
	}
	for _, test := range tests {
		if got := read(at("", "Engineer", test.text)).Language; got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
	page := source.Raw{Title: "Engineer", Text: "Go.", Language: "fr-CA"}
	if p := read(page); p.Language != "fr" || p.From["language"] != alerts.FromField {
		t.Errorf("a short text takes the page's language: %q from %s", p.Language, p.From["language"])
	}
}

func TestWhatASenderStatesIsKeptAndTheRestIsRead(t *testing.T) {
	said := &alerts.Posting{
		ID: "push:ats:42", Source: "push", Title: "Senior Go Developer", Company: "Quill", Class: alerts.ClassPartly,
		Skills: []string{"Golang"}, Seniority: []alerts.Seniority{alerts.SeniorityMid}, Workplace: alerts.WorkplaceRemote,
		Locations: []alerts.Location{{City: "Berlin", Country: "DE"}},
	}
	raw := source.Raw{ID: said.ID, Title: said.Title, Company: said.Company, Text: "The salary is €70,000 - €90,000 a year. We use PostgreSQL.", Settled: said}
	p := shared().Posting("push", source.Board{Name: "ats"}, raw)
	if p.ID != "push:ats:42" || p.Class != alerts.ClassPartly || strings.Join(p.Skills, " ") != "go" || p.Seniority[0] != alerts.SeniorityMid {
		t.Errorf("what was stated changed: %+v", p)
	}
	if p.Locations[0].Lat == nil || p.Locations[0].City != "Berlin" {
		t.Errorf("the place was not completed: %+v", p.Locations)
	}
	if p.Salary == nil || p.Salary.Max != 90000 || p.From["salary"] != alerts.FromText || p.From["skills"] != alerts.FromField {
		t.Errorf("what was left out was not read: %+v, %v", p.Salary, p.From)
	}
}

func TestAnEmptyRecordKnowsNothing(t *testing.T) {
	p := read(source.Raw{ID: "1", Title: "Engineer"})
	if p.Workplace != "" || p.Salary != nil || p.Education != "" || p.Language != "" || len(p.From) != 0 ||
		len(p.Skills)+len(p.Seniority)+len(p.Locations)+len(p.RemoteFrom)+len(p.Employment) != 0 {
		t.Errorf("got %+v", p)
	}
	if p.Skills == nil || p.Seniority == nil || p.Locations == nil || p.RemoteFrom == nil || p.Employment == nil {
		t.Error("a list is null in JSON")
	}
}

func FuzzPosting(f *testing.F) {
	f.Add("Senior Go Developer | Berlin | €70k-€90k", "5 days a week in the office. Salary: $1 - $2,000,000k", "San Francisco, CA / Remote (non-US)")
	f.Add("\xff\xfe", "- - - 401k .net #", ",,,((( or and /")
	f.Add("Développeur·se (Rust)", "Wednesdays work from home, Monday-Friday in the office 2-3 days/week. 58\u202f000 € à 72 500 €", "Andover, MA")
	f.Fuzz(func(t *testing.T, title, text, place string) {
		p := read(source.Raw{ID: "1", URL: "https://quill.example/1", Title: "Engineer " + title, Company: "Quill", HTML: text, PayText: title, Places: []source.Place{{Text: place}}, RemoteFrom: []string{place}})
		if err := p.Validate().Err(); err != nil {
			t.Error(err)
		}
	})
}
