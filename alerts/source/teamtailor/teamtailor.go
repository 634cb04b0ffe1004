// Package teamtailor reads the job feeds of Teamtailor career sites.
//
// Address: the career site and /jobs.json: JSON Feed 1.1, no key, whose items carry a schema.org
// JobPosting. The board's url setting is the career site. No terms beyond courtesy.
//
// Traps that the tests hold:
//   - jobLocation is a list, and its region may be a part of the world ("Europe");
//   - the posting's id is the item's, not the number in its markup;
//   - the text is the item's content_html, and stands in the markup in some feeds only;
//   - next_url leads to the next page.
package teamtailor

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jobalertd/alerts/source"
	"jobalertd/alerts/source/jsonld"
)

// Format is the Teamtailor format.
func Format() source.Format {
	return source.Format{Name: "teamtailor", Terms: source.Terms{Every: 15 * time.Minute}, Whole: true, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" || !strings.HasPrefix(board.URL, "https://") {
		return nil, fmt.Errorf("%w: name and url are needed: the career site, https://career.example.com", source.ErrSetting)
	}
	return []source.Request{{URL: strings.TrimSuffix(board.URL, "/") + "/jobs.json"}}, nil
}

type feed struct {
	Title   source.Text        `json:"title"`
	NextURL source.Text        `json:"next_url"`
	Items   *[]json.RawMessage `json:"items"`
}

type item struct {
	ID        source.Text                       `json:"id"`
	URL       source.Text                       `json:"url"`
	Title     source.Text                       `json:"title"`
	HTML      source.Text                       `json:"content_html"`
	Published source.Text                       `json:"date_published"`
	Posting   source.Lenient[jsonld.JobPosting] `json:"_jobposting"`
}

// Parse reads one page of a feed.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var f feed
	if err := source.Decode(body, &f); err != nil {
		return source.Page{}, err
	}
	page, err := source.List(f.Items, "a Teamtailor feed has a list named items", func(i item) (source.Raw, bool) {
		raw := i.Posting.V.Raw()
		raw.ID, raw.URL, raw.Title = string(i.ID), string(i.URL), string(i.Title)
		if i.HTML != "" {
			raw.HTML = string(i.HTML)
		}
		if raw.Company == "" {
			raw.Company = string(f.Title)
		}
		if raw.PostedAt.IsZero() {
			raw.PostedAt = source.Time(string(i.Published))
		}
		return raw, true
	})
	if f.NextURL != "" {
		page.Follow = []source.Request{{URL: string(f.NextURL)}}
	}
	return page, err
}
