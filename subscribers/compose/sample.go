package compose

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render"
	"jobalertd/subscribers"
)

// Sample is a mail of the kind as somebody might get it, about jobs at companies that do not exist. Its
// links lead nowhere.
func Sample(kind mailer.Kind, speech locale.Locale, baseURL string, now time.Time) (render.Mail, error) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return render.Mail{}, fmt.Errorf("making a sample: %w", err)
	}
	to, err := mailer.ParseAddress("reader@example.com")
	if err != nil {
		return render.Mail{}, fmt.Errorf("making a sample: %w", err)
	}
	m := sampleMail(kind, baseURL, now)
	m.To, m.Locale, m.Zone = to, speech.String(), zone
	about := sampleAlerts(kind)
	for _, a := range about {
		m.Alerts = append(m.Alerts, inWords(speech, a, zone, now))
	}
	if kind == mailer.KindAlert || kind == mailer.KindDigest || kind == mailer.KindWelcome {
		for _, p := range samplePostings(now) {
			job := jobWords(speech, &p, "")
			job.Why = phrase.Why(speech, alerts.NewMatcher(about[0].Filter).Match(&p))
			m.Jobs = append(m.Jobs, job)
		}
	}
	if kind == mailer.KindDigest {
		m.More, m.Links.More = 3, baseURL+"/more/sample"
	}
	return m, nil
}

// Preview is a mail of the kind as a subscriber would get it now about the last of the postings that
// match, at most maxJobs; in another language than theirs where one is named. Its links lead nowhere: a
// preview is no key.
func (c *Composer) Preview(ctx context.Context, kind mailer.Kind, id subscribers.ID, language string, ids []string, maxJobs int, now time.Time) (render.Mail, error) {
	sub, err := c.store.Get(ctx, id)
	if err != nil {
		return render.Mail{}, err
	}
	m := sampleMail(kind, c.cfg.BaseURL, now)
	m.To, m.Locale, m.Zone, m.SourceSite = sub.Address, sub.Locale, sub.Location(), sub.Consent.Source
	about := sub.Alerts
	if p := sub.Proposal; p != nil && (kind == mailer.KindConfirm || len(about) == 0) {
		about, m.Locale, m.Zone, m.SourceSite = p.Alerts, p.Locale, p.Location(), p.Given.Source
	}
	if news := kind == mailer.KindAlert || kind == mailer.KindDigest; news && len(about) > 1 {
		about = about[:1]
	}
	m.Locale = cmp.Or(language, m.Locale)
	speech := locale.Negotiate(m.Locale)
	for _, a := range about {
		m.Alerts = append(m.Alerts, inWords(speech, a, m.Zone, now))
	}
	if kind == mailer.KindAlert || kind == mailer.KindDigest || kind == mailer.KindWelcome {
		found, err := c.offers.GetAll(ctx, ids)
		if err == nil {
			err = found[0].Err
		}
		if err != nil {
			return render.Mail{}, err
		}
		jobs := c.jobs(speech, found[0].Jobs, about, now)
		slices.Reverse(jobs)
		m.Jobs = jobs[:min(len(jobs), maxJobs)]
		m.More = len(jobs) - len(m.Jobs)
	}
	return m, nil
}

// sampleMail is a mail of the kind to nobody about nothing, with links that lead nowhere.
func sampleMail(kind mailer.Kind, baseURL string, now time.Time) render.Mail {
	m := render.Mail{
		Letter: mailer.Letter{ID: mailer.LetterID("sample", string(kind)), Kind: kind}, Now: now,
		Links: render.Links{
			Manage: baseURL + "/manage/sample", Unsubscribe: baseURL + "/unsubscribe/sample", UnsubscribeAll: baseURL + "/unsubscribe/sample-all",
		},
	}
	switch kind {
	case mailer.KindConfirm, mailer.KindReconfirm, mailer.KindMove:
		m.Links.Confirm, m.Until = baseURL+"/confirm/sample", now.AddDate(0, 0, 7)
	case mailer.KindManage:
		m.Until = now.AddDate(0, 0, 1)
	case mailer.KindWelcome, mailer.KindAlert, mailer.KindDigest, mailer.KindMoved:
	}
	return m
}

// sampleAlerts is the one alert that news is about, or two.
func sampleAlerts(kind mailer.Kind) []subscribers.Alert {
	berlin := subscribers.Alert{
		Name: "Go, Berlin", Cadence: alerts.Cadence{Every: alerts.EveryDaily, Hour: 8},
		Filter: alerts.Filter{
			Skills:    alerts.SkillSet{Any: []string{"go", "rust"}},
			Places:    []alerts.Place{{City: "Berlin", Country: "DE", RadiusKM: 50}},
			SalaryMin: &alerts.SalaryMin{Amount: 80_000, Currency: "EUR", Period: alerts.PeriodYear},
		},
	}
	if kind == mailer.KindAlert || kind == mailer.KindDigest {
		return []subscribers.Alert{berlin}
	}
	return []subscribers.Alert{berlin, {
		Name: "Kafka, remote", Cadence: alerts.Cadence{Every: alerts.EveryInstant},
		Filter: alerts.Filter{Skills: alerts.SkillSet{All: []string{"kafka"}}, Workplace: []alerts.Workplace{alerts.WorkplaceRemote}},
	}}
}

func samplePostings(now time.Time) []alerts.Posting {
	posted := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	berlin := []alerts.Location{{City: "Berlin", Country: "DE"}}
	return []alerts.Posting{
		{
			ID: "sample:ledgerlark:1", Title: "Senior Backend Engineer, Payments (Go)", Company: "Ledgerlark", URL: "https://jobs.ledgerlark.example/4411",
			Class: alerts.ClassCore, Skills: []string{"go", "postgresql"}, Locations: berlin, PostedAt: posted(1), Workplace: alerts.WorkplaceHybrid,
			Seniority: []alerts.Seniority{alerts.SenioritySenior}, Employment: []alerts.Employment{alerts.EmploymentFullTime},
			Salary: &alerts.Salary{Min: 85_000, Max: 105_000, Currency: "EUR", Period: alerts.PeriodYear},
		}, {
			ID: "sample:nimbus:2", Title: "Staff Software Engineer – Distributed Storage", Company: "Nimbus & Söhne", URL: "https://boards.example.net/nimbus/jobs/77120?ref=alerts",
			Class: alerts.ClassCore, Skills: []string{"go", "rust"}, Workplace: alerts.WorkplaceRemote, RemoteFrom: []string{"DE"}, PostedAt: posted(2),
			Locations: berlin, Seniority: []alerts.Seniority{alerts.SeniorityStaff},
			Salary: &alerts.Salary{Min: 110_000, Max: 130_000, Currency: "EUR", Period: alerts.PeriodYear},
		}, {
			ID: "sample:wattwanderer:3", Title: "Backend Developer (m/w/d) Plattform", Company: "Wattwanderer GmbH", URL: "https://wattwanderer.example/karriere/backend",
			Class: alerts.ClassCore, Skills: []string{"go", "kafka"}, Workplace: alerts.WorkplaceOnsite, PostedAt: posted(3),
			Locations: []alerts.Location{{City: "Potsdam", Country: "DE"}}, Seniority: []alerts.Seniority{alerts.SenioritySenior},
		},
	}
}
