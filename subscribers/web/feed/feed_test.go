package feed

import (
	"context"
	"encoding/xml"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/subscribers"
	"jobalertd/subscribers/token"
)

// shelf is one subscriber and what their alerts match.
type shelf struct {
	sub   *subscribers.Subscriber
	found []Match
	asked string
	limit int
}

func (s *shelf) Get(context.Context, subscribers.ID) (*subscribers.Subscriber, error) {
	if s.sub == nil {
		return nil, subscribers.ErrNotFound
	}
	return s.sub, nil
}

func (s *shelf) Matches(_ context.Context, _ subscribers.ID, alert string, limit int) ([]Match, error) {
	s.asked, s.limit = alert, limit
	return s.found, nil
}

var appeared = time.Date(2026, time.November, 23, 8, 30, 0, 0, time.UTC)

func reader(t interface{ Fatal(...any) }, s *shelf) (http.Handler, *token.Minter) {
	tokens, err := token.New([][]byte{[]byte("a key of sixteen or more octets")})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	base, _ := url.Parse("https://jobs.example.org")
	New(Config{BaseURL: base, Name: "Job alerts"}, Deps{Subscribers: s, Matches: s, Tokens: tokens, Log: slog.New(slog.DiscardHandler)}).Register(mux)
	return mux, tokens
}

func oneSubscriber() *shelf {
	return &shelf{
		sub: &subscribers.Subscriber{ID: "abcdefghijklm", State: subscribers.StateActive, CreatedAt: appeared.AddDate(0, -1, 0), Alerts: []subscribers.Alert{{ID: "1", Name: "Go & more"}}},
		found: []Match{
			{Seq: alerts.SeqAt(appeared), Posting: alerts.Posting{ID: "greenhouse:acme:1", URL: "https://acme.example/1?a=b&c=d", Title: "Go <developer>", Company: "Acme & Sons",
				Workplace: "remote", Locations: []alerts.Location{{City: "Berlin", Country: "DE"}}, Skills: []string{"go", "c++"},
				Salary: &alerts.Salary{Min: 80000, Max: 95000, Currency: "EUR", Period: "year"}}},
			{Seq: alerts.SeqAt(appeared.Add(-time.Hour)), Posting: alerts.Posting{ID: "push:api:2", Title: "Rust developer", Company: "Bolt", Description: "No address"}},
		},
	}
}

