// Package push reads postings that are sent to us in our own JSON form, the contract of POST
// /api/v1/postings and of `jobalertd match`: one posting, an array of them, or one a line.
//
// What a posting states is taken as it is; what it leaves out is read from its title and
// description, as for any board. Unknown fields and values outside the contract are faults that
// name the field; alerts.DecodePosting is the judge.
package push

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
)

// Name is the format's name, and the source of postings that name none.
const Name = "push"

// MaxItems is how many postings one body may hold.
const MaxItems = 10_000

// Format is the push format. It has no address: postings come to us.
func Format() source.Format {
	return source.Format{Name: Name, Parse: Parse}
}

// Item is one posting of a body: read, or refused.
type Item struct {
	Raw source.Raw
	// Err is nil, or says what is wrong: an alerts.FieldErrors where fields can be named.
	Err error
}

// Parse reads a body; what is wrong with single postings stands in the page's Refused.
func Parse(board source.Board, body []byte) (source.Page, error) {
	items, err := Items(board, body)
	var page source.Page
	for i, item := range items {
		if item.Err != nil {
			page.Refuse(i, item.Err)
			continue
		}
		page.Add(i, item.Raw)
	}
	return page, err
}

// Items reads a body into one item a posting, in its order. The error is for a body that is not
// JSON, or holds too many; the items before the fault are returned with it.
func Items(board source.Board, body []byte) ([]Item, error) {
	elements, err := split(body)
	items := make([]Item, 0, len(elements))
	for _, element := range elements {
		posting, bad := alerts.DecodePosting(element)
		if bad != nil {
			items = append(items, Item{Err: bad})
			continue
		}
		items = append(items, Item{Raw: Raw(board, &posting)})
	}
	return items, err
}

// split takes a body apart: the elements of an array, or the values that follow one another.
func split(body []byte) ([]json.RawMessage, error) {
	var elements []json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	for {
		var value json.RawMessage
		err := decoder.Decode(&value)
		switch {
		case errors.Is(err, io.EOF) && len(elements) == 0:
			return nil, fmt.Errorf("%w: the body holds no posting; send one, an array, or one a line", source.ErrNotThisFormat)
		case errors.Is(err, io.EOF):
			return elements, nil
		case err != nil:
			return elements, fmt.Errorf("%w: posting %d: %w", source.ErrNotThisFormat, len(elements), err)
		}
		list := []json.RawMessage{value}
		if value[0] == '[' {
			list = nil
			if err := json.Unmarshal(value, &list); err != nil {
				return elements, fmt.Errorf("%w: %w", source.ErrNotThisFormat, err)
			}
		}
		elements = append(elements, list...)
		if len(elements) > MaxItems {
			return nil, fmt.Errorf("%w: more than %d postings in one body; send several", source.ErrNotThisFormat, MaxItems)
		}
	}
}

// Raw is the record of a posting that was sent to us: what the posting leaves out is read from its
// text when the record is normalized.
func Raw(board source.Board, p *alerts.Posting) source.Raw {
	// An id in the form source:board:id is kept: it was printed by us, or by another jobalertd.
	if strings.Count(p.ID, ":") < 2 {
		name := board.Name
		if name == "" {
			name = "api"
		}
		p.ID = Name + ":" + name + ":" + p.ID
	}
	if p.Source == "" {
		p.Source, _, _ = strings.Cut(p.ID, ":")
	}
	r := source.Raw{ID: p.ID, URL: p.URL, Title: p.Title, Company: p.Company, Text: p.Description, PostedAt: p.PostedAt, Settled: p}
	if p.ValidThrough != nil {
		r.Ends = *p.ValidThrough
	}
	return r
}
