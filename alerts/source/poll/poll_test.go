package poll

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/fetch"
)

// web is the Internet: a page for each address, its version being its own ETag.
type web struct {
	pages map[string]string
	fail  map[string]error
	asked []string
}

func (w *web) Get(_ context.Context, request source.Request, known fetch.Validators) (fetch.Response, error) {
	w.asked = append(w.asked, request.URL)
	if err := w.fail[request.URL]; err != nil {
		return fetch.Response{}, err
	}
	body := w.pages[request.URL]
	if known.ETag != "" && known.ETag == body {
		return fetch.Response{NotModified: true, Validators: known}, nil
	}
	return fetch.Response{Body: []byte(body), Validators: fetch.Validators{ETag: body}}, nil
}

// lines is a format whose page is words: a posting's id, >address to follow, !address of a single
// listing with its stamp, ? for a record that makes no sense, garbage for no page at all.
func lines() source.Format {
	return source.Format{
		Name: "lines", Whole: true, Terms: source.Terms{Every: time.Hour},
		Start: func(b source.Board) ([]source.Request, error) {
			if b.Name == "" {
				return nil, source.ErrSetting
			}
			return []source.Request{{URL: "start"}}, nil
		},
		Parse: func(_ source.Board, body []byte) (source.Page, error) {
			var page source.Page
			for i, word := range strings.Fields(string(body)) {
				switch {
				case word == "garbage":
					return page, source.ErrNotThisFormat
				case word == "?":
					page.Refuse(i, source.ErrNoTitle)
				case word[0] == '>':
					page.Follow = append(page.Follow, source.Request{URL: word[1:]})
				case word[0] == '!':
					id, stamp, _ := strings.Cut(word[1:], "@")
					page.Present = append(page.Present, id)
					page.Follow = append(page.Follow, source.Request{URL: id, Once: true, Stamp: stamp})
				default:
					page.Add(i, source.Raw{ID: word, Title: word})
				}
			}
			return page, nil
		},
	}
}

type plain struct{}

func (plain) Posting(format string, board source.Board, raw source.Raw) alerts.Posting {
	return alerts.Posting{ID: board.ID(format) + ":" + raw.ID}
}

// book is a posting log that remembers what it was told.
type book struct {
	committed, reconciled []string
	boards                []string
	err                   error
}

func (b *book) Commit(_ context.Context, postings []alerts.Posting) ([]string, error) {
	if b.err != nil {
		return nil, b.err
	}
	results := make([]string, len(postings))
	for i, p := range postings {
		b.committed = append(b.committed, p.ID)
		results[i] = "new"
	}
	return results, nil
}

func (b *book) Reconcile(_ context.Context, board string, listings []string) (int, error) {
	b.boards, b.reconciled = append(b.boards, board), listings
	return 3, nil
}

// street is a poller with everything around it.
type street struct {
	*Poller
	web *web
	log *book
	reg *prometheus.Registry
	now time.Time
}

func newStreet(t *testing.T, format source.Format, pages map[string]string) *street {
	t.Helper()
	s := &street{web: &web{pages: pages, fail: map[string]error{}}, log: &book{}, reg: prometheus.NewRegistry(), now: time.Unix(1_800_000_000, 0)}
	poller, err := New(format, source.Board{Name: "acme"}, s.web, plain{}, s.log, NewMetrics(s.reg))
	if err != nil {
		t.Fatal(err)
	}
	s.Poller = poller
	return s
}

// poll polls an hour after the last time.
func (s *street) poll(t *testing.T) (Report, error) {
	t.Helper()
	s.now = s.now.Add(time.Hour)
	s.web.asked, s.log.committed, s.log.reconciled = nil, nil, nil
	return s.Poll(t.Context(), s.now)
}

