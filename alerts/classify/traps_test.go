package classify

import (
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts"
)

// The titles below are invented; each stands for a way of naming jobs that many employers share.

func TestTitlesOfManyMarkets(t *testing.T) {
	tests := []struct {
		want   alerts.Class
		titles []string
	}{
		{alerts.ClassCore, []string{
			"Développeur·se backend senior (H/F)", "Ingénieur·e backend, API partenaires", "Desarrollador/a backend", "Backend-Entwickler:in (m/w/d)",
			"Entwickler:in für Schnittstellen und APIs", "Software Engineer, Public API", "Senior Engineer, Partner APIs", "Ingeniero de software backend", "Backend-ontwikkelaar",
			"Golang Engineer, Field Data",
		}},
		{alerts.ClassPartly, []string{
			"SW Engineer", "Softwareentwickler:in", "Werkstudent Softwareentwicklung", "Programador/a", "Sviluppatore software", "Ingénieur·e logiciel", "Mjukvaruutvecklare",
			"Ingeniero/a de plataforma", "Plattform-Entwickler:in (m/w/d)", "Founding Senior Engineer", "Software Engineer - Industry AI", "Founding Engineer - AI Frontdesk",
			"Engineering Manager, Backend",
		}},
		{alerts.ClassNo, []string{
			"Développeur·se front-end (H/F)", "Desarrollador/a frontend", "Founding Designer", "Founding Account Executive", "Founding Product Manager", "Founding AI Engineer",
			"API Solutions Architect", "Product Manager, APIs", "Solutions Engineering Manager", "Data Engineer", "MLOps Engineer", "AI Engineer", "Ingeniero/a de datos",
			"Member of Technical Staff - ML Research Engineer", "Software Engineer, Robotics", "Engineering Manager, Machine Learning", "Requirements Engineer Softwareentwicklung",
			"Telecommunications Architect", "Projektentwickler (m/w/d) für erneuerbare Energien",
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

func TestTradesOfDataAndModelsArePartlyWhereTheyBuildServices(t *testing.T) {
	services := "You build backend services and REST APIs in Python over PostgreSQL and Kafka, and own our microservices."
	models := "You train models with PyTorch: deep learning, computer vision, statistics. Some backend services and microservices."
	for _, title := range []string{"AI Engineer", "Senior Data Engineer", "Machine Learning Engineer", "Founding AI Engineer"} {
		if got, reasons := Classify(alerts.Posting{Title: title, Description: services}); got != alerts.ClassPartly {
			t.Errorf("%s who builds services: %s, because of %+v", title, got, reasons)
		}
		if got, reasons := Classify(alerts.Posting{Title: title, Description: models}); got != alerts.ClassNo {
			t.Errorf("%s who trains models: %s, because of %+v", title, got, reasons)
		}
	}
}

func TestATeamOfAnotherTradeMayDoServerSideWork(t *testing.T) {
	tests := []struct {
		name, title, text string
		want              alerts.Class
	}{
		{"services for robots", "Software Engineer, Robotics", "You build backend services, REST APIs and microservices over PostgreSQL.", alerts.ClassPartly},
		{"robots", "Software Engineer, Robotics", "You write firmware for robots, with lidar sensors and ROS.", alerts.ClassNo},
		{"a language of the server side", "Python Engineer, Simulation", "You build backend services over PostgreSQL and Kafka.", alerts.ClassCore},
		{"a language in a laboratory", "Python Engineer, Simulation", "You write simulation and statistics with matlab.", alerts.ClassNo},
	}
	for _, test := range tests {
		if got, reasons := Classify(alerts.Posting{Title: test.title, Description: test.text}); got != test.want {
			t.Errorf("%s: got %s, want %s, because of %+v", test.name, got, test.want, reasons)
		}
	}
}

func TestRolesThatAnAnnouncementListsAreJudgedOneByOne(t *testing.T) {
	tests := []struct {
		title string
		want  alerts.Class
	}{
		{"Quill | Frontend Engineer, Backend Engineer, Design Engineer | Berlin", alerts.ClassCore},
		{"Quill | Backend / Frontend Developer | Berlin", alerts.ClassPartly},
		{"Quill | Frontend Engineer, Backend | Berlin", alerts.ClassPartly},
		{"Quill | QA Engineer, Mobile Engineer | Berlin", alerts.ClassNo},
	}
	for _, test := range tests {
		if got, reasons := Classify(alerts.Posting{Title: test.title}); got != test.want {
			t.Errorf("%q: got %s, want %s, because of %+v", test.title, got, test.want, reasons)
		}
	}
}

// TestARungAndACompanyChangeNoClass holds for whatever stands around the trade.
func TestARungAndACompanyChangeNoClass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trade := rapid.SampledFrom([]string{"Backend Engineer", "Full Stack Developer", "Frontend Engineer", "Platform Engineer", "Data Scientist", "DevOps Engineer", "QA Engineer", "Go Developer", "Account Executive"}).Draw(t, "trade")
		rung := rapid.SampledFrom([]string{"", "Senior ", "Sr. ", "Staff ", "Junior ", "Lead ", "Principal "}).Draw(t, "rung")
		tail := rapid.SampledFrom([]string{"", " (m/w/d)", " II", " - Berlin", " (Remote)", ", EMEA"}).Draw(t, "tail")
		want, _ := Classify(alerts.Posting{Title: trade})
		if got, reasons := Classify(alerts.Posting{Title: rung + trade + tail}); got != want {
			t.Fatalf("%q: got %s, want %s, because of %+v", rung+trade+tail, got, want, reasons)
		}
	})
}
