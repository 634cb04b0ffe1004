package jobicy

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `{"jobs":[{"id":154,"url":"https://jobicy.com/jobs/154","jobTitle":"C&amp;D Developer &#8211; Go","companyName":"Quill &amp; Co","jobIndustry":["Software Engineering"],"jobType":["Full-Time"],
 "jobGeo":"LATAM,  Canada,  USA","jobLevel":"Any","jobDescription":"<p>Go</p>","pubDate":"2026-09-25T20:54:07+00:00","salaryMin":"90000","salaryMax":"120000","salaryCurrency":"USD","salaryPeriod":"yearly"}]}`

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

func TestAJobIsReadWithItsEntitiesOpenedAndItsReachSplit(t *testing.T) {
	got := read(t, example).Postings[0]
	same(t, []string{"LATAM", "Canada", "USA"}, got.RemoteFrom)
	same(t, []source.Pay{{Min: 90000, Max: 120000, Currency: "USD", Period: alerts.PeriodYear}}, got.Pay)
	if got.Title != "C&D Developer – Go" || got.Company != "Quill & Co" || got.Seniority != nil {
		t.Errorf("got %+v", got)
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
	for _, board := range []source.Board{{Query: map[string]string{"colour": "red"}}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "fixtures-transcribed/jobicy.json")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
