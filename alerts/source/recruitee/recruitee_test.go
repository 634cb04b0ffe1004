package recruitee

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

const example = `{"offers":[{"id":9,"title":"Backend Engineer","status":"published","careers_url":"https://jobs.quill.example/o/backend","company_name":"Quill","department":"Tech",
 "description":"<p>Books.</p>","requirements":"<ul><li>Go</li></ul>","employment_type_code":"fulltime_permanent","experience_code":"mid_level","education_code":"vocational",
 "published_at":"2026-08-05 10:10:39 UTC","close_at":"2026-12-05 10:10:39 UTC","remote":false,"hybrid":true,"on_site":false,"country_code":"DE",
 "locations":[{"city":"Berlin","state":"Berlin","country_code":"DE"}],"salary":{"min":"60000","max":"75000","period":"year","currency":"EUR"}},
 {"id":10,"title":"Draft","status":"draft"},
 {"id":11,"title":"Anything goes","status":"published","remote":true,"hybrid":true,"on_site":true,"salary":{"min":"","max":"","period":"","currency":""},"city":"Lyon","country_code":"FR"}]}`

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

func TestASiteIsReadWithSalariesThatAreStrings(t *testing.T) {
	same(t, source.Raw{
		ID: "9", URL: "https://jobs.quill.example/o/backend", Title: "Backend Engineer", Company: "Quill", Departments: []string{"Tech"},
		HTML: "<p>Books.</p><ul><li>Go</li></ul>", Places: []source.Place{{City: "Berlin", Region: "Berlin", Country: "DE"}}, Workplace: alerts.WorkplaceHybrid,
		Employment: []string{"fulltime permanent"}, Seniority: []string{"mid level"}, Education: "professional certificate",
		Pay:      []source.Pay{{Min: 60000, Max: 75000, Currency: "EUR", Period: alerts.PeriodYear}},
		PostedAt: time.Date(2026, 8, 5, 10, 10, 39, 0, time.UTC), Ends: time.Date(2026, 12, 5, 10, 10, 39, 0, time.UTC),
	}, read(t, example).Postings[0])
}

func TestDraftsAreLeftOutAndAChoiceOfWorkplacesIsNone(t *testing.T) {
	page := read(t, example)
	if len(page.Postings) != 2 {
		t.Fatalf("got %d records", len(page.Postings))
	}
	if any := page.Postings[1]; any.Workplace != "" || any.Pay != nil || any.Places[0].City != "Lyon" {
		t.Errorf("got %+v", any)
	}
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `{}`, `[]`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestAMissingSettingIsNamed(t *testing.T) {
	for _, board := range []source.Board{{}, {Name: "quill.evil.example/"}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "fixtures-careerkit/recruitee.json")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
