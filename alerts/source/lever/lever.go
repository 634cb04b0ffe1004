// Package lever reads Lever postings.
//
// Address: https://api.lever.co/v0/postings/{site}?mode=json, no key, the whole site in one answer;
// sites of the European instance answer at api.eu.lever.co, which the query setting "region: eu"
// chooses. Documentation: https://github.com/lever/postings-api. No terms beyond courtesy.
//
// Traps that the tests hold:
//   - the requirements stand in lists, not in the description;
//   - createdAt is the first creation, often years ago, and no date of posting is given: it is the
//     best there is;
//   - salaryRange.interval reads "per-year-salary", "per-hour-wage", "per-month-salary";
//   - workplaceType "unspecified" says nothing;
//   - country is an ISO code or null, and the place is free text.
package lever

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// Format is the Lever format.
func Format() source.Format {
	return source.Format{Name: "lever", Terms: source.Terms{Every: 10 * time.Minute}, Whole: true, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" {
		return nil, fmt.Errorf("%w: name is missing: the last part of https://jobs.lever.co/NAME", source.ErrSetting)
	}
	host := "api.lever.co"
	switch region := board.Query["region"]; region {
	case "", "global":
	case "eu":
		host = "api.eu.lever.co"
	default:
		return nil, fmt.Errorf("%w: query.region is %q; it can be eu, or be left out", source.ErrSetting, region)
	}
	return []source.Request{{URL: "https://" + host + "/v0/postings/" + url.PathEscape(board.Name) + "?mode=json"}}, nil
}

type posting struct {
	ID         source.Text `json:"id"`
	Text       source.Text `json:"text"`
	HostedURL  source.Text `json:"hostedUrl"`
	CreatedAt  source.Text `json:"createdAt"`
	Country    source.Text `json:"country"`
	Workplace  source.Text `json:"workplaceType"`
	Categories source.Lenient[struct {
		Location     source.Text              `json:"location"`
		AllLocations source.Many[source.Text] `json:"allLocations"`
		Commitment   source.Text              `json:"commitment"`
		Department   source.Text              `json:"department"`
		Team         source.Text              `json:"team"`
	}] `json:"categories"`
	Description source.Text `json:"description"`
	Lists       source.Many[struct {
		Text    source.Text `json:"text"`
		Content source.Text `json:"content"`
	}] `json:"lists"`
	Additional source.Text `json:"additional"`
	Salary     source.Lenient[struct {
		Currency source.Text   `json:"currency"`
		Interval source.Text   `json:"interval"`
		Min      source.Number `json:"min"`
		Max      source.Number `json:"max"`
	}] `json:"salaryRange"`
	SalaryText source.Text `json:"salaryDescriptionPlain"`
}

// Parse reads the answer of a site.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var list *[]json.RawMessage
	if err := source.Decode(body, &list); err != nil {
		return source.Page{}, err
	}
	return source.List(list, "a Lever site is a list", func(p posting) (source.Raw, bool) { return p.raw(), true })
}

func (p posting) raw() source.Raw {
	categories := p.Categories.V
	raw := source.Raw{
		ID: string(p.ID), URL: string(p.HostedURL), Title: string(p.Text), HTML: p.html(), PayText: string(p.SalaryText),
		Departments: source.Strings([]source.Text{categories.Department, categories.Team}),
		Employment:  source.Strings([]source.Text{categories.Commitment}),
		PostedAt:    source.Time(string(p.CreatedAt)),
	}
	switch p.Workplace {
	case "remote":
		raw.Workplace = alerts.WorkplaceRemote
	case "hybrid":
		raw.Workplace = alerts.WorkplaceHybrid
	case "on-site", "onsite":
		raw.Workplace = alerts.WorkplaceOnsite
	}
	places := source.Strings(categories.AllLocations)
	if main := string(categories.Location); main != "" && !slices.Contains(places, main) {
		places = append([]string{main}, places...)
	}
	for i, place := range places {
		raw.Places = append(raw.Places, source.Place{Text: place})
		if i == 0 {
			raw.Places[0].Country = string(p.Country)
		}
	}
	if pay := p.Salary.V; pay.Min > 0 || pay.Max > 0 {
		raw.Pay = []source.Pay{{Min: float64(pay.Min), Max: float64(pay.Max), Currency: string(pay.Currency), Period: source.Period(string(pay.Interval))}}
	}
	return raw
}

// html puts the parts together in the order in which the site shows them.
func (p posting) html() string {
	var b strings.Builder
	b.WriteString(string(p.Description))
	for _, list := range p.Lists {
		fmt.Fprintf(&b, "<h3>%s</h3><ul>%s</ul>", list.Text, list.Content)
	}
	b.WriteString(string(p.Additional))
	return b.String()
}
