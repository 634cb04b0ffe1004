package arbeitnow

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `{"data":[{"slug":"go-dev-1","company_name":"Quill GmbH","title":"Go Entwickler (m/w/d)","description":"<p>Bücher</p>","remote":false,"url":"https://www.arbeitnow.com/jobs/1","tags":["IT"],"job_types":["berufserfahren","Vollzeit"],"location":"Berlin","created_at":1781397033}],
 "links":{"next":"https://www.arbeitnow.com/api/job-board-api?page=2"},"meta":{"current_page":1}}`

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

func TestAPageLeadsOnUpToTheFifth(t *testing.T) {
	page := read(t, example)
	same(t, []source.Request{{URL: "https://www.arbeitnow.com/api/job-board-api?page=2"}}, page.Follow)
	last := read(t, `{"data":[],"links":{"next":"https://www.arbeitnow.com/api/job-board-api?page=6"},"meta":{"current_page":5}}`)
	if last.Follow != nil {
		t.Errorf("the fifth page leads to %v", last.Follow)
	}
}

func TestAFormsDefaultForRemoteSaysNothing(t *testing.T) {
	got := read(t, example).Postings[0]
	if got.Remote != nil || got.Workplace != alerts.Workplace("") || got.PostedAt.Year() != 2026 {
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

func TestRealAnswersAreReadWhole(t *testing.T) { sourcetest.Real(t, Format(), "arbeitnow/*.json") }

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
