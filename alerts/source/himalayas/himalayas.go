// Package himalayas reads the Himalayas list of remote jobs.
//
// Address: https://himalayas.app/jobs/api?limit=20, no key; since August 2026 paged by cursor
// (nextCursor), offset being deprecated. Documentation and terms: https://himalayas.app/api: credit
// Himalayas and link to its page of the job. The list holds some 100,000 jobs from the newest, so a
// poll reads the first pages only and nothing is closed by its absence.
//
// Traps that the tests hold:
//   - moments are seconds since 1970; expiryDate is a true end;
//   - locationRestrictions is where an applicant may live, not a place of work; an empty list is
//     anywhere;
//   - salaryPeriod reads "hourly", "annual".
package himalayas

import (
	"encoding/json"
	"net/url"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

const address = "https://himalayas.app/jobs/api?limit=20"

// Format is the Himalayas format.
func Format() source.Format {
	return source.Format{
		Name:  "himalayas",
		Terms: source.Terms{Every: time.Hour, Credit: "Found on Himalayas (himalayas.app)"},
		Start: func(source.Board) ([]source.Request, error) { return []source.Request{{URL: address}}, nil },
		Parse: Parse,
	}
}

type answer struct {
	Jobs   *[]json.RawMessage `json:"jobs"`
	Cursor source.Text        `json:"nextCursor"`
}

type job struct {
	Title       source.Text               `json:"title"`
	Company     source.Text               `json:"companyName"`
	Employment  source.Text               `json:"employmentType"`
	Min         source.Number             `json:"minSalary"`
	Max         source.Number             `json:"maxSalary"`
	Period      source.Text               `json:"salaryPeriod"`
	Currency    source.Text               `json:"currency"`
	Seniority   source.Many[source.Text]  `json:"seniority"`
	Reach       *source.Many[source.Text] `json:"locationRestrictions"`
	Categories  source.Many[source.Text]  `json:"categories"`
	Description source.Text               `json:"description"`
	Published   source.Text               `json:"pubDate"`
	Expires     source.Text               `json:"expiryDate"`
	GUID        source.Text               `json:"guid"`
}

// Parse reads one page of the list.
func Parse(board source.Board, body []byte) (source.Page, error) {
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return source.Page{}, err
	}
	page, err := source.List(a.Jobs, "a Himalayas answer has a list named jobs", func(j job) (source.Raw, bool) { return j.raw(), true })
	if a.Cursor != "" && board.Query["pages"] == "all" {
		page.Follow = []source.Request{{URL: address + "&cursor=" + url.QueryEscape(string(a.Cursor))}}
	}
	return page, err
}

func (j job) raw() source.Raw {
	raw := source.Raw{
		ID: string(j.GUID), URL: string(j.GUID), Title: string(j.Title), Company: string(j.Company), HTML: string(j.Description),
		Employment: source.Strings([]source.Text{j.Employment}), Seniority: source.Strings(j.Seniority), Tags: source.Strings(j.Categories),
		Workplace: alerts.WorkplaceRemote, PostedAt: source.Time(string(j.Published)), Ends: source.Time(string(j.Expires)),
	}
	if j.Reach != nil {
		raw.RemoteFrom = source.Strings(*j.Reach)
		if len(raw.RemoteFrom) == 0 {
			raw.RemoteFrom = []string{"Worldwide"}
		}
	}
	if j.Min > 0 || j.Max > 0 {
		raw.Pay = []source.Pay{{Min: float64(j.Min), Max: float64(j.Max), Currency: string(j.Currency), Period: source.Period(string(j.Period))}}
	}
	return raw
}
