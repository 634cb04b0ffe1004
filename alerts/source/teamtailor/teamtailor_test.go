package teamtailor

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `{"version":"https://jsonfeed.org/version/1.1","title":"Quill","next_url":"https://career.quill.example/jobs.json?page=2","items":[
 {"id":"20fa","title":"Backend Engineer","url":"https://career.quill.example/jobs/7","date_published":"2026-02-04T09:26:20+01:00","content_html":"<p>Go</p>",
  "_jobposting":{"@type":"JobPosting","title":"Backend Engineer","identifier":{"@type":"PropertyValue","value":7167985},"datePosted":"2026-02-04T09:26:20+01:00","employmentType":"FULL_TIME",
  "jobLocation":[{"@type":"Place","address":{"addressLocality":"Madrid","addressRegion":"Europe","addressCountry":"ES"}}]}},
 {"id":"20fb","title":"No markup","url":"https://career.quill.example/jobs/8","date_published":"2026-02-05T09:26:20+01:00"}]}`

func read(t *testing.T, body string) source.Page {
	t.Helper()
	page, err := Parse(source.Board{Name: "quill"}, []byte(body))
	if err != nil || len(page.Refused) > 0 {
		t.Fatal(err, page.Refused)
	}
	return page
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestAFeedIsReadWithItsMarkup(t *testing.T) {
	page := read(t, example)
	same(t, source.Raw{
		ID: "20fa", URL: "https://career.quill.example/jobs/7", Title: "Backend Engineer", Company: "Quill", HTML: "<p>Go</p>", Employment: []string{"FULL_TIME"},
		Places: []source.Place{{City: "Madrid", Region: "Europe", Country: "ES"}}, PostedAt: time.Date(2026, 2, 4, 8, 26, 20, 0, time.UTC),
	}, page.Postings[0])
	if got := page.Postings[1]; got.ID != "20fb" || got.PostedAt.IsZero() {
		t.Errorf("without markup: %+v", got)
	}
	same(t, []source.Request{{URL: "https://career.quill.example/jobs.json?page=2"}}, page.Follow)
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `{}`, `[]`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestAMissingSettingIsNamed(t *testing.T) {
	for _, board := range []source.Board{{}, {Name: "quill"}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "fixtures-careerkit/teamtailor.json")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
