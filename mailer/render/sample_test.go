package render

import (
	"testing"
	"time"

	"jobalertd/mailer"
)

func address(t testing.TB, s string) mailer.Address {
	t.Helper()
	a, err := mailer.ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func config(t testing.TB) Config {
	return Config{
		Product:       "Backend Job Alerts",
		From:          address(t, "alerts@jobs.example.com"),
		ReplyTo:       address(t, "hello@jobs.example.com"),
		ListID:        "alerts.jobs.example.com",
		BounceDomain:  "bounces.jobs.example.com",
		FeedbackID:    "jobalertd",
		PostalAddress: "Example Jobs Ltd\n12 Harbour Street\nDublin D02 XY45, Ireland",
		BaseURL:       "https://jobs.example.com/",
	}
}

func renderer(t testing.TB, cfg Config) *Renderer {
	t.Helper()
	r, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sample is a complete mail of the kind, on Tuesday 24 November 2026 in Berlin.
func sample(t testing.TB, kind mailer.Kind) Mail {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 7, 0, 4, 0, time.UTC)
	m := Mail{
		Letter: mailer.Letter{ID: mailer.LetterID("sample", string(kind)), Kind: kind},
		To:     address(t, "robin@example.org"), Locale: "en-IE", Zone: berlin, Now: now,
		SourceSite: "jobs.example.com",
		Alerts: []Alert{{
			Name: "Go in Berlin", Cadence: "Every day at 08:00", Next: now.Add(24 * time.Hour).Truncate(time.Hour),
			Filter: []string{"Backend jobs, senior or staff", "Go or Rust, and PostgreSQL", "Berlin and 50 km around, or remote from Germany", "At least €80,000 a year, or no salary stated"},
		}},
		Links: Links{
			Manage:          "https://jobs.example.com/manage/bT9xk2",
			Unsubscribe:     "https://jobs.example.com/unsubscribe/u7Qp0a",
			UnsubscribeAll:  "https://jobs.example.com/unsubscribe/aLL4zz",
			UnsubscribeMail: "mailto:unsubscribe@jobs.example.com?subject=u7Qp0a",
		},
	}
	second := Alert{Name: "Platform, remote", Cadence: "At once", Filter: []string{"Backend and platform jobs", "Remote, anywhere in the EU"}}
	switch kind {
	case mailer.KindConfirm:
		m.Alerts = append(m.Alerts, second)
		m.Links = Links{Confirm: "https://jobs.example.com/confirm/c0nF1rmT0k3n", UnsubscribeAll: "https://jobs.example.com/unsubscribe/aLL4zz"}
		m.Until = now.Add(48 * time.Hour)
	case mailer.KindWelcome:
		m.Alerts = append(m.Alerts, second)
		m.Jobs = sampleJobs()[:3]
	case mailer.KindAlert:
		m.Jobs = sampleJobs()[1:2]
	case mailer.KindDigest:
		m.Jobs, m.More, m.Links.More = sampleJobs(), 3, "https://jobs.example.com/more/m0r3"
	case mailer.KindManage:
		m.Links = Links{Manage: m.Links.Manage}
		m.Until = now.Add(24 * time.Hour)
	case mailer.KindMove:
		m.Links = Links{Confirm: "https://jobs.example.com/confirm/m0v3"}
		m.Until = now.Add(7 * 24 * time.Hour)
	case mailer.KindMoved:
		m.Links = Links{Unsubscribe: m.Links.Unsubscribe}
	case mailer.KindReconfirm:
		m.Links.Confirm = "https://jobs.example.com/confirm/r3c0nf1rm"
		m.Until = now.Add(14 * 24 * time.Hour)
	}
	return m
}

func sampleJobs() []Job {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	return []Job{
		{
			Title: "Senior Backend Engineer, Payments (Go)", Company: "Ledgerlark", URL: "https://jobs.ledgerlark.example/4411",
			Place: "Berlin, Germany", Pay: "€85,000–105,000 a year", Posted: day(23), Facts: []string{"Hybrid", "Senior", "Full-time"},
			Why: "Go and PostgreSQL, in Berlin, pays at least €80,000",
		}, {
			Title: "Staff Software Engineer – Distributed Storage", Company: "Nimbus & Söhne", URL: "https://boards.example.net/nimbus/jobs/77120?ref=alerts&gh_jid=77120",
			Place: "Remote, Germany", Pay: "€110,000–130,000 a year", Posted: day(23), Facts: []string{"Remote", "Staff", "Full-time"},
			Why: "Rust and PostgreSQL, remote from Germany", AlsoAt: []string{"Munich", "Vienna"}, Credit: "Remotive",
		}, {
			Title: "Backend Developer (m/w/d) Plattform", Company: "Wattwanderer GmbH", URL: "https://wattwanderer.example/karriere/backend",
			Place: "Potsdam, Germany", Posted: day(22), Facts: []string{"On site", "Senior"},
			Why: "Go and PostgreSQL, 27 km from Berlin; no salary stated",
		}, {
			Title: "Site Reliability & API Engineer", Company: "Kettlecloud", URL: "https://kettlecloud.example/jobs/31",
			Place: "Berlin, Germany", Pay: "€520 a day", Posted: day(22), Facts: []string{"Hybrid", "Contract"},
			Why: "Go, in Berlin, pays at least €80,000 a year", AlsoAt: []string{"Hamburg"},
		},
	}
}
