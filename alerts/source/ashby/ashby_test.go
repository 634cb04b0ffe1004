package ashby

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

func board(t *testing.T) source.Page {
	t.Helper()
	body, err := os.ReadFile("testdata/board.json")
	if err != nil {
		t.Fatal(err)
	}
	page, err := Parse(source.Board{Name: "Quill & Ledger"}, body)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestABoardIsReadWithItsSalaryComponentsOnly(t *testing.T) {
	remote := true
	want := source.Raw{
		ID: "0b6c1f2e-1111-4c55-9d55-000000000001", URL: "https://jobs.ashbyhq.com/Quill%20%26%20Ledger/0b6c1f2e-1111-4c55-9d55-000000000001",
		Title: "Senior Backend Engineer", Departments: []string{"Engineering", "Payments"},
		HTML: "<p>We settle invoices.</p><ul><li><p>Go</p></li></ul>", Text: "We settle invoices.",
		Places: []source.Place{
			{Text: "Lisbon", City: "Lisbon", Country: "Portugal"},
			{Text: "Remote (Spain)", Country: "Spain"},
		},
		Workplace: alerts.WorkplaceHybrid, Remote: &remote, Employment: []string{"FullTime"},
		Pay: []source.Pay{
			{Min: 70000, Max: 90000, Currency: "EUR", Period: alerts.PeriodYear},
			{Min: 5000, Max: 6000, Currency: "EUR", Period: alerts.PeriodMonth},
		},
		PostedAt: time.Date(2026, 8, 1, 9, 30, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, board(t).Postings[0], cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNotListedIsLeftOutSilentlyAndWhatMakesNoSenseWithAReason(t *testing.T) {
	page := board(t)
	var titles []string
	for _, raw := range page.Postings {
		titles = append(titles, raw.Title)
	}
	if diff := cmp.Diff([]string{"Senior Backend Engineer", "Data Analyst"}, titles); diff != "" {
		t.Error(diff)
	}
	if len(page.Refused) != 2 || !errors.Is(page.Refused[0], source.ErrNoTitle) {
		t.Errorf("refused %v, want the one without a title and the one that is no record", page.Refused)
	}
}

func TestAnUnsetRemoteFlagStaysUnset(t *testing.T) {
	if got := board(t).Postings[1].Remote; got != nil {
		t.Errorf("isRemote null was read as %v", *got)
	}
}

func TestABoardsNameIsEscapedInItsAddress(t *testing.T) {
	requests, err := Format().Start(source.Board{Name: "Quill & Ledger"})
	if err != nil {
		t.Fatal(err)
	}
	want := "https://api.ashbyhq.com/posting-api/job-board/Quill%20&%20Ledger?includeCompensation=true"
	if requests[0].URL != want {
		t.Errorf("got %s, want %s", requests[0].URL, want)
	}
	if _, err := Format().Start(source.Board{}); !errors.Is(err, source.ErrSetting) {
		t.Errorf("a board without a name gave %v", err)
	}
}

func TestAnAnswerThatIsNoBoardIsAnError(t *testing.T) {
	for _, body := range []string{"", "null", "[]", `{"error":"not found"}`, "<html>", `{"jobs":null}`, `{"jobs":{}}`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestRealBoardsAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "ashby/*.json.gz", "fixtures-careerkit/ashby.json")
}

func FuzzParse(f *testing.F) { sourcetest.Fuzz(f, Format(), "testdata/board.json") }
