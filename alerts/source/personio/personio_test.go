package personio

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `<?xml version="1.0" encoding="UTF-8"?><workzag-jobs><position><id>18</id><subcompany>Quill SE &amp; Co. KG</subcompany><office>Munich</office>
<additionalOffices><office>Berlin</office></additionalOffices><department>Tech</department><name>Backend Engineer</name>
<jobDescriptions><jobDescription><name>Tasks</name><value><![CDATA[<p>Go</p>]]></value></jobDescription></jobDescriptions>
<employmentType>permanent</employmentType><seniority>experienced</seniority><schedule>full-time</schedule><createdAt>2024-11-13T14:10:41+00:00</createdAt></position>
<position><id>18</id><office>Hamburg</office><name>Backend Engineer</name></position><position><id>19</id><office>Munich</office></position></workzag-jobs>`

func TestAPositionPerOfficeIsOneRecord(t *testing.T) {
	page, err := Parse(source.Board{Name: "quill"}, []byte(example))
	if err != nil || len(page.Refused) != 1 || !errors.Is(page.Refused[0], source.ErrNoTitle) {
		t.Fatal(err, page.Refused)
	}
	want := []source.Raw{{
		ID: "18", URL: "https://quill.jobs.personio.de/job/18", Title: "Backend Engineer", Company: "Quill SE & Co. KG", Departments: []string{"Tech"},
		HTML: "<h3>Tasks</h3><p>Go</p>", Places: []source.Place{{Text: "Munich"}, {Text: "Berlin"}, {Text: "Hamburg"}},
		Employment: []string{"permanent", "full-time"}, PostedAt: time.Date(2024, 11, 13, 14, 10, 41, 0, time.UTC),
	}}
	if diff := cmp.Diff(want, page.Postings, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `<html></html>`, `{}`, `<workzag-jobs><position>`, `<!DOCTYPE x [<!ENTITY a "b">]><workzag-jobs/>`, `<?xml version="1.0" encoding="utf-7"?><workzag-jobs/>`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestAMissingSettingIsNamed(t *testing.T) {
	for _, board := range []source.Board{{}, {Name: "a.b"}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "fixtures-careerkit/personio.xml")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
