package greenhouse

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

func postings(t *testing.T) []source.Raw {
	t.Helper()
	body, err := os.ReadFile("testdata/board.json")
	if err != nil {
		t.Fatal(err)
	}
	page, err := Parse(source.Board{Name: "tidewater"}, body)
	if err != nil || len(page.Refused) > 0 {
		t.Fatal(err, page.Refused)
	}
	return page.Postings
}

func TestABoardIsReadWithContentUnescapedOnceAndPayInUnits(t *testing.T) {
	want := source.Raw{
		ID: "4001", URL: "https://boards.greenhouse.io/tidewater/jobs/4001", Title: "Backend Engineer, Ledger", Company: "Tidewater",
		Departments: []string{"Engineering"},
		HTML:        "<p>We keep books &amp; ledgers.</p>\n<ul>\n<li>Go &lt;3</li>\n</ul>",
		Places:      []source.Place{{Text: "Hybrid - London"}},
		Workplace:   alerts.WorkplaceHybrid, Employment: []string{"Full-time"}, Language: "en",
		Pay:      []source.Pay{{Min: 61000, Max: 72000, Currency: "GBP", Label: "UK Annual Pay Range"}},
		PostedAt: time.Date(2026, 8, 6, 16, 50, 10, 0, time.UTC),
		Ends:     time.Date(2026, 12, 1, 23, 59, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, postings(t)[0], cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutALocationTheOfficesTellThePlace(t *testing.T) {
	want := []source.Place{{Text: "Dublin, Ireland"}}
	if diff := cmp.Diff(want, postings(t)[1].Places); diff != "" {
		t.Error(diff)
	}
}

func TestAWorkplaceFieldThatNamesTwoSaysNothing(t *testing.T) {
	if got := postings(t)[2].Workplace; got != "" {
		t.Errorf("got %q", got)
	}
}

func TestTheFormsQuestionAboutEducationIsNoRequirement(t *testing.T) {
	if got := postings(t)[0].Education; got != "" {
		t.Errorf("got %q", got)
	}
}

func TestAnAnswerThatIsNoBoardIsAnError(t *testing.T) {
	for _, body := range []string{"", "null", `{"status":404,"error":"Job not found"}`, "<html>", `{"jobs":7}`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestABoardWithoutATokenIsASettingError(t *testing.T) {
	if _, err := Format().Start(source.Board{}); !errors.Is(err, source.ErrSetting) {
		t.Errorf("got %v", err)
	}
}

func TestRealBoardsAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "greenhouse/list-*.json.gz", "fixtures-careerkit/greenhouse.json", "fixtures-transcribed/greenhouse_*.json")
}

func FuzzParse(f *testing.F) { sourcetest.Fuzz(f, Format(), "testdata/board.json") }
