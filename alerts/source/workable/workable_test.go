package workable

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `{"name":"Quill","jobs":[
 {"title":"Backend Engineer","shortcode":"DD1","telecommuting":true,"url":"https://apply.workable.com/j/DD1","published_on":"2026-08-05","description":"<p>Go</p>","employment_type":"Full-time","experience":"Mid-Senior level","education":"Bachelor's Degree",
  "country":"Spain","locations":[{"country":"Spain","countryCode":"ES","city":"Madrid","hidden":false},{"country":"Spain","city":"Toledo","hidden":true}]},
 {"title":"Backend Engineer","shortcode":"DD1","telecommuting":true,"url":"https://apply.workable.com/j/DD1","country":"Portugal","city":"Porto","state":"","locations":[]}]}`

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

func TestAJobOfSeveralPlacesIsOneRecord(t *testing.T) {
	page := read(t, example)
	if len(page.Postings) != 1 {
		t.Fatalf("got %d records, want one", len(page.Postings))
	}
	same(t, []source.Place{{City: "Madrid", Country: "Spain"}, {City: "Porto", Country: "Portugal"}}, page.Postings[0].Places)
	if got := page.Postings[0]; got.Company != "Quill" || !*got.Remote || got.Workplace != alerts.Workplace("") {
		t.Errorf("got %+v", got)
	}
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `{"error":"not found"}`, `[]`} {
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

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "fixtures-careerkit/workable.json")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
