package classify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

func TestTheTitleDecides(t *testing.T) {
	tests := []struct {
		want   alerts.Class
		titles []string
	}{
		{alerts.ClassCore, []string{
			"Senior Backend Engineer", "Back-End Developer (m/w/d)", "Software Engineer, Backend", "Server-Side Engineer", "Backend Engineer, Security", "AI Backend Engineer",
			"Golang Developer", "Java Engineer", "Python Developer", "PHP/Laravel Developer", ".NET Developer", "Ruby on Rails Engineer", "Full Stack Engineer (Backend-Focused)",
			"高级后端工程师, NodeJs (Senior Backend Engineer)", "Backend Engineer - Customer Experience", "Distributed Systems Engineer", "API Engineer",
		}},
		{alerts.ClassPartly, []string{
			"Full Stack Engineer", "Fullstack Developer (React/Node)", "Backend / Frontend Developer", "Platform Engineer", "Software Engineer, Infrastructure", "Staff Software Engineer, Data Platform",
			"Founding Engineer", "Product Engineer", "Database Engineer", "Software Engineer", "AI Platform Engineer", "Web Developer, Marketing",
		}},
		{alerts.ClassNo, []string{
			"Frontend Engineer", "iOS Engineer", "Senior Android Developer", "DevOps Engineer", "Site Reliability Engineer", "Backend SRE", "QA Engineer (Backend)", "Software Engineer in Test", "Data Engineer",
			"Data Scientist", "Machine Learning Engineer", "Security Engineer", "Embedded Software Engineer", "Firmware Engineer", "Sales Engineer", "Solutions Engineer", "Forward Deployed Engineer",
			"Account Executive", "Product Manager, API", "Technical Recruiter", "Registered Nurse", "Mechanical Engineer", "Civil Engineer", "Go-To-Market Engineer", "Instructor - Java", "Retail Energy Ops Lead", "Director of Engineering",
			"Customer Support Associate", "Unity Developer", "",
		}},
	}
	for _, test := range tests {
		for _, title := range test.titles {
			if got, reasons := Classify(alerts.Posting{Title: title}); got != test.want {
				t.Errorf("%q: got %s, want %s, because of %+v", title, got, test.want, reasons)
			}
		}
	}
}

func TestTheTextDecidesOnASoftwareEngineer(t *testing.T) {
	tests := []struct {
		name, text string
		want       alerts.Class
	}{
		{"backend work", "You build backend services and REST APIs over PostgreSQL and Kafka.", alerts.ClassCore},
		{"experience in backend development", "5+ years of experience in backend software engineering. Experience with Postgres and MySQL.", alerts.ClassCore},
		{"both sides", "You work across the full stack: React and Next.js in front, a Go backend behind.", alerts.ClassPartly},
		{"nothing said", "We are a friendly team.", alerts.ClassPartly},
		{"graphics", "You write C++ with OpenGL and Vulkan; computer vision and image processing are an advantage, shaders too.", alerts.ClassNo},
		{"models", "You work on model training with PyTorch, deep learning and computer vision.", alerts.ClassNo},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, reasons := Classify(alerts.Posting{Title: "Senior Software Engineer", Description: test.text}); got != test.want {
				t.Errorf("got %s, want %s, because of %+v", got, test.want, reasons)
			}
		})
	}
}

func TestAManagerWhoBuildsIsPartly(t *testing.T) {
	building := "You lead the backend team, stay hands-on, and write code in our microservices every week. We run PostgreSQL and Kafka."
	if got, _ := Classify(alerts.Posting{Title: "Engineering Manager, Payments", Description: building}); got != alerts.ClassPartly {
		t.Errorf("a hands-on manager is %s", got)
	}
	if got, _ := Classify(alerts.Posting{Title: "Engineering Manager, Payments", Description: "You hire, coach and plan."}); got != alerts.ClassNo {
		t.Errorf("a manager who does not build is %s", got)
	}
}

func TestAnAnnouncementOfSeveralRolesIsTheMostBackendOne(t *testing.T) {
	tests := []struct {
		title, text string
		want        alerts.Class
	}{
		{"Quill | Frontend Engineer; Backend Engineer | Berlin", "", alerts.ClassCore},
		{"Quill | Remote (US, Canada) | Full-time", "Our openings:\nSenior Software Engineer, Back-end: Go.\nDesigner: Figma.", alerts.ClassCore},
		{"Quill | Multiple roles | London", "We look for a fullstack engineer.", alerts.ClassPartly},
		{"Quill | Product Manager | London", "Our backend engineers are nice.", alerts.ClassNo},
		{"Quill | Berlin", "We sell shoes.", alerts.ClassNo},
		{"Robot Security AI | Berlin", "We look for a backend engineer.", alerts.ClassCore},
		{"Security Engineer | Product", "Our backend engineers are nice.", alerts.ClassNo},
	}
	for _, test := range tests {
		if got, reasons := Classify(alerts.Posting{Title: test.title, Description: test.text}); got != test.want {
			t.Errorf("%q: got %s, want %s, because of %+v", test.title, got, test.want, reasons)
		}
	}
}

func TestReasonsQuoteThePosting(t *testing.T) {
	_, reasons := Classify(alerts.Posting{Title: "Senior Back-End Engineer"})
	if diff := cmp.Diff([]Reason{{Where: "title", Kind: "backend", Words: "Back-End"}}, reasons); diff != "" {
		t.Error(diff)
	}
	_, reasons = Classify(alerts.Posting{Title: "Software Engineer", Description: "You build Backend Services."})
	want := []Reason{{Where: "title", Kind: "software", Words: "Software Engineer"}, {Where: "description", Kind: "text strong", Words: "Backend Services"}}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Error(diff)
	}
}

// TestTheTableIsSound guards rules.txt against slips of the pen: a section that no rule reads, a
// phrase in two sections of one table.
func TestTheTableIsSound(t *testing.T) {
	known := map[kind]bool{}
	for _, k := range kinds() {
		known[k] = true
	}
	where, sections := map[string]string{}, map[kind]bool{}
	for section, p := range phrase.Sections(rulesFile) {
		if !known[kind(section)] {
			t.Errorf("no rule reads [%s]", section)
		}
		sections[kind(section)] = true
		table := "title "
		if strings.HasPrefix(section, "text ") {
			table = "text "
		}
		if other, twice := where[table+p]; twice {
			t.Errorf("%q stands in [%s] and in [%s]", p, other, section)
		}
		where[table+p] = section
	}
	for k := range sections {
		delete(known, k)
	}
	for k := range known {
		t.Errorf("rules.txt has no section [%s]", k)
	}
}

func FuzzClassify(f *testing.F) {
	f.Add("Senior Backend Engineer | Berlin", "We build.")
	f.Add("|;|", "")
	f.Add("A | Frontend Engineer, Backend Engineer,", "Développeur·se")
	f.Fuzz(func(t *testing.T, title, text string) {
		class, _ := Classify(alerts.Posting{Title: title, Description: text})
		if again, _ := Classify(alerts.Posting{Title: title, Description: text}); class != again || class == "" {
			t.Errorf("%q, then %q", class, again)
		}
	})
}
