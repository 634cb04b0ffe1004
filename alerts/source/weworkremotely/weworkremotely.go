// Package weworkremotely reads the We Work Remotely feeds.
//
// Address: https://weworkremotely.com/categories/{category}.rss, no key; the board's name is the
// category, such as remote-back-end-programming-jobs. Terms (https://weworkremotely.com/remote-job-rss-feed):
// link to its page of the job and credit it; the feed asks for an hour between two readings (ttl 60).
// A feed holds the latest items only.
//
// Traps that the tests hold:
//   - titles are "Company: Role";
//   - region is where an applicant may live, "Anywhere in the World", and the text may know better:
//     a job listed as anywhere may want three days in the office.
package weworkremotely

import (
	"bytes"
	"fmt"
	"net/url"
	"time"

	"github.com/mmcdole/gofeed"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/feed"
)

// Format is the We Work Remotely format.
func Format() source.Format {
	return source.Format{
		Name:  "weworkremotely",
		Terms: source.Terms{Every: time.Hour, Credit: "Found on We Work Remotely (weworkremotely.com)"},
		Start: start,
		Parse: Parse,
	}
}

func start(board source.Board) ([]source.Request, error) {
	if board.Name == "" {
		return nil, fmt.Errorf("%w: name is missing: a category such as remote-back-end-programming-jobs", source.ErrSetting)
	}
	return []source.Request{{URL: "https://weworkremotely.com/categories/" + url.PathEscape(board.Name) + ".rss"}}, nil
}

// Parse reads a feed.
func Parse(_ source.Board, body []byte) (source.Page, error) {
	var page source.Page
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return page, fmt.Errorf("%w: %w", source.ErrNotThisFormat, err)
	}
	if parsed.FeedType != "rss" {
		return page, fmt.Errorf("%w: We Work Remotely serves RSS, this is %s", source.ErrNotThisFormat, parsed.FeedType)
	}
	for i, item := range parsed.Items {
		if item == nil {
			continue
		}
		raw := feed.Raw(item, true)
		raw.Workplace = alerts.WorkplaceRemote
		if region := item.Custom["region"]; region != "" {
			raw.RemoteFrom = []string{region}
		}
		page.Add(i, raw)
	}
	return page, nil
}
