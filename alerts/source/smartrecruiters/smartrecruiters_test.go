package smartrecruiters

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `{"offset":0,"limit":100,"totalFound":3,"content":[
 {"id":"744","name":"Backend Engineer","releasedDate":"2026-09-25T18:18:52.891Z","location":{"city":"Montreal"}},
 {"id":"745","name":"Baker","releasedDate":"2026-09-26T18:18:52.891Z"}]}`

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

const detail = `{"id":"744","name":"Backend Engineer","releasedDate":"2026-09-25T18:18:52.891Z","company":{"identifier":"Quill2","name":"Quill"},
 "location":{"city":"Montreal","region":"QC","country":"ca","remote":false,"hybrid":false,"latitude":"45.5","longitude":"-73.5","fullLocation":"Montreal, QC, Canada"},
 "customField":[{"fieldLabel":"Work flexibility","valueLabel":"Office-based"}],"typeOfEmployment":{"label":"Full-time"},"experienceLevel":{"label":"Mid-Senior Level"},
 "language":{"code":"fr-CA"},"jobAd":{"sections":{"companyDescription":{"title":"Us","text":"<p>We.</p>"},"jobDescription":{"title":"Job","text":"<p>Books.</p>"},"qualifications":{"title":"You","text":"<p>Go.</p>"}}}}`

func TestAListLeadsToItsPostingsAndTheNextPage(t *testing.T) {
	page := read(t, example)
	const at = "https://api.smartrecruiters.com/v1/companies/quill/postings"
	same(t, []source.Request{
		{URL: at + "?limit=100&offset=2"},
		{URL: at + "/744", Once: true, Stamp: "2026-09-25T18:18:52.891Z"},
		{URL: at + "/745", Once: true, Stamp: "2026-09-26T18:18:52.891Z"},
	}, page.Follow)
	same(t, []string{"744", "745"}, page.Present)
	if len(page.Postings) != 0 {
		t.Error("a posting without a text was taken in")
	}
}

func TestAPostingIsReadWithItsCustomWorkplace(t *testing.T) {
	got := read(t, detail).Postings[0]
	if got.Workplace != alerts.WorkplaceOnsite || got.Language != "fr-CA" || got.URL != "https://jobs.smartrecruiters.com/Quill2/744" ||
		got.HTML != "<h3>Job</h3><p>Books.</p><h3>You</h3><p>Go.</p><h3>Us</h3><p>We.</p>" {
		t.Errorf("got %+v", got)
	}
	if p := got.Places[0]; p.Country != "CA" || p.City != "Montreal" || *p.Lat != 45.5 || *p.Lon != -73.5 {
		t.Errorf("place %+v", p)
	}
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `{}`, `[]`, `{"id":"1"}`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestAMissingSettingIsNamed(t *testing.T) {
	for _, board := range []source.Board{{}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
