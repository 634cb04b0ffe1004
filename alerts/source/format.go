package source

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Board is one place that a format is read from: a company's board, a feed, a search.
type Board struct {
	// Name identifies the board within its format: the company's token in the board's address. It
	// is part of posting ids and metrics, so it must not change once in use.
	Name string
	// Company is the employer to name where the response names none. Optional.
	Company string
	// URL is the address to read, for formats that are not tied to one host, such as feeds.
	URL string
	// Query narrows formats that search: what to look for, in the format's own parameters.
	Query map[string]string
	// User and Key are what the format's service gave the operator to sign requests with.
	User string
	Key  Secret
}

// Secret is a key that must not reach a log.
type Secret string

// String hides the key.
func (Secret) String() string { return "<secret>" }

// GoString hides the key.
func (Secret) GoString() string { return "<secret>" }

// ID is how the board is called everywhere outside its format: greenhouse:acme.
func (b Board) ID(format string) string { return format + ":" + b.Name }

// Employer is the company to name where a record names none: as configured, else the board's name.
func (b Board) Employer() string {
	if b.Company != "" {
		return b.Company
	}
	return b.Name
}

// Request is one page to fetch.
type Request struct {
	URL    string
	Header http.Header // beside the usual ones; may be nil
	// Once marks the page of a single listing: it need not be read again while the listing is
	// unchanged, which Stamp tells.
	Once  bool
	Stamp string
	// Robots asks for the host's robots.txt to be obeyed: the page is made for people and not for
	// programs.
	Robots bool
}

// Page is what one response holds.
type Page struct {
	Postings []Raw
	// Follow lists the requests that the response leads to: the next page, the listings' own pages.
	Follow []Request
	// Present names listings that the board shows but whose records are on pages of their own.
	Present []string
	// Refused says which records were left out and why.
	Refused []error

	at map[string]int // where in Postings an id stands
}

// Refuse notes a record that is left out: which one, and why.
func (p *Page) Refuse(record int, err error) {
	p.Refused = append(p.Refused, fmt.Errorf("record %d: %w", record, err))
}

// Terms is what a source asks of those who use it.
type Terms struct {
	// Every is the shortest time between two polls of one board.
	Every time.Duration
	// Credit is the line to print beside the source's jobs, where it asks for one.
	Credit string
}

// Format is one kind of board.
type Format struct {
	// Name is the first part of posting ids: greenhouse.
	Name  string
	Terms Terms
	// Whole is set where following all pages shows every open listing of the board, so that a
	// listing's absence means it was closed. A feed of the latest hundred does not.
	Whole bool
	// Start lists the requests that begin a poll, or says what the board's settings lack. It is
	// nil for what is pushed to us.
	Start func(Board) ([]Request, error)
	// Parse reads one response.
	Parse func(Board, []byte) (Page, error)
}

// ErrNotThisFormat is returned for a response that is not of the format at all: an error page, an
// empty body, another board's answer.
var ErrNotThisFormat = errors.New("not a response of this format")

// ErrSetting is returned by Start for a board that lacks a setting its format needs.
var ErrSetting = errors.New("board setting")

// The reasons for refusing a record.
var (
	ErrNoID    = errors.New("it has no id")
	ErrNoTitle = errors.New("it has no title")
)

// Check says whether a record has the least that a posting needs.
func (r Raw) Check() error {
	switch {
	case r.ID == "":
		return ErrNoID
	case r.Title == "":
		return ErrNoTitle
	}
	return nil
}

// Add takes a record into the page, or refuses it with the reason. Some boards repeat a record once
// for each of its places: those are joined into one.
func (p *Page) Add(record int, r Raw) {
	if err := r.Check(); err != nil {
		p.Refuse(record, err)
		return
	}
	if first, again := p.at[r.ID]; again {
		p.Postings[first].Places = append(p.Postings[first].Places, r.Places...)
		return
	}
	if p.at == nil {
		p.at = make(map[string]int)
	}
	p.at[r.ID] = len(p.Postings)
	p.Postings = append(p.Postings, r)
}
