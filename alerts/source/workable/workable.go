// Package workable reads the job widgets of Workable accounts.
//
// Address: https://apply.workable.com/api/v1/widget/accounts/{account}?details=true, no key, the
// whole account in one answer. Documentation: https://help.workable.com/hc/en-us/articles/115012771647.
// No terms beyond courtesy.
//
// Traps that the tests hold:
//   - a job with several places is repeated once for each, under the same shortcode: one record with
//     several places;
//   - telecommuting is a bare flag;
//   - places come as fields and again as a list, in which some are hidden.
package workable

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"jobalertd/alerts/source"
)

// Format is the Workable format.
func Format() source.Format {
	return source.Format{Name: "workable", Terms: source.Terms{Every: 15 * time.Minute}, Whole: true, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" {
		return nil, fmt.Errorf("%w: name is missing: the account in https://apply.workable.com/NAME", source.ErrSetting)
	}
	return []source.Request{{URL: "https://apply.workable.com/api/v1/widget/accounts/" + url.PathEscape(board.Name) + "?details=true"}}, nil
}

type answer struct {
	Name source.Text        `json:"name"`
	Jobs *[]json.RawMessage `json:"jobs"`
}

type job struct {
	Shortcode     source.Text `json:"shortcode"`
	Title         source.Text `json:"title"`
	URL           source.Text `json:"url"`
	Telecommuting *bool       `json:"telecommuting"`
	Department    source.Text `json:"department"`
	Function      source.Text `json:"function"`
	Employment    source.Text `json:"employment_type"`
	Experience    source.Text `json:"experience"`
	Education     source.Text `json:"education"`
	Description   source.Text `json:"description"`
	Published     source.Text `json:"published_on"`
	City          source.Text `json:"city"`
	State         source.Text `json:"state"`
	Country       source.Text `json:"country"`
	Locations     source.Many[struct {
		City    source.Text `json:"city"`
		Region  source.Text `json:"region"`
		Country source.Text `json:"country"`
		Hidden  bool        `json:"hidden"`
	}] `json:"locations"`
}

// Parse reads the answer of an account.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return source.Page{}, err
	}
	return source.List(a.Jobs, "a Workable account has a list named jobs", func(j job) (source.Raw, bool) { return j.raw(string(a.Name)), true })
}

func (j job) raw(company string) source.Raw {
	raw := source.Raw{
		ID: string(j.Shortcode), URL: string(j.URL), Title: string(j.Title), Company: company, HTML: string(j.Description),
		Departments: source.Strings([]source.Text{j.Department, j.Function}),
		Employment:  source.Strings([]source.Text{j.Employment}), Seniority: source.Strings([]source.Text{j.Experience}),
		Education: string(j.Education), Remote: j.Telecommuting, PostedAt: source.Time(string(j.Published)),
	}
	for _, l := range j.Locations {
		if !l.Hidden {
			raw.Places = append(raw.Places, source.Place{City: string(l.City), Region: string(l.Region), Country: string(l.Country)})
		}
	}
	if len(raw.Places) == 0 {
		raw.Places = []source.Place{{City: string(j.City), Region: string(j.State), Country: string(j.Country)}}
	}
	return raw
}