func get(t interface{ Fatal(...any) }, s *shelf, claims token.Claims, suffix string, header ...string) *httptest.ResponseRecorder {
	handler, tokens := reader(t, s)
	claims.Subscriber = "abcdefghijklm"
	r := httptest.NewRequest("GET", "/feed/"+tokens.Mint(claims, time.Now())+suffix, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestAFeedReaderUnderstandsTheFeed(t *testing.T) {
	s := oneSubscriber()
	w := get(t, s, token.Claims{Purpose: token.Feed, Alert: "1"}, ".atom")
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
	}
	if s.asked != "1" || s.limit != Entries {
		t.Errorf("asked for %d of alert %q", s.limit, s.asked)
	}
	feed, err := gofeed.NewParser().ParseString(w.Body.String())
	if err != nil {
		t.Fatal(err)
	}
	if feed.FeedType != "atom" || feed.Title != "Job alerts: Go & more" || !feed.UpdatedParsed.Equal(appeared) || len(feed.Items) != 2 {
		t.Errorf("%+v", feed)
	}
	if !strings.HasPrefix(feed.FeedLink, "https://jobs.example.org/feed/") || feed.Link != "https://jobs.example.org/" {
		t.Errorf("links %q and %q", feed.FeedLink, feed.Link)
	}
	first := feed.Items[0]
	if first.Title != "Go <developer>, Acme & Sons" || first.Link != "https://acme.example/1?a=b&c=d" || !first.PublishedParsed.Equal(appeared) {
		t.Errorf("%+v", first)
	}
	for _, part := range []string{"Berlin", "remote", "80,000", "95,000", "€80,000–95,000 a year", "go, c++"} {
		if !strings.Contains(first.Description, part) {
			t.Errorf("%q does not say %q", first.Description, part)
		}
	}
	if first.GUID != "tag:jobs.example.org,2026:posting/greenhouse:acme:1" || first.GUID == feed.Items[1].GUID {
		t.Errorf("ids %q, %q", first.GUID, feed.Items[1].GUID)
	}
	if feed.Items[1].Content != "No address" {
		t.Errorf("an entry without a link needs content: %+v", feed.Items[1])
	}
	if strings.Contains(w.Body.String(), "example.org/manage") {
		t.Error("a feed leads to the manage page")
	}
}

func TestAFeedIsSentOnlyWhenItHasChanged(t *testing.T) {
	s := oneSubscriber()
	claims := token.Claims{Purpose: token.Feed}
	first := get(t, s, claims, ".atom")
	etag := first.Header().Get("ETag")
	if w := get(t, s, claims, ".atom", "If-None-Match", etag); w.Code != 304 || w.Body.Len() > 0 {
		t.Errorf("unchanged: %d", w.Code)
	}
	if w := get(t, s, claims, ".atom", "If-Modified-Since", first.Header().Get("Last-Modified")); w.Code != 304 {
		t.Errorf("unchanged since: %d", w.Code)
	}
	s.found = s.found[1:]
	if w := get(t, s, claims, ".atom", "If-None-Match", etag); w.Code != 200 {
		t.Errorf("changed: %d", w.Code)
	}
	s.found = nil
	if w := get(t, s, claims, ".atom"); w.Code != 200 || !strings.Contains(w.Body.String(), "<updated>2026-10-23T08:30:00Z</updated>") {
		t.Errorf("empty: %d %s", w.Code, w.Body)
	}
}

func TestFeedsEnd(t *testing.T) {
	tests := []struct {
		name   string
		edit   func(*shelf)
		claims token.Claims
		suffix string
		status int
	}{
		{"paused people may read", func(s *shelf) { s.sub.State = subscribers.StatePaused }, token.Claims{Purpose: token.Feed}, ".atom", 200},
		{"not those who have left", func(s *shelf) { s.sub.State = subscribers.StateLeft }, token.Claims{Purpose: token.Feed}, ".atom", 410},
		{"not before confirming", func(s *shelf) { s.sub.State = subscribers.StatePending }, token.Claims{Purpose: token.Feed}, ".atom", 410},
		{"not for an alert that is gone", func(*shelf) {}, token.Claims{Purpose: token.Feed, Alert: "2"}, ".atom", 410},
		{"not for the erased", func(s *shelf) { s.sub = nil }, token.Claims{Purpose: token.Feed}, ".atom", 404},
		{"not with an unsubscribe link", func(*shelf) {}, token.Claims{Purpose: token.Unsubscribe}, ".atom", 404},
		{"not without the suffix", func(*shelf) {}, token.Claims{Purpose: token.Feed}, "", 404},
		{"not with another suffix", func(*shelf) {}, token.Claims{Purpose: token.Feed}, ".rss", 404},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := oneSubscriber()
			test.edit(s)
			if w := get(t, s, test.claims, test.suffix); w.Code != test.status {
				t.Errorf("%d, want %d", w.Code, test.status)
			}
		})
	}
}

func TestWhateverAPostingHoldsTheFeedIsXML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := oneSubscriber()
		p := &s.found[0].Posting
		p.Title, p.Company, p.URL = rapid.String().Draw(t, "title"), rapid.String().Draw(t, "company"), rapid.String().Draw(t, "url")
		p.Skills = []string{rapid.String().Draw(t, "skill")}
		s.sub.Alerts[0].Name = rapid.String().Draw(t, "name")
		w := get(t, s, token.Claims{Purpose: token.Feed, Alert: "1"}, ".atom")
		var doc document
		if err := xml.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		if len(doc.Entries) != 2 {
			t.Fatalf("%d entries", len(doc.Entries))
		}
	})
}
