package samples

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// ask sends a request to the handler.
func ask(h http.Handler, method, path, ifNoneMatch string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if ifNoneMatch != "" {
		r.Header.Set("If-None-Match", ifNoneMatch)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// path is where the daemon looks for a board.
func path(b Board) string {
	if b.Format == FormatAshby {
		return "/posting-api/job-board/" + b.Name + "?includeCompensation=true"
	}
	return "/v1/boards/" + b.Name + "/jobs?content=true&pay_transparency=true"
}

func TestAPublishedOpeningAppearsOnItsBoardAlone(t *testing.T) {
	w := newWorld(t)
	h := w.Handler()
	before := map[Board]string{}
	for _, b := range w.Boards() {
		before[b] = ask(h, http.MethodGet, path(b), "").Header().Get("ETag")
	}
	now := start().Add(time.Minute)
	o := w.PublishMatching(now)
	for _, b := range w.Boards() {
		if b.Format == FormatPush {
			continue
		}
		again := ask(h, http.MethodGet, path(b), before[b])
		if b != o.Board {
			if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
				t.Errorf("%s has not changed and answers %d with %d bytes", b.Name, again.Code, again.Body.Len())
			}
			continue
		}
		if again.Code != http.StatusOK || !strings.Contains(again.Body.String(), o.id) {
			t.Errorf("%s answers %d, without the opening %s", b.Name, again.Code, o.id)
		}
		if !json.Valid(again.Body.Bytes()) {
			t.Errorf("%s: not JSON", b.Name)
		}
	}
	if !o.Posting.PostedAt.Equal(now) {
		t.Errorf("published at %s, want %s", o.Posting.PostedAt, now)
	}
}

func TestAnOpeningOfACompanyWithoutABoardIsPushed(t *testing.T) {
	w := newWorld(t)
	for {
		o := w.Publish(start())
		pushed := w.Pushed()
		found := false
		for _, p := range pushed {
			found = found || p.ID == o.Posting.ID
		}
		if found != (o.Board.Format == FormatPush) {
			t.Fatalf("%s: among the pushed postings %v", o.Posting.ID, found)
		}
		if found {
			return
		}
	}
}

func TestAFullBoardClosesItsOldestOpening(t *testing.T) {
	w := newWorld(t)
	h := w.Handler()
	first := w.PublishMatching(start())
	page := strings.TrimPrefix(first.Posting.URL, base)
	if got := ask(h, http.MethodGet, page, ""); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), first.Posting.Title) {
		t.Fatalf("the page of an open job answers %d:\n%s", got.Code, got.Body)
	}
	for range 3 * BoardLimit { // three companies take turns
		w.PublishMatching(start())
	}
	open := w.openings(first.Board)
	if len(open) != BoardLimit {
		t.Errorf("%d openings on a board, want %d", len(open), BoardLimit)
	}
	for _, o := range open {
		if o.id == first.id {
			t.Error("the oldest opening is still listed")
		}
	}
	got := ask(h, http.MethodGet, page, "")
	if got.Code != http.StatusGone || !strings.Contains(got.Body.String(), "This job is closed") {
		t.Errorf("the page of a closed job answers %d:\n%s", got.Code, got.Body)
	}
}

func TestThePageShowsTheWholeAdvert(t *testing.T) {
	w := newWorld(t)
	for _, o := range w.all()[:20] {
		got := ask(w.Handler(), http.MethodGet, strings.TrimPrefix(o.Posting.URL, base), "")
		for _, s := range o.advert {
			for _, words := range slices.Concat([]string{s.heading}, s.paragraphs, s.items) {
				words = strings.NewReplacer("'", "&#39;", `"`, "&#34;", "+", "&#43;", "&", "&amp;").Replace(words)
				if !strings.Contains(got.Body.String(), words) {
					t.Errorf("%s: the page does not say %q", o.Posting.URL, words)
				}
			}
		}
		if policy := got.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("policy %q", policy)
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	h := newWorld(t).Handler()
	for _, path := range []string{"/v1/boards/nobody/jobs", "/posting-api/job-board/nobody", "/v1/boards/tessellane/jobs",
		"/posting-api/job-board/bramblesend", "/jobs/100000", "/jobs/-1", "/jobs/x", "/"} {
		if got := ask(h, http.MethodGet, path, ""); got.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.Code)
		}
	}
}

func TestABoardTellsOnlyWhatIsAskedFor(t *testing.T) {
	h := newWorld(t).Handler()
	tests := []struct{ path, field string }{
		{"/v1/boards/brindlemoor/jobs?content=true", `"content"`},
		{"/v1/boards/brindlemoor/jobs?pay_transparency=true", `"pay_input_ranges"`},
		{"/posting-api/job-board/tessellane?includeCompensation=true", `"compensation"`},
	}
	for _, test := range tests {
		bare, _, _ := strings.Cut(test.path, "?")
		if !strings.Contains(ask(h, http.MethodGet, test.path, "").Body.String(), test.field) {
			t.Errorf("%s does not tell %s", test.path, test.field)
		}
		if strings.Contains(ask(h, http.MethodGet, bare, "").Body.String(), test.field) {
			t.Errorf("%s tells %s", bare, test.field)
		}
	}
	if head := ask(h, http.MethodHead, tests[0].path, ""); head.Code != http.StatusOK || head.Body.Len() > 0 || head.Header().Get("ETag") == "" {
		t.Errorf("HEAD answers %d with %d bytes and ETag %q", head.Code, head.Body.Len(), head.Header().Get("ETag"))
	}
}

func TestBoardsCanBeReadWhileTheWorldGoesOn(t *testing.T) {
	w := newWorld(t)
	h := w.Handler()
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 60 {
			w.Publish(start())
			w.PublishMatching(start())
		}
	})
	for _, b := range w.Boards()[:4] {
		wg.Go(func() {
			for range 10 {
				if got := ask(h, http.MethodGet, path(b), ""); !json.Valid(got.Body.Bytes()) {
					t.Errorf("%s: not JSON", b.Name)
				}
			}
		})
	}
	wg.Go(func() { w.Pushed() })
	wg.Wait()
}

func TestFaultsInTheTextsAreNamed(t *testing.T) {
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	block := func(pairs ...string) record {
		r := record{textproto.MIMEHeader{}}
		for i := 0; i < len(pairs); i += 2 {
			r.Set(pairs[i], pairs[i+1])
		}
		return r
	}
	tests := []struct {
		name string
		add  func(record) error
		from record
		want string
	}{
		{"a country without pay", c.addCountry, block("Code", "XX"), "field Mid"},
		{"a place without coordinates", c.addPlace, block("City", "X", "Country", "DE", "At", "52"), "field At"},
		{"a place nowhere", c.addPlace, block("City", "X", "Country", "XX", "At", "1 2"), `X lies in country "XX"`},
		{"a company without a style", c.addCompany, block("Name", "X", "Style", "baroque"), `X writes in style "baroque"`},
		{"a company nowhere", c.addCompany, block("Name", "X", "Style", "plain", "City", "Atlantis"), `X is in "Atlantis"`},
		{"a role of no class", c.addRole, block("Key", "x", "Class", "perhaps"), `role x: "perhaps" is not a class`},
		{"a role paid in words", c.addRole, block("Key", "x", "Class", "core", "Pay", "well"), "role x: pay"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.add(test.from); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
	if err := eachRecord("nothing", c.addRole); err == nil {
		t.Error("a file that does not exist is read")
	}
}