func TestAPollFollowsAllPagesCommitsAndReconciles(t *testing.T) {
	s := newStreet(t, lines(), map[string]string{"start": "1 2 >next", "next": "3 >start"})
	report, err := s.poll(t)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"lines:acme:1", "lines:acme:2", "lines:acme:3"}
	if diff := cmp.Diff(all, s.log.committed); diff != "" {
		t.Error("committed", diff)
	}
	if diff := cmp.Diff(all, s.log.reconciled); diff != "" {
		t.Error("reconciled", diff)
	}
	if diff := cmp.Diff([]string{"lines:acme"}, s.log.boards); diff != "" {
		t.Error("boards", diff)
	}
	want := Report{Board: "lines:acme", Requests: 2, Listings: 3, Committed: 3, Closed: 3, Results: map[string]int{"new": 3}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Error(diff)
	}
}

func TestAnUnchangedPageIsNotCommittedAgainButItsListingsAreStillThere(t *testing.T) {
	s := newStreet(t, lines(), map[string]string{"start": "1 2 >next", "next": "3"})
	if _, err := s.poll(t); err != nil {
		t.Fatal(err)
	}
	s.web.pages["next"] = "4"
	report, err := s.poll(t)
	if err != nil || report.Unchanged != 1 {
		t.Fatal(report, err)
	}
	if diff := cmp.Diff([]string{"lines:acme:4"}, s.log.committed); diff != "" {
		t.Error("committed", diff)
	}
	if diff := cmp.Diff([]string{"lines:acme:1", "lines:acme:2", "lines:acme:4"}, s.log.reconciled); diff != "" {
		t.Error("reconciled", diff)
	}
}

func TestAPageOfASingleListingIsReadOncePerStamp(t *testing.T) {
	s := newStreet(t, lines(), map[string]string{"start": "!7@monday !8@monday", "7": "7", "8": "8"})
	if _, err := s.poll(t); err != nil {
		t.Fatal(err)
	}
	s.web.pages["start"] = "!7@monday !8@tuesday !9@tuesday"
	s.web.fail["9"] = &fetch.Error{Err: fetch.ErrGone}
	if _, err := s.poll(t); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"start", "8", "9"}, s.web.asked); diff != "" {
		t.Error("asked for", diff)
	}
	if diff := cmp.Diff([]string{"lines:acme:7", "lines:acme:8", "lines:acme:9"}, s.log.reconciled); diff != "" {
		t.Error("reconciled", diff)
	}
}

func TestAFailedPageKeepsWhatWasReadAndClosesNothing(t *testing.T) {
	s := newStreet(t, lines(), map[string]string{"start": "1 >next", "next": "2"})
	weather := errors.New("connection reset")
	s.web.fail["next"] = weather
	if _, err := s.poll(t); !errors.Is(err, weather) {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"lines:acme:1"}, s.log.committed); diff != "" {
		t.Error(diff)
	}
	if s.log.boards != nil {
		t.Error("half a board was reconciled")
	}
	delete(s.web.fail, "next")
	if _, err := s.poll(t); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"lines:acme:1", "lines:acme:2"}, s.log.reconciled); diff != "" {
		t.Error(diff)
	}
}

func TestWhatTheLogDidNotTakeIsReadAgain(t *testing.T) {
	s := newStreet(t, lines(), map[string]string{"start": "1 !2@x", "2": "2"})
	s.log.err = errors.New("redis is away")
	if _, err := s.poll(t); !errors.Is(err, s.log.err) {
		t.Fatal(err)
	}
	s.log.err = nil
	if _, err := s.poll(t); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"lines:acme:1", "lines:acme:2"}, s.log.committed); diff != "" {
		t.Error(diff)
	}
}

func TestMoreRefusedThanReadIsAFailure(t *testing.T) {
	s := newStreet(t, lines(), map[string]string{"start": "1 ? ?"})
	for range 2 { // the second time the page is unchanged, and no better
		if _, err := s.poll(t); !errors.Is(err, ErrMostRefused) {
			t.Errorf("got %v", err)
		}
	}
	if s.log.boards != nil {
		t.Error("the board was reconciled")
	}
}

func TestAFeedOfTheLatestClosesNothing(t *testing.T) {
	format := lines()
	format.Whole = false
	s := newStreet(t, format, map[string]string{"start": "1"})
	if _, err := s.poll(t); err != nil || s.log.boards != nil {
		t.Errorf("%v, reconciled %v", err, s.log.boards)
	}
}

