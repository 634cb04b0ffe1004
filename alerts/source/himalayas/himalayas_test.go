package himalayas

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

const example = `{"nextCursor":"MjA=","jobs":[{"title":"Backend Engineer","companyName":"Quill","employmentType":"Full Time","minSalary":15,"maxSalary":30,"salaryPeriod":"hourly","currency":"USD",
 "seniority":["Senior"],"locationRestrictions":["United States"],"categories":["Go"],"description":"<p>Go</p>","pubDate":1790401136,"expiryDate":1795585136,"guid":"https://himalayas.app/companies/quill/jobs/1"},
 {"title":"Anywhere Engineer","companyName":"Quill","minSalary":null,"maxSalary":null,"locationRestrictions":[],"guid":"https://himalayas.app/companies/quill/jobs/2"}]}`

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

func TestAJobIsReadWithItsReachAndItsEnd(t *testing.T) {
	page := read(t, example)
	same(t, source.Raw{
		ID: "https://himalayas.app/companies/quill/jobs/1", URL: "https://himalayas.app/companies/quill/jobs/1", Title: "Backend Engineer", Company: "Quill", HTML: "<p>Go</p>",
		Employment: []string{"Full Time"}, Seniority: []string{"Senior"}, Tags: []string{"Go"}, Workplace: alerts.WorkplaceRemote, RemoteFrom: []string{"United States"},
		Pay:      []source.Pay{{Min: 15, Max: 30, Currency: "USD", Period: alerts.PeriodHour}},
		PostedAt: time.Date(2026, 9, 26, 5, 38, 56, 0, time.UTC), Ends: time.Date(2026, 11, 25, 5, 38, 56, 0, time.UTC),
	}, page.Postings[0])
	same(t, []string{"Worldwide"}, page.Postings[1].RemoteFrom)
}

func TestOnlyTheNewestPageIsReadUnlessAllAreAsked(t *testing.T) {
	if got := read(t, example).Follow; got != nil {
		t.Errorf("leads to %v", got)
	}
	page, err := Parse(source.Board{Query: map[string]string{"pages": "all"}}, []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	same(t, []source.Request{{URL: "https://himalayas.app/jobs/api?limit=20&cursor=MjA%3D"}}, page.Follow)
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `{}`, `[]`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "fixtures-transcribed/himalayas.json")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
