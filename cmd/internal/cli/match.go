package cli

import (
	"bufio"
	"encoding/json"
	"errors"

	"jobalertd/alerts"
	"jobalertd/cmd/internal/cli/console"
)

// matchCmd is `jobalertd match`.
type matchCmd struct {
	Filters   string `required:"" placeholder:"FILE" help:"Filters, one JSON a line; - is standard input."`
	Postings  string `required:"" placeholder:"FILE" help:"Postings, one JSON a line; - is standard input."`
	Explain   bool   `help:"Add a reason for each facet the filter sets."`
	KeepGoing bool   `help:"Leave faulty lines out instead of doing nothing."`
}

// pair is one line of output: this posting matches this filter.
type pair struct {
	Filter  string                         `json:"filter"`
	Posting string                         `json:"posting"`
	Reasons map[alerts.Facet]alerts.Reason `json:"reasons,omitempty"`
}

// Run implements the command.
func (c *matchCmd) Run(w *World) error {
	if c.Filters == "-" && c.Postings == "-" {
		return console.UsageError("only one of --filters and --postings can be standard input")
	}
	filters, err := console.EachLine(w, c.Filters, c.KeepGoing, decodeFilter)
	if err != nil {
		return err
	}
	postings, err := console.EachLine(w, c.Postings, c.KeepGoing, alerts.DecodePosting)
	if err != nil {
		return err
	}
	matchers := make([]alerts.Matcher, len(filters))
	for i, f := range filters {
		matchers[i] = alerts.NewMatcher(f)
	}
	out := bufio.NewWriter(w.Stdout)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for i := range postings {
		prepared := alerts.Prepare(&postings[i])
		for j := range filters {
			verdict := matchers[j].Judge(prepared)
			if !verdict.Match {
				continue
			}
			p := pair{Filter: filters[j].ID, Posting: postings[i].ID}
			if c.Explain {
				p.Reasons = reasons(verdict)
			}
			if err := lines.Encode(p); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

func decodeFilter(line []byte) (alerts.Filter, error) {
	f, err := alerts.DecodeFilter(line)
	if err == nil && f.ID == "" {
		err = errors.New(`id: it is missing; give each filter a name, "id":"f1"`)
	}
	return f, err
}

func reasons(v alerts.Verdict) map[alerts.Facet]alerts.Reason {
	all := map[alerts.Facet]alerts.Reason{}
	for _, r := range v.Reasons {
		all[r.Facet] = r
	}
	return all
}
