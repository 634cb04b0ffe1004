// Package feed reads jobs from any RSS, Atom or JSON Feed.
//
// Address: the board's url setting. A feed holds the latest items only, so nothing is closed by its
// absence. The parser is gofeed.
//
// Traps that the tests hold:
//   - the id is the guid, else the link;
//   - an item's title may be "Company: Role", where the query setting "title: company" says so.
package feed

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"jobalertd/alerts/source"
)

// Format is the format of feeds.
func Format() source.Format {
	return source.Format{Name: "feed", Terms: source.Terms{Every: 30 * time.Minute}, Start: start, Parse: Parse}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" || !strings.HasPrefix(board.URL, "https://") && !strings.HasPrefix(board.URL, "http://") {
		return nil, fmt.Errorf("%w: name and url are needed: the address of the feed", source.ErrSetting)
	}
	return []source.Request{{URL: board.URL}}, nil
}

// Parse reads a feed.
func Parse(board source.Board, body []byte) (source.Page, error) {
	var page source.Page
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return page, fmt.Errorf("%w: %w", source.ErrNotThisFormat, err)
	}
	for i, item := range feed.Items {
		if item != nil {
			page.Add(i, Raw(item, board.Query["title"] == "company"))
		}
	}
	return page, nil
}

// Raw is the record of an item; companyFirst says that its title is "Company: Role".
func Raw(item *gofeed.Item, companyFirst bool) source.Raw {
	raw := source.Raw{
		ID: strings.TrimSpace(item.GUID), URL: strings.TrimSpace(item.Link), Title: strings.TrimSpace(item.Title), HTML: item.Content, Tags: item.Categories,
	}
	if raw.ID == "" {
		raw.ID = raw.URL
	}
	if raw.HTML == "" {
		raw.HTML = item.Description
	}
	if company, role, ok := strings.Cut(raw.Title, ": "); ok && companyFirst {
		raw.Company, raw.Title = strings.TrimSpace(company), strings.TrimSpace(role)
	}
	switch {
	case item.PublishedParsed != nil:
		raw.PostedAt = item.PublishedParsed.UTC()
	case item.UpdatedParsed != nil:
		raw.PostedAt = item.UpdatedParsed.UTC()
	}
	return raw
}
