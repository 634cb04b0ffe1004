// Package personio reads the XML feed of Personio career pages.
//
// Address: https://{company}.jobs.personio.de/xml?language=en, no key, the whole page in one answer.
// Documentation: https://support.personio.de/hc/en-us/articles/207576365. No terms beyond courtesy.
//
// Traps that the tests hold:
//   - a position may be repeated once for each office under the same id: one record;
//   - the feed holds no address: it is the company's page and /job/{id};
//   - "permanent" is a contract and "full-time" a schedule; both are employment;
//   - seniority "experienced" says no rung that candidates search for, and years stand apart;
//   - a document type declaration is refused: no feed needs one, and entities can be bombs.
package personio

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"jobalertd/alerts/source"
)

// Format is the Personio format.
func Format() source.Format {
	return source.Format{Name: "personio", Terms: source.Terms{Every: 15 * time.Minute}, Whole: true, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if !regexp.MustCompile(`^[a-zA-Z0-9-]+$`).MatchString(board.Name) {
		return nil, fmt.Errorf("%w: name %q is not the company in https://COMPANY.jobs.personio.de", source.ErrSetting, board.Name)
	}
	return []source.Request{{URL: page(board) + "/xml?language=en"}}, nil
}

func page(board source.Board) string { return "https://" + board.Name + ".jobs.personio.de" }

type position struct {
	ID         string   `xml:"id"`
	Name       string   `xml:"name"`
	Subcompany string   `xml:"subcompany"`
	Office     string   `xml:"office"`
	Additional []string `xml:"additionalOffices>office"`
	Department string   `xml:"department"`
	Employment string   `xml:"employmentType"`
	Schedule   string   `xml:"schedule"`
	Seniority  string   `xml:"seniority"`
	CreatedAt  string   `xml:"createdAt"`
	Parts      []struct {
		Name  string `xml:"name"`
		Value string `xml:"value"`
	} `xml:"jobDescriptions>jobDescription"`
}

// Parse reads a feed.
func Parse(board source.Board, body []byte) (source.Page, error) {
	var out source.Page
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("encoding %s", charset)
	}
	root := false
	for record := 0; ; {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF) && root:
			return out, nil
		case errors.Is(err, io.EOF):
			return source.Page{}, fmt.Errorf("%w: a Personio feed is a list named workzag-jobs", source.ErrNotThisFormat)
		case err != nil:
			return source.Page{}, fmt.Errorf("%w: %w", source.ErrNotThisFormat, err)
		}
		switch element := token.(type) {
		case xml.Directive:
			return source.Page{}, fmt.Errorf("%w: it holds a document type declaration", source.ErrNotThisFormat)
		case xml.StartElement:
			if element.Name.Local == "workzag-jobs" {
				root = true
				continue
			}
			if !root || element.Name.Local != "position" {
				continue
			}
			var p position
			if err := decoder.DecodeElement(&p, &element); err != nil {
				return source.Page{}, fmt.Errorf("%w: position %d: %w", source.ErrNotThisFormat, record, err)
			}
			out.Add(record, p.raw(board))
			record++
		}
	}
}

func (p position) raw(board source.Board) source.Raw {
	id := strings.TrimSpace(p.ID)
	raw := source.Raw{
		ID: id, URL: page(board) + "/job/" + id, Title: strings.TrimSpace(p.Name), Company: strings.TrimSpace(p.Subcompany),
		Departments: nonempty(p.Department), Employment: nonempty(p.Employment, p.Schedule), PostedAt: source.Time(p.CreatedAt),
	}
	if level := strings.TrimSpace(p.Seniority); level != "experienced" {
		raw.Seniority = nonempty(level)
	}
	for _, office := range nonempty(append([]string{p.Office}, p.Additional...)...) {
		raw.Places = append(raw.Places, source.Place{Text: office})
	}
	var html strings.Builder
	for _, part := range p.Parts {
		fmt.Fprintf(&html, "<h3>%s</h3>%s", part.Name, part.Value)
	}
	raw.HTML = html.String()
	return raw
}

func nonempty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
