package alertform

import (
	"context"
	"math"
	"net/http"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/subscribers/web/api"
	"jobalertd/subscribers/web/pages/shell"
	"jobalertd/subscribers/web/problem"
)

// Postings tells what a filter would bring.
type Postings interface {
	Preview(ctx context.Context, f alerts.Filter, now time.Time) (api.Preview, error)
}

// Preview is what an alert would bring, in words.
type Preview struct {
	Line string // 12 open jobs match, about 5 a week.
	Jobs []Job
}

// Job is a posting as a page lists it.
type Job struct {
	Title, Company, URL string
	Facts               string // place, workplace, pay
}

// Look asks what a filter would bring, for a form to show. Who has asked too often reads that in its
// place, and the answer gets the status of that.
func Look(w http.ResponseWriter, r *http.Request, from Postings, t *shell.Texts, f alerts.Filter, now time.Time) (*Preview, int, error) {
	found, err := from.Preview(r.Context(), f, now)
	if told := problem.From(err); err != nil && told.Kind == problem.TooMany {
		told.SetHeaders(w.Header())
		return &Preview{Line: t.Say("preview.too-many")}, told.Status(), nil
	}
	if err != nil {
		return nil, 0, err
	}
	return newPreview(t, found), http.StatusOK, nil
}

// newPreview puts a preview into words.
func newPreview(t *shell.Texts, found api.Preview) *Preview {
	p := &Preview{Line: t.Say("preview.none")}
	if found.Open > 0 {
		p.Line = t.Count("preview.open", found.Open) + weekly(t, found.PerWeek) + "."
	}
	for _, s := range found.Samples {
		p.Jobs = append(p.Jobs, NewJob(t, alerts.Posting{
			Title: s.Title, Company: s.Company, URL: s.URL, Workplace: s.Workplace, Locations: s.Locations, Salary: s.Salary,
		}))
	}
	return p
}

// weekly says how many jobs come in a week; nothing where none has come of late.
func weekly(t *shell.Texts, n float64) string {
	switch {
	case n == 0:
		return ""
	case n < 1:
		return t.Say("preview.week.rare")
	}
	return t.Count("preview.week", int(math.Round(n)))
}

// places is how many places of a job are listed.
const places = 3

// NewJob puts a posting into words.
func NewJob(t *shell.Texts, p alerts.Posting) Job {
	var facts []string
	add := func(fact string) {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	for _, l := range p.Locations[:min(places, len(p.Locations))] {
		add(phrase.Place(t.Locale, l.City, "", l.Country, 0))
	}
	if p.Workplace != "" {
		add(t.Label("filter.workplace", string(p.Workplace)))
	}
	if s := p.Salary; s != nil && !s.Predicted {
		add(t.Locale.Pay(s.Min, s.Max, s.Currency, string(s.Period)))
	}
	return Job{Title: p.Title, Company: p.Company, URL: webURL(p.URL), Facts: strings.Join(facts, " · ")}
}

// webURL is an address that a page may link to; empty for any other.
func webURL(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}
