// Package smartrecruiters reads SmartRecruiters company pages.
//
// Address: https://api.smartrecruiters.com/v1/companies/{id}/postings?limit=100&offset=, no key, and
// the same with /{posting} for the text of one. Documentation:
// https://developers.smartrecruiters.com/docs/posting-api. No terms beyond courtesy.
//
// Traps that the tests hold:
//   - the list has no text: each posting is a request of its own, so it is read once, and again only
//     when its release date moves;
//   - a page is at most 100, and the end is where offset reaches totalFound;
//   - country codes are in small letters, coordinates are strings;
//   - hybrid and office work often stand in a custom field only ("Work flexibility: Office-based"),
//     beside remote and hybrid flags that are both false.
package smartrecruiters

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// pageSize is the most that the service gives at a time.
const pageSize = 100

// Format is the SmartRecruiters format.
func Format() source.Format {
	return source.Format{Name: "smartrecruiters", Terms: source.Terms{Every: 30 * time.Minute}, Whole: true, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" {
		return nil, fmt.Errorf("%w: name is missing: the company in https://careers.smartrecruiters.com/NAME", source.ErrSetting)
	}
	return []source.Request{list(board, 0)}, nil
}

func list(board source.Board, offset int) source.Request {
	return source.Request{URL: fmt.Sprintf("%s?limit=%d&offset=%d", address(board), pageSize, offset)}
}

func address(board source.Board) string {
	return "https://api.smartrecruiters.com/v1/companies/" + url.PathEscape(board.Name) + "/postings"
}

type answer struct {
	Content *[]json.RawMessage `json:"content"`
	Total   int                `json:"totalFound"`
	Offset  int                `json:"offset"`
	// A single posting has these instead.
	ID    source.Text      `json:"id"`
	JobAd *json.RawMessage `json:"jobAd"`
}

type named struct {
	Label source.Text `json:"label"`
	Code  source.Text `json:"code"`
}

type posting struct {
	ID       source.Text `json:"id"`
	Name     source.Text `json:"name"`
	Released source.Text `json:"releasedDate"`
	Company  source.Lenient[struct {
		Name       source.Text `json:"name"`
		Identifier source.Text `json:"identifier"`
	}] `json:"company"`
	Location source.Lenient[struct {
		City    source.Text   `json:"city"`
		Region  source.Text   `json:"region"`
		Country source.Text   `json:"country"`
		Full    source.Text   `json:"fullLocation"`
		Remote  bool          `json:"remote"`
		Hybrid  bool          `json:"hybrid"`
		Lat     source.Number `json:"latitude"`
		Lon     source.Number `json:"longitude"`
	}] `json:"location"`
	Department source.Lenient[named] `json:"department"`
	Function   source.Lenient[named] `json:"function"`
	Employment source.Lenient[named] `json:"typeOfEmployment"`
	Level      source.Lenient[named] `json:"experienceLevel"`
	Language   source.Lenient[named] `json:"language"`
	Custom     source.Many[struct {
		Label source.Text `json:"fieldLabel"`
		Value source.Text `json:"valueLabel"`
	}] `json:"customField"`
	JobAd source.Lenient[struct {
		Sections struct {
			Company        section `json:"companyDescription"`
			Job            section `json:"jobDescription"`
			Qualifications section `json:"qualifications"`
			More           section `json:"additionalInformation"`
		} `json:"sections"`
	}] `json:"jobAd"`
	PostingURL source.Text `json:"postingUrl"`
}

type section struct {
	Title source.Text `json:"title"`
	Text  source.Text `json:"text"`
}

// Parse reads a page of the list, which leads to each posting's own page, or such a page.
func Parse(board source.Board, body []byte) (source.Page, error) {
	var page source.Page
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return page, err
	}
	switch {
	case a.Content != nil:
		readList(&page, board, a)
	case a.ID != "" && a.JobAd != nil:
		source.Records(&page, []json.RawMessage{body}, func(p posting) (source.Raw, bool) { return p.raw(), true })
	default:
		return page, fmt.Errorf("%w: a SmartRecruiters answer has a list named content, or a jobAd", source.ErrNotThisFormat)
	}
	return page, nil
}

func readList(page *source.Page, board source.Board, a answer) {
	for i, element := range *a.Content {
		var p posting
		if err := json.Unmarshal(element, &p); err != nil || p.ID == "" {
			page.Refuse(i, source.ErrNoID)
			continue
		}
		page.Present = append(page.Present, string(p.ID))
		page.Follow = append(page.Follow, source.Request{
			URL: address(board) + "/" + url.PathEscape(string(p.ID)), Once: true, Stamp: string(p.Released),
		})
	}
	if next := a.Offset + len(*a.Content); len(*a.Content) > 0 && next < a.Total {
		page.Follow = append([]source.Request{list(board, next)}, page.Follow...)
	}
}

func (p posting) raw() source.Raw {
	place := p.Location.V
	raw := source.Raw{
		ID: string(p.ID), Title: string(p.Name), Company: string(p.Company.V.Name), URL: string(p.PostingURL),
		Departments: source.Strings([]source.Text{p.Department.V.Label, p.Function.V.Label}),
		Employment:  source.Strings([]source.Text{p.Employment.V.Label}),
		Seniority:   source.Strings([]source.Text{p.Level.V.Label}),
		Language:    string(p.Language.V.Code),
		PostedAt:    source.Time(string(p.Released)),
		HTML:        p.html(),
		Workplace:   p.workplace(),
	}
	if raw.URL == "" {
		raw.URL = "https://jobs.smartrecruiters.com/" + url.PathEscape(string(p.Company.V.Identifier)) + "/" + url.PathEscape(string(p.ID))
	}
	at := source.Place{Text: string(place.Full), City: string(place.City), Region: string(place.Region), Country: strings.ToUpper(string(place.Country))}
	if place.Lat != 0 || place.Lon != 0 {
		lat, lon := float64(place.Lat), float64(place.Lon)
		at.Lat, at.Lon = &lat, &lon
	}
	raw.Places = []source.Place{at}
	return raw
}

// workplace reads the flags, where one is set, else the custom field. Both flags false say nothing.
func (p posting) workplace() alerts.Workplace {
	switch {
	case p.Location.V.Hybrid:
		return alerts.WorkplaceHybrid
	case p.Location.V.Remote:
		return alerts.WorkplaceRemote
	}
	for _, field := range p.Custom {
		value := strings.ToLower(string(field.Value))
		switch {
		case strings.Contains(value, "hybrid"):
			return alerts.WorkplaceHybrid
		case strings.Contains(value, "office-based") || strings.Contains(value, "on-site") || strings.Contains(value, "onsite"):
			return alerts.WorkplaceOnsite
		case value == "remote" || strings.Contains(value, "fully remote"):
			return alerts.WorkplaceRemote
		}
	}
	return ""
}

func (p posting) html() string {
	var b strings.Builder
	s := p.JobAd.V.Sections
	for _, part := range []section{s.Job, s.Qualifications, s.More, s.Company} {
		if part.Text != "" {
			b.WriteString("<h3>" + string(part.Title) + "</h3>" + string(part.Text))
		}
	}
	return b.String()
}
