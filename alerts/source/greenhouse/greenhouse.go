// Package greenhouse reads Greenhouse job boards.
//
// Address: https://boards-api.greenhouse.io/v1/boards/{token}/jobs?content=true&pay_transparency=true,
// no key, the whole board in one answer; 404 means that the board is gone. Documentation:
// https://developers.greenhouse.io/job-board.html. No terms beyond courtesy are stated; the answer
// is cached there, and conditional requests are honoured.
//
// Traps that the tests hold:
//   - content is markup whose entities are escaped once more: unescape once, then read as HTML;
//   - updated_at moves on one posting in five without any change, so it is not read at all;
//     first_published is the date of posting;
//   - pay comes as pay_input_ranges, in cents, one range for each zone; the words in the text are
//     written in the reader's habit ("€61.000") and the title of the range holds the period;
//   - the workplace, where an employer keeps it, is a custom field among metadata, whose name is
//     the employer's choice and whose value may be a word, a list, a number or null;
//   - the education field says whether the form asks about education, not what the job requires;
//   - company_name is missing from old answers.
package greenhouse

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

// Format is the Greenhouse format.
func Format() source.Format {
	return source.Format{
		Name:  "greenhouse",
		Terms: source.Terms{Every: 10 * time.Minute},
		Whole: true,
		Start: start,
		Parse: Parse,
	}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" {
		return nil, fmt.Errorf("%w: name is missing: the token in https://boards.greenhouse.io/TOKEN", source.ErrSetting)
	}
	return []source.Request{{
		URL: "https://boards-api.greenhouse.io/v1/boards/" + url.PathEscape(board.Name) + "/jobs?content=true&pay_transparency=true",
	}}, nil
}

type response struct {
	Jobs *[]json.RawMessage `json:"jobs"`
}

type job struct {
	ID             source.Text           `json:"id"`
	URL            source.Text           `json:"absolute_url"`
	Title          source.Text           `json:"title"`
	Company        source.Text           `json:"company_name"`
	Location       source.Lenient[named] `json:"location"`
	Offices        source.Many[office]   `json:"offices"`
	Departments    source.Many[named]    `json:"departments"`
	Metadata       source.Many[custom]   `json:"metadata"`
	Content        source.Text           `json:"content"`
	FirstPublished source.Text           `json:"first_published"`
	Deadline       source.Text           `json:"application_deadline"`
	Language       source.Text           `json:"language"`
	PayRanges      source.Many[payRange] `json:"pay_input_ranges"`
}

type named struct {
	Name source.Text `json:"name"`
}

type office struct {
	Location source.Text `json:"location"`
}

type custom struct {
	Name  source.Text              `json:"name"`
	Value source.Many[source.Text] `json:"value"`
}

type payRange struct {
	MinCents source.Number `json:"min_cents"`
	MaxCents source.Number `json:"max_cents"`
	Currency source.Text   `json:"currency_type"`
	Title    source.Text   `json:"title"`
}

// Parse reads the answer of a board.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var answer response
	if err := source.Decode(body, &answer); err != nil {
		return source.Page{}, err
	}
	return source.List(answer.Jobs, "a Greenhouse board has a list named jobs", func(j job) (source.Raw, bool) { return j.raw(), true })
}

func (j job) raw() source.Raw {
	raw := source.Raw{
		ID:       string(j.ID),
		URL:      string(j.URL),
		Title:    string(j.Title),
		Company:  string(j.Company),
		HTML:     html.UnescapeString(string(j.Content)),
		Language: string(j.Language),
		PostedAt: source.Time(string(j.FirstPublished)),
		Ends:     source.Time(string(j.Deadline)),
	}
	for _, department := range j.Departments {
		if department.Name != "" {
			raw.Departments = append(raw.Departments, string(department.Name))
		}
	}
	if name := j.Location.V.Name; name != "" {
		raw.Places = append(raw.Places, source.Place{Text: string(name)})
	} else {
		for _, o := range j.Offices {
			if o.Location != "" {
				raw.Places = append(raw.Places, source.Place{Text: string(o.Location)})
			}
		}
	}
	for _, field := range j.Metadata {
		readCustom(&raw, strings.ToLower(string(field.Name)), strings.Join(source.Strings(field.Value), ", "))
	}
	for _, r := range j.PayRanges {
		if r.MinCents > 0 || r.MaxCents > 0 {
			raw.Pay = append(raw.Pay, source.Pay{Min: float64(r.MinCents) / 100, Max: float64(r.MaxCents) / 100,
				Currency: string(r.Currency), Label: string(r.Title)})
		}
	}
	return raw
}

// readCustom takes from an employer's own field what its name promises.
func readCustom(raw *source.Raw, name, value string) {
	if value == "" {
		return
	}
	switch {
	case strings.Contains(name, "workplace") || strings.Contains(name, "work location type") ||
		strings.Contains(name, "location type") || strings.Contains(name, "remote"):
		if w := workplace(strings.ToLower(value)); w != "" && raw.Workplace == "" {
			raw.Workplace = w
		}
	case strings.Contains(name, "employment type") || strings.Contains(name, "time type"):
		raw.Employment = append(raw.Employment, value)
	}
}

// workplace reads a value of a custom field; one that names several says nothing.
func workplace(value string) alerts.Workplace {
	words := []struct {
		word  string
		means alerts.Workplace
	}{
		{"remote", alerts.WorkplaceRemote}, {"hybrid", alerts.WorkplaceHybrid},
		{"on-site", alerts.WorkplaceOnsite}, {"onsite", alerts.WorkplaceOnsite}, {"in office", alerts.WorkplaceOnsite},
		{"in-office", alerts.WorkplaceOnsite},
	}
	found := alerts.Workplace("")
	for _, w := range words {
		if !strings.Contains(value, w.word) {
			continue
		}
		if found != "" && found != w.means || strings.Contains(value, "not "+w.word) {
			return ""
		}
		found = w.means
	}
	return found
}
