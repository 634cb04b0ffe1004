// Package ashby reads Ashby job boards.
//
// Address: https://api.ashbyhq.com/posting-api/job-board/{name}?includeCompensation=true, no key,
// the whole board in one answer. The name is case-sensitive and may hold spaces. Documentation:
// https://developers.ashbyhq.com/docs/public-job-posting-api. No terms beyond courtesy are stated.
//
// Traps that the tests hold:
//   - a record with isListed false is not for the public and is left out;
//   - isRemote is null on one posting in six, and contradicts the text on others, so it is passed
//     on as a bare flag; workplaceType, where there is one, is a field made for the purpose;
//   - several salary components mean several zones or bases: the first that is a salary counts;
//     equity, bonus and commission are not salary;
//   - the response names no company.
package ashby

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// Format is the Ashby format.
func Format() source.Format {
	return source.Format{
		Name:  "ashby",
		Terms: source.Terms{Every: 10 * time.Minute},
		Whole: true,
		Start: start,
		Parse: Parse,
	}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" {
		return nil, fmt.Errorf("%w: name is missing: the last part of https://jobs.ashbyhq.com/NAME", source.ErrSetting)
	}
	return []source.Request{{
		URL: "https://api.ashbyhq.com/posting-api/job-board/" + url.PathEscape(board.Name) + "?includeCompensation=true",
	}}, nil
}

type response struct {
	Jobs *[]json.RawMessage `json:"jobs"`
}

type job struct {
	ID                 source.Text                  `json:"id"`
	Title              source.Text                  `json:"title"`
	Department         source.Text                  `json:"department"`
	Team               source.Text                  `json:"team"`
	EmploymentType     source.Text                  `json:"employmentType"`
	Location           source.Text                  `json:"location"`
	SecondaryLocations source.Many[place]           `json:"secondaryLocations"`
	Address            source.Lenient[address]      `json:"address"`
	PublishedAt        source.Text                  `json:"publishedAt"`
	IsListed           *bool                        `json:"isListed"`
	IsRemote           *bool                        `json:"isRemote"`
	WorkplaceType      source.Text                  `json:"workplaceType"`
	JobURL             source.Text                  `json:"jobUrl"`
	DescriptionHTML    source.Text                  `json:"descriptionHtml"`
	DescriptionPlain   source.Text                  `json:"descriptionPlain"`
	Compensation       source.Lenient[compensation] `json:"compensation"`
}

type place struct {
	Location source.Text             `json:"location"`
	Address  source.Lenient[address] `json:"address"`
}

type address struct {
	Postal struct {
		Locality source.Text `json:"addressLocality"`
		Region   source.Text `json:"addressRegion"`
		Country  source.Text `json:"addressCountry"`
	} `json:"postalAddress"`
}

type compensation struct {
	Summary    source.Text            `json:"compensationTierSummary"`
	Components source.Many[component] `json:"summaryComponents"`
}

type component struct {
	Type     source.Text   `json:"compensationType"`
	Interval source.Text   `json:"interval"`
	Currency source.Text   `json:"currencyCode"`
	Min      source.Number `json:"minValue"`
	Max      source.Number `json:"maxValue"`
}

// Parse reads the answer of a board.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var answer response
	if err := source.Decode(body, &answer); err != nil {
		return source.Page{}, err
	}
	return source.List(answer.Jobs, "an Ashby board has a list named jobs", func(j job) (source.Raw, bool) {
		listed := j.IsListed == nil || *j.IsListed
		return j.raw(), listed
	})
}

func (j job) raw() source.Raw {
	raw := source.Raw{
		ID:          string(j.ID),
		URL:         string(j.JobURL),
		Title:       string(j.Title),
		Departments: source.Strings([]source.Text{j.Department, j.Team}),
		HTML:        string(j.DescriptionHTML),
		Text:        string(j.DescriptionPlain),
		Workplace:   workplace(string(j.WorkplaceType)),
		Remote:      j.IsRemote,
		Employment:  source.Strings([]source.Text{j.EmploymentType}),
		PostedAt:    source.Time(string(j.PublishedAt)),
		Pay:         pay(j.Compensation.V.Components),
	}
	raw.Places = append(raw.Places, at(j.Location, j.Address.V))
	for _, second := range j.SecondaryLocations {
		raw.Places = append(raw.Places, at(second.Location, second.Address.V))
	}
	return raw
}

func at(text source.Text, a address) source.Place {
	return source.Place{
		Text:    string(text),
		City:    string(a.Postal.Locality),
		Region:  string(a.Postal.Region),
		Country: string(a.Postal.Country),
	}
}

func workplace(word string) alerts.Workplace {
	switch strings.ToLower(word) {
	case "remote":
		return alerts.WorkplaceRemote
	case "hybrid":
		return alerts.WorkplaceHybrid
	case "onsite", "on-site":
		return alerts.WorkplaceOnsite
	}
	return ""
}

// pay keeps the salary components. The interval reads "1 YEAR", "1 MONTH", "1 HOUR".
func pay(components []component) []source.Pay {
	var out []source.Pay
	for _, c := range components {
		if c.Type != "Salary" || c.Min <= 0 && c.Max <= 0 {
			continue
		}
		out = append(out, source.Pay{Min: float64(c.Min), Max: float64(c.Max), Currency: string(c.Currency), Period: source.Period(string(c.Interval))})
	}
	return out
}