func TestTheTermsOfASourceAreKept(t *testing.T) {
	s := newStreet(t, lines(), map[string]string{"start": "1"})
	if _, err := s.poll(t); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Poll(t.Context(), s.now.Add(30*time.Minute)); !errors.Is(err, ErrTooSoon) {
		t.Errorf("half an hour later: %v", err)
	}
	if _, err := s.Poll(t.Context(), s.now.Add(59*time.Minute)); err != nil {
		t.Errorf("a heartbeat that is a minute early: %v", err)
	}
}

func TestAFeedThatLeadsOnForeverEnds(t *testing.T) {
	format := lines()
	endless := 0
	parse := format.Parse
	format.Parse = func(b source.Board, body []byte) (source.Page, error) {
		endless++
		page, err := parse(b, body)
		page.Follow = append(page.Follow, source.Request{URL: fmt.Sprint("page", endless)})
		return page, err
	}
	s := newStreet(t, format, map[string]string{"start": "1"})
	if _, err := s.poll(t); !errors.Is(err, source.ErrNotThisFormat) {
		t.Errorf("after %d pages: %v", endless, err)
	}
}

func TestMetricsTellHowPollsEnd(t *testing.T) {
	s := newStreet(t, lines(), map[string]string{"start": "1"})
	_, _ = s.poll(t)
	_, _ = s.poll(t)
	for _, err := range []error{errors.New("weather"), &fetch.Error{Err: fetch.ErrGone}} {
		s.web.fail["start"] = err
		_, _ = s.poll(t)
	}
	delete(s.web.fail, "start")
	s.web.pages["start"] = "garbage"
	_, _ = s.poll(t)
	s.web.pages["start"], s.log.err = "2", errors.New("redis is away")
	_, _ = s.poll(t)
	want := `
# HELP jobalert_source_fetches_total Polls of a board, by result: ok, unchanged, temporary, permanent, unreadable, log_refused.
# TYPE jobalert_source_fetches_total counter
jobalert_source_fetches_total{result="log_refused",source="lines:acme"} 1
jobalert_source_fetches_total{result="ok",source="lines:acme"} 1
jobalert_source_fetches_total{result="permanent",source="lines:acme"} 1
jobalert_source_fetches_total{result="temporary",source="lines:acme"} 1
jobalert_source_fetches_total{result="unchanged",source="lines:acme"} 1
jobalert_source_fetches_total{result="unreadable",source="lines:acme"} 1
# HELP jobalert_source_last_success_timestamp_seconds When a board was last read to the end, in seconds since 1970.
# TYPE jobalert_source_last_success_timestamp_seconds gauge
jobalert_source_last_success_timestamp_seconds{source="lines:acme"} 1.8000072e+09
`
	if err := testutil.GatherAndCompare(s.reg, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

func TestABoardThatCannotBePolledIsRefusedAtOnce(t *testing.T) {
	pushed := source.Format{Name: "push"}
	for name, test := range map[string]struct {
		format source.Format
		board  source.Board
	}{"a format without an address": {pushed, source.Board{Name: "x"}}, "a board without a name": {lines(), source.Board{}}} {
		if _, err := New(test.format, test.board, &web{}, plain{}, &book{}, NewMetrics(nil)); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBoardsAreSpreadOverTheInterval(t *testing.T) {
	slots := map[time.Duration]int{}
	for i := range 600 {
		delay := Delay(fmt.Sprintf("greenhouse:%d", i), time.Hour)
		if delay < 0 || delay >= time.Hour || delay != Delay(fmt.Sprintf("greenhouse:%d", i), time.Hour) {
			t.Fatalf("board %d waits %s", i, delay)
		}
		slots[delay.Truncate(10*time.Minute)]++
	}
	for slot, n := range slots {
		if n > 150 || len(slots) != 6 {
			t.Errorf("%d of 600 boards fall into the ten minutes after %s", n, slot)
		}
	}
	if Delay("x", 0) != 0 {
		t.Error("no interval, no delay")
	}
}
