// Package feed serves what an alert matches as an Atom feed (RFC 4287), for those who would rather
// read than be written to. The link is the only key: whoever has it may read, nobody else.
package feed

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/mailer/locale"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/web/problem"
)

// Entries is how many postings a feed shows.
const Entries = 50

// Match is a posting that an alert matches.
type Match struct {
	Seq     alerts.Seq // its place in the posting log, and so when it appeared
	Posting alerts.Posting
}

// Matches finds what a person's alert matches among the open postings, newest first; alert is empty
// for all of the person's alerts.
type Matches interface {
	Matches(ctx context.Context, id subscribers.ID, alert string, limit int) ([]Match, error)
}

// Subscribers reads a subscriber.
type Subscribers interface {
	Get(ctx context.Context, id subscribers.ID) (*subscribers.Subscriber, error)
}

// Config is what the feed says of the site it comes from.
type Config struct {
	BaseURL *url.URL // of the public listener, without a path
	Name    string   // what the site calls itself
}

// Deps is what the feed works with.
type Deps struct {
	Subscribers Subscribers
	Matches     Matches
	Tokens      *token.Minter
	Log         *slog.Logger
}

// Feed serves Atom feeds.
type Feed struct {
	Config
	Deps
}

// New makes the feed's handler.
func New(cfg Config, deps Deps) *Feed { return &Feed{Config: cfg, Deps: deps} }

// Register adds the route. A pattern cannot end in a wildcard and a suffix, so that the suffix is
// cut off here.
func (f *Feed) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /feed/{file}", func(w http.ResponseWriter, r *http.Request) {
		if err := f.serve(w, r); err != nil {
			p := problem.From(err)
			if p.Status() >= http.StatusInternalServerError {
				f.Log.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
			}
			p.Write(w)
		}
	})
}

func (f *Feed) serve(w http.ResponseWriter, r *http.Request) error {
	text, ok := strings.CutSuffix(r.PathValue("file"), ".atom")
	if !ok {
		return problem.New(problem.NotFound, "feeds end in .atom")
	}
	claims, err := f.Tokens.Check(token.Feed, text, time.Now())
	if err != nil {
		return err
	}
	sub, err := f.Subscribers.Get(r.Context(), claims.Subscriber)
	if err != nil {
		return err
	}
	if sub.State != subscribers.StateActive && sub.State != subscribers.StatePaused {
		return problem.New(problem.Gone, "the subscription behind this feed has ended")
	}
	if claims.Serial != sub.FeedSerial {
		return problem.New(problem.Gone, "this feed has a new link; the manage page has it")
	}
	title := f.Name
	if claims.Alert != "" {
		alert, ok := sub.Alert(claims.Alert)
		if !ok {
			return problem.New(problem.Gone, "the alert behind this feed has been removed")
		}
		title += ": " + alert.Name
	}
	found, err := f.Matches.Matches(r.Context(), claims.Subscriber, claims.Alert, Entries)
	if err != nil {
		return err
	}
	updated := sub.CreatedAt // never the time of the request: the feed must not look new each time
	if len(found) > 0 {
		updated = found[0].Seq.Time()
	}
	return f.write(w, r, f.atom(title, r.URL.Path, claims, updated, found), updated)
}

// write answers with the document, or 304 to a reader that has it.
func (f *Feed) write(w http.ResponseWriter, r *http.Request, doc document, updated time.Time) error {
	body, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return err
	}
	body = append([]byte(xml.Header), body...)
	sum := sha256.Sum256(body)
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("X-Robots-Tag", "noindex")
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sum[:12]))
	http.ServeContent(w, r, "", updated, bytes.NewReader(body))
	return nil
}

// The elements of RFC 4287 §4 that we write.
type (
	document struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Author  person   `xml:"author"`
		Links   []link   `xml:"link"`
		Entries []entry  `xml:"entry"`
	}
	entry struct {
		ID         string     `xml:"id"`
		Title      string     `xml:"title"`
		Updated    string     `xml:"updated"`
		Published  string     `xml:"published"`
		Author     person     `xml:"author"`
		Link       *link      `xml:"link"`
		Categories []category `xml:"category"`
		Summary    string     `xml:"summary"`
		Content    string     `xml:"content,omitempty"`
	}
	link struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	person struct {
		Name string `xml:"name"`
	}
	category struct {
		Term string `xml:"term,attr"`
	}
)

func (f *Feed) atom(title, path string, claims token.Claims, updated time.Time, found []Match) document {
	doc := document{
		ID:      f.tag("feed/" + string(claims.Subscriber) + "/" + claims.Alert),
		Title:   title,
		Updated: updated.UTC().Format(time.RFC3339),
		Author:  person{f.Name},
		Links: []link{
			{Rel: "self", Type: "application/atom+xml", Href: f.BaseURL.JoinPath(path).String()},
			{Rel: "alternate", Type: "text/html", Href: f.BaseURL.JoinPath("/").String()},
		},
	}
	for _, m := range found {
		doc.Entries = append(doc.Entries, f.entry(m))
	}
	return doc
}

func (f *Feed) entry(m Match) entry {
	p, at := m.Posting, m.Seq.Time().Format(time.RFC3339)
	e := entry{
		ID:        f.tag("posting/" + p.ID),
		Title:     p.Title + ", " + p.Company,
		Updated:   at,
		Published: at,
		Author:    person{p.Company},
		Summary:   summary(p),
	}
	if p.URL != "" {
		e.Link = &link{Rel: "alternate", Href: p.URL}
	} else {
		e.Content = cmp.Or(p.Description, p.Title) // RFC 4287 §4.1.2: an entry has a link or content
	}
	for _, skill := range p.Skills {
		e.Categories = append(e.Categories, category{skill})
	}
	return e
}

// tag is an id that stays the same wherever the feed is read from (RFC 4151).
func (f *Feed) tag(name string) string {
	return "tag:" + f.BaseURL.Hostname() + ",2026:" + (&url.URL{Path: name}).EscapedPath()
}

// summary is the posting in a few words: where, how, for how much, with what.
func summary(p alerts.Posting) string {
	const english = locale.English
	var parts []string
	for _, l := range p.Locations {
		parts = append(parts, phrase.Place(english, l.City, l.Region, l.Country, 0))
	}
	parts = append(parts, phrase.Value(english, string(p.Workplace)))
	if s := p.Salary; s != nil {
		parts = append(parts, english.Pay(s.Min, s.Max, s.Currency, string(s.Period)))
	}
	parts = append(parts, strings.Join(p.Skills, ", "))
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " · ")
}
