package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/push"
	"jobalertd/subscribers/web/problem"
)

// pushed tells what became of one posting.
type pushed struct {
	// Index is its place in the body, from 0.
	Index  int                `json:"index"`
	ID     string             `json:"id,omitempty"`
	Status string             `json:"status"`
	Errors alerts.FieldErrors `json:"errors,omitempty"`
}

// rejected is the status of a posting that was not taken in.
const rejected = "rejected"

// errMiscounted means that the posting log did not answer for each posting.
var errMiscounted = errors.New("the posting log did not answer for each posting")

// push takes postings in: one, an array, or one a line.
func (a *API) push(w http.ResponseWriter, r *http.Request) error {
	if !a.authorized(r) {
		return problem.New(problem.Unsigned, "send Authorization: Bearer and one of the posting keys of the configuration")
	}
	body, err := read(w, r, maxPush, "application/json", "application/x-ndjson", "application/ndjson", "application/jsonl")
	if err != nil {
		return err
	}
	answer, err := a.doOnce(r, body, func(string) ([]byte, error) {
		results, err := a.takeIn(r.Context(), body)
		if err != nil {
			return nil, err
		}
		return json.Marshal(map[string]any{"results": results})
	})
	if err != nil {
		return err
	}
	send(w, http.StatusOK, answer)
	return nil
}

// takeIn takes in what it can of a body, and tells what became of each posting.
func (a *API) takeIn(ctx context.Context, body []byte) ([]pushed, error) {
	items, err := push.Items(source.Board{}, body)
	if err != nil {
		return nil, problem.New(problem.Malformed, "%v", err)
	}
	results, good := sift(items)
	if len(good) == 0 {
		return nil, nothingAccepted(results)
	}
	became, err := a.Postings.Push(ctx, good)
	if err != nil {
		return nil, err
	}
	if len(became) != len(good) {
		return nil, errMiscounted
	}
	next := 0
	for i := range results {
		if results[i].Status != rejected {
			results[i].Status = became[next]
			next++
		}
	}
	return results, nil
}

// sift parts the good postings from the bad. There is a result for each item, not yet final for the
// good ones.
func sift(items []push.Item) (results []pushed, good []alerts.Posting) {
	for i, item := range items {
		if item.Err == nil {
			results = append(results, pushed{Index: i, ID: item.Raw.Settled.ID})
			good = append(good, *item.Raw.Settled)
			continue
		}
		fields, ok := errors.AsType[alerts.FieldErrors](item.Err)
		if !ok {
			fields.Addf("", "%v", item.Err)
		}
		results = append(results, pushed{Index: i, Status: rejected, Errors: fields})
	}
	return results, good
}

func nothingAccepted(results []pushed) error {
	p := problem.New(problem.Invalid, "none of the %d postings could be accepted", len(results))
	p.Results = results
	if len(results) == 1 {
		p.Detail, p.Fields = "the posting could not be accepted", results[0].Errors
	}
	return p
}
