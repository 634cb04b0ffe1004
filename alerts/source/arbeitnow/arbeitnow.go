// Package arbeitnow reads the Arbeitnow job board.
//
// Address: https://www.arbeitnow.com/api/job-board-api, no key, 100 a page from the newest, updated
// hourly. Terms (the answer's meta.terms): do not abuse, and link back. The pages go on for years,
// so a poll reads the first five and nothing is closed by its absence.
//
// Traps that the tests hold:
//   - most texts are German: "(m/w/d)", "Berufserfahren";
//   - job_types mixes experience ("berufserfahren") with kinds of contract;
//   - created_at is seconds since 1970; remote false is the form's default.
package arbeitnow

import (
	"encoding/json"
	"time"

	"jobalertd/alerts/source"
)

const (
	address  = "https://www.arbeitnow.com/api/job-board-api"
	maxPages = 5
)

// Format is the Arbeitnow format.
func Format() source.Format {
	return source.Format{
		Name:  "arbeitnow",
		Terms: source.Terms{Every: time.Hour, Credit: "Found on Arbeitnow (www.arbeitnow.com)"},
		Start: func(source.Board) ([]source.Request, error) { return []source.Request{{URL: address}}, nil },
		Parse: Parse,
	}
}

type answer struct {
	Data  *[]json.RawMessage `json:"data"`
	Links struct {
		Next source.Text `json:"next"`
	} `json:"links"`
	Meta struct {
		Page int `json:"current_page"`
	} `json:"meta"`
}

type job struct {
	Slug        source.Text              `json:"slug"`
	Company     source.Text              `json:"company_name"`
	Title       source.Text              `json:"title"`
	Description source.Text              `json:"description"`
	Remote      bool                     `json:"remote"`
	URL         source.Text              `json:"url"`
	Tags        source.Many[source.Text] `json:"tags"`
	Types       source.Many[source.Text] `json:"job_types"`
	Location    source.Text              `json:"location"`
	CreatedAt   source.Text              `json:"created_at"`
}

// Parse reads one page.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return source.Page{}, err
	}
	page, err := source.List(a.Data, "an Arbeitnow answer has a list named data", func(j job) (source.Raw, bool) { return j.raw(), true })
	if a.Links.Next != "" && a.Meta.Page < maxPages {
		page.Follow = []source.Request{{URL: string(a.Links.Next)}}
	}
	return page, err
}

func (j job) raw() source.Raw {
	raw := source.Raw{
		ID: string(j.Slug), URL: string(j.URL), Title: string(j.Title), Company: string(j.Company), HTML: string(j.Description),
		Tags: source.Strings(j.Tags), Employment: source.Strings(j.Types), PostedAt: source.Time(string(j.CreatedAt)),
		Places: []source.Place{{Text: string(j.Location)}},
	}
	if j.Remote {
		raw.Remote = &j.Remote
	}
	return raw
}
