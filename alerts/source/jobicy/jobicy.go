// Package jobicy reads the Jobicy list of remote jobs.
//
// Address: https://jobicy.com/api/v2/remote-jobs?count=50, no key; the query settings geo, industry
// and tag narrow it. Terms (the answer's friendlyNotice): credit Jobicy with a link to its page of
// the job, and ask no more than a few times a day. The list is the latest only.
//
// Traps that the tests hold:
//   - titles and companies hold HTML entities;
//   - jobGeo is where an applicant may live: "LATAM,  Canada,  USA", "Anywhere";
//   - the salary fields are there only when known;
//   - jobLevel "Any" says nothing.
package jobicy

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// Format is the Jobicy format.
func Format() source.Format {
	return source.Format{
		Name:  "jobicy",
		Terms: source.Terms{Every: 6 * time.Hour, Credit: "Found on Jobicy (jobicy.com)"},
		Start: start,
		Parse: Parse,
	}
}

func start(board source.Board) ([]source.Request, error) {
	values := url.Values{"count": {"50"}}
	for key, value := range board.Query {
		if key != "geo" && key != "industry" && key != "tag" {
			return nil, fmt.Errorf("%w: query.%s is unknown; it can be geo, industry, tag", source.ErrSetting, key)
		}
		values.Set(key, value)
	}
	return []source.Request{{URL: "https://jobicy.com/api/v2/remote-jobs?" + values.Encode()}}, nil
}

type answer struct {
	Jobs *[]json.RawMessage `json:"jobs"`
}

type job struct {
	ID          source.Text              `json:"id"`
	URL         source.Text              `json:"url"`
	Title       source.Text              `json:"jobTitle"`
	Company     source.Text              `json:"companyName"`
	Industry    source.Many[source.Text] `json:"jobIndustry"`
	Type        source.Many[source.Text] `json:"jobType"`
	Geo         source.Text              `json:"jobGeo"`
	Level       source.Text              `json:"jobLevel"`
	Description source.Text              `json:"jobDescription"`
	Published   source.Text              `json:"pubDate"`
	Min         source.Number            `json:"salaryMin"`
	Max         source.Number            `json:"salaryMax"`
	Currency    source.Text              `json:"salaryCurrency"`
	Period      source.Text              `json:"salaryPeriod"`
}

// Parse reads the list.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return source.Page{}, err
	}
	return source.List(a.Jobs, "a Jobicy answer has a list named jobs", func(j job) (source.Raw, bool) { return j.raw(), true })
}

func (j job) raw() source.Raw {
	raw := source.Raw{
		ID: string(j.ID), URL: string(j.URL), Title: html.UnescapeString(string(j.Title)), Company: html.UnescapeString(string(j.Company)),
		HTML: string(j.Description), Departments: source.Strings(j.Industry), Employment: source.Strings(j.Type),
		Workplace: alerts.WorkplaceRemote, PostedAt: source.Time(string(j.Published)),
	}
	if j.Level != "Any" {
		raw.Seniority = source.Strings([]source.Text{j.Level})
	}
	for part := range strings.SplitSeq(string(j.Geo), ",") {
		if part = strings.TrimSpace(part); part != "" {
			raw.RemoteFrom = append(raw.RemoteFrom, part)
		}
	}
	if j.Min > 0 || j.Max > 0 {
		raw.Pay = []source.Pay{{Min: float64(j.Min), Max: float64(j.Max), Currency: string(j.Currency), Period: source.Period(string(j.Period))}}
	}
	return raw
}
