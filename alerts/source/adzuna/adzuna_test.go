package adzuna

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `{"results":[{"id":"5","title":"Backend <strong>Engineer</strong>","description":"A snippet…","redirect_url":"https://www.adzuna.co.uk/jobs/5","created":"2026-08-05T10:10:39Z","contract_time":"full_time","salary_min":60000,"salary_max":70000,"salary_is_predicted":"1",
 "company":{"display_name":"Quill"},"category":{"label":"IT Jobs"},"location":{"display_name":"Leeds, West Yorkshire","area":["UK","Yorkshire","Leeds"]},"latitude":53.8,"longitude":-1.5}]}`

func read(t *testing.T, body string) source.Page {
	t.Helper()
	page, err := Parse(source.Board{Query: map[string]string{"country": "gb"}}, []byte(body))
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

func TestAPredictedSalaryIsMarked(t *testing.T) {
	got := read(t, example).Postings[0]
	same(t, []source.Pay{{Min: 60000, Max: 70000, Currency: "GBP", Period: alerts.PeriodYear, Predicted: true}}, got.Pay)
	if p := got.Places[0]; p.City != "Leeds" || p.Country != "GB" || *p.Lat != 53.8 {
		t.Errorf("place %+v", p)
	}
	same(t, []string{"full time"}, got.Employment)
}

func TestTheKeyIsInTheAddressOnly(t *testing.T) {
	requests, err := Format().Start(source.Board{User: "id", Key: "k", Query: map[string]string{"country": "gb", "what": "go"}})
	if err != nil || requests[0].URL != "https://api.adzuna.com/v1/api/jobs/gb/search/1?app_id=id&app_key=k&content-type=application%2Fjson&results_per_page=50&sort_by=date&what=go" {
		t.Errorf("got %v, %v", requests, err)
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
	for _, board := range []source.Board{{}, {User: "id", Key: "k", Query: map[string]string{"country": "atlantis"}}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
