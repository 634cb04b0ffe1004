// Package hackernews reads the monthly "Ask HN: Who is hiring?" threads.
//
// Address: https://hn.algolia.com/api/v1/search_by_date?tags=story,author_whoishiring finds the
// latest thread, and /items/{id} gives it whole; no key. Documentation: https://hn.algolia.com/api.
// No terms beyond courtesy. Only comments to the story itself are jobs; the rest is talk.
//
// Traps that the tests hold:
//   - a comment's text is HTML in which slashes are escaped;
//   - its first line is "Company | Role | Place | REMOTE | $" by habit, in any order but for the
//     company, and by no rule;
//   - one comment may hold several roles: it stays one posting, because its roles share their text
//     and its address, and a candidate for any of them wants to see it;
//   - comments are edited for two hours and vanish: absence closes them.
package hackernews

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"

	"jobalertd/alerts/source"
)

// Format is the Hacker News format.
func Format() source.Format {
	return source.Format{
		Name:  "hackernews",
		Terms: source.Terms{Every: 10 * time.Minute, Credit: "Found on Hacker News (news.ycombinator.com)"},
		Whole: true,
		Start: func(source.Board) ([]source.Request, error) {
			return []source.Request{{URL: "https://hn.algolia.com/api/v1/search_by_date?tags=story,author_whoishiring&hitsPerPage=6"}}, nil
		},
		Parse: Parse,
	}
}

type answer struct {
	Hits *[]struct {
		ID    source.Text `json:"objectID"`
		Title source.Text `json:"title"`
	} `json:"hits"`
	Children *[]json.RawMessage `json:"children"`
}

type comment struct {
	ID        source.Text `json:"id"`
	Author    source.Text `json:"author"`
	Text      source.Text `json:"text"`
	CreatedAt source.Text `json:"created_at"`
}

// Parse reads the search, which leads to the latest thread, or a thread.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var page source.Page
	var a answer
	if err := source.Decode(body, &a); err != nil {
		return page, err
	}
	switch {
	case a.Hits != nil:
		for _, hit := range *a.Hits {
			if strings.Contains(string(hit.Title), "Who is hiring") {
				page.Follow = []source.Request{{URL: "https://hn.algolia.com/api/v1/items/" + string(hit.ID)}}
				break
			}
		}
	case a.Children != nil:
		source.Records(&page, *a.Children, func(c comment) (source.Raw, bool) {
			// A deleted comment has no text.
			return c.raw(), c.Text != ""
		})
	default:
		return page, fmt.Errorf("%w: an answer has a list named hits or children", source.ErrNotThisFormat)
	}
	return page, nil
}

func (c comment) raw() source.Raw {
	raw := announcement(string(c.Text))
	raw.ID, raw.URL = string(c.ID), "https://news.ycombinator.com/item?id="+string(c.ID)
	raw.PostedAt = source.Time(string(c.CreatedAt))
	return raw
}

// announcement reads a comment's text: the first line is the title, and its first part the company.
func announcement(markup string) source.Raw {
	first, _, _ := strings.Cut(markup, "<p>")
	first = html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(first, " "))
	first, _, _ = strings.Cut(strings.TrimSpace(first), "\n")
	raw := source.Raw{HTML: markup, Title: strings.Join(strings.Fields(first), " ")}
	if company, _, ok := strings.Cut(raw.Title, "|"); ok {
		raw.Company = employer(company)
	} else {
		raw.Company = employer(leading(raw.Title))
	}
	if runes := []rune(raw.Title); len(runes) > 200 {
		raw.Title = string(runes[:200])
	}
	return raw
}

// employer drops what stands in brackets behind a company's name: its site, its batch.
func employer(s string) string {
	s, _, _ = strings.Cut(s, "(")
	s, _, _ = strings.Cut(s, "http")
	return strings.TrimSpace(strings.Trim(strings.TrimSpace(s), "-–—,:"))
}

// leading is the beginning of a line that has no bars, up to the first sign that ends a name.
func leading(s string) string {
	if i := strings.IndexAny(s, "-–—,:."); i > 0 {
		s = s[:i]
	}
	if words := strings.Fields(s); len(words) > 5 {
		return ""
	}
	return s
}
