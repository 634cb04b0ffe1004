package lever

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `[{"id":"b1","text":"Backend Engineer","hostedUrl":"https://jobs.lever.co/quill/b1","createdAt":1764205361939,"country":"DE","workplaceType":"hybrid",
 "categories":{"location":"Berlin","allLocations":["Berlin","Hamburg"],"commitment":"Full-time","department":"Tech","team":"Ledger"},
 "description":"<p>Books.</p>","lists":[{"text":"You bring","content":"<li>Go</li><li>SQL</li>"}],"additional":"<p>Apply.</p>",
 "salaryRange":{"currency":"EUR","interval":"per-year-salary","min":70000,"max":90000}},
 {"id":"b2","text":"Courier","hostedUrl":"https://jobs.lever.co/quill/b2","country":null,"workplaceType":"unspecified","categories":null,"salaryRange":{"currency":"EUR","interval":"per-hour-wage","min":14,"max":16}}]`

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

func TestASiteIsReadWithItsLists(t *testing.T) {
	same(t, source.Raw{
		ID: "b1", URL: "https://jobs.lever.co/quill/b1", Title: "Backend Engineer", Departments: []string{"Tech", "Ledger"},
		HTML:   "<p>Books.</p><h3>You bring</h3><ul><li>Go</li><li>SQL</li></ul><p>Apply.</p>",
		Places: []source.Place{{Text: "Berlin", Country: "DE"}, {Text: "Hamburg"}}, Workplace: alerts.WorkplaceHybrid, Employment: []string{"Full-time"},
		Pay:      []source.Pay{{Min: 70000, Max: 90000, Currency: "EUR", Period: alerts.PeriodYear}},
		PostedAt: time.Date(2025, 11, 27, 1, 2, 41, 939e6, time.UTC),
	}, read(t, example).Postings[0])
}

func TestAnUnspecifiedWorkplaceSaysNothingAndWagesAreHourly(t *testing.T) {
	courier := read(t, example).Postings[1]
	if courier.Workplace != "" || courier.Pay[0].Period != alerts.PeriodHour || courier.Places != nil {
		t.Errorf("got %+v", courier)
	}
}

func TestEuropeanSitesHaveTheirOwnHost(t *testing.T) {
	requests, err := Format().Start(source.Board{Name: "quill", Query: map[string]string{"region": "eu"}})
	if err != nil || requests[0].URL != "https://api.eu.lever.co/v0/postings/quill?mode=json" {
		t.Errorf("got %v, %v", requests, err)
	}
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `null`, `{"ok":false,"error":"Document not found"}`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestAMissingSettingIsNamed(t *testing.T) {
	for _, board := range []source.Board{{}, {Name: "quill", Query: map[string]string{"region": "mars"}}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "fixtures-careerkit/lever.json", "fixtures-transcribed/lever_*.json")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
