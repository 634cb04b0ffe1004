// Package remoteok reads the Remote OK list.
//
// Address: https://remoteok.com/api, no key, the latest hundred or so. Terms (the first element of
// the answer): link back to its page of the job with a followed link, and name Remote OK as the
// source. Nothing is closed by its absence.
//
// Traps that the tests hold:
//   - the first element is the legal notice, not a job;
//   - texts are UTF-8 read as Latin-1 and encoded again: "SÃ£o Paulo";
//   - a sentence against robots is put into every text, "Please mention the word **X** and tag …",
//     which would make each fetch of a posting a new text: it is taken out;
//   - salary_min and salary_max are 0 where unknown, and have no currency: US dollars a year by the
//     site's own page;
//   - many jobs are not remote, whatever the name says: the text decides.
package remoteok

import (
	"encoding/json"
	"regexp"
	"time"
	"unicode/utf8"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// Format is the Remote OK format.
func Format() source.Format {
	return source.Format{
		Name:  "remoteok",
		Terms: source.Terms{Every: time.Hour, Credit: "Found on Remote OK (remoteok.com)"},
		Start: func(source.Board) ([]source.Request, error) {
			return []source.Request{{URL: "https://remoteok.com/api"}}, nil
		},
		Parse: Parse,
	}
}

type job struct {
	Legal       source.Text              `json:"legal"`
	ID          source.Text              `json:"id"`
	Date        source.Text              `json:"date"`
	Company     source.Text              `json:"company"`
	Position    source.Text              `json:"position"`
	Tags        source.Many[source.Text] `json:"tags"`
	Description source.Text              `json:"description"`
	Location    source.Text              `json:"location"`
	Min         source.Number            `json:"salary_min"`
	Max         source.Number            `json:"salary_max"`
	URL         source.Text              `json:"url"`
}

// Parse reads the list.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var list *[]json.RawMessage
	if err := source.Decode(body, &list); err != nil {
		return source.Page{}, err
	}
	robots := regexp.MustCompile(`(?s)Please mention the word \*\*.*?(?:see they're human\.|$)`)
	return source.List(list, "a Remote OK answer is a list", func(j job) (source.Raw, bool) {
		raw := source.Raw{
			ID: string(j.ID), URL: string(j.URL), Title: mended(string(j.Position)), Company: mended(string(j.Company)),
			HTML: robots.ReplaceAllString(mended(string(j.Description)), ""), Tags: source.Strings(j.Tags), PostedAt: source.Time(string(j.Date)),
		}
		if j.Location != "" {
			raw.Places = []source.Place{{Text: mended(string(j.Location))}}
		}
		if j.Min > 0 || j.Max > 0 {
			raw.Pay = []source.Pay{{Min: float64(j.Min), Max: float64(j.Max), Currency: "USD", Period: alerts.PeriodYear}}
		}
		return raw, j.Legal == "" || j.ID != ""
	})
}

// mended undoes a double encoding: where every character fits a byte, and those bytes are UTF-8
// beyond ASCII, they are the text.
func mended(s string) string {
	bytes := make([]byte, 0, len(s))
	wide := false
	for _, r := range s {
		if r > 0xff {
			return s
		}
		wide = wide || r >= 0x80
		bytes = append(bytes, byte(r))
	}
	if !wide || !utf8.Valid(bytes) {
		return s
	}
	return string(bytes)
}
