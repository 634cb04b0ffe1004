package usajobs

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

const example = `{"SearchParameters":{"Page":1},"SearchResult":{"SearchResultCountAll":300,"UserArea":{"NumberOfPages":"2"},"SearchResultItems":[{"MatchedObjectId":"871","MatchedObjectDescriptor":{"PositionTitle":"IT Specialist (Applications Software)","PositionURI":"https://www.usajobs.gov/job/871",
 "OrganizationName":"Bureau of Ledgers","DepartmentName":"Department of Books","PositionLocation":[{"CountryCode":"United States","CityName":"Anchorage, Alaska","Longitude":-149.8,"Latitude":61.2}],
 "PositionRemuneration":[{"MinimumRange":"0","MaximumRange":"0","RateIntervalCode":"WC"},{"MinimumRange":"2000","MaximumRange":"3000","RateIntervalCode":"BW"},{"MinimumRange":"89508","MaximumRange":"145468","RateIntervalCode":"PA"}],
 "PositionStartDate":"2026-06-05T00:00:00.0000","PositionEndDate":"2026-06-18T23:59:59.9970","QualificationSummary":"One year.","UserArea":{"Details":{"JobSummary":"We keep books.","MajorDuties":["Writes Go."],"TeleworkEligible":true,"RemoteIndicator":false}}}}]}}`

func read(t *testing.T, body string) source.Page {
	t.Helper()
	page, err := Parse(source.Board{Name: "it", User: "ops@quill.example", Key: "k"}, []byte(body))
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

func TestAnAnnouncementIsReadWithItsPayCodesAndPlaces(t *testing.T) {
	lat, lon := 61.2, -149.8
	same(t, source.Raw{
		ID: "871", URL: "https://www.usajobs.gov/job/871", Title: "IT Specialist (Applications Software)", Company: "Bureau of Ledgers", Departments: []string{"Department of Books"},
		Text: "We keep books.\n\nWrites Go.\n\nOne year.", Language: "en",
		Places: []source.Place{{City: "Anchorage", Region: "Alaska", Country: "United States", Lat: &lat, Lon: &lon}},
		Pay: []source.Pay{
			{Min: 1000, Max: 1500, Currency: "USD", Period: alerts.PeriodWeek},
			{Min: 89508, Max: 145468, Currency: "USD", Period: alerts.PeriodYear},
		},
		PostedAt: time.Date(2026, 6, 5, 0, 0, 0, 0, time.UTC), Ends: time.Date(2026, 6, 18, 23, 59, 59, 997e6, time.UTC),
	}, read(t, example).Postings[0])
}

func TestASearchIsSignedAndLeadsToItsNextPage(t *testing.T) {
	next := read(t, example).Follow
	if len(next) != 1 || next[0].URL != "https://data.usajobs.gov/api/search?Page=2&ResultsPerPage=250" || next[0].Header.Get("Authorization-Key") != "k" || next[0].Header.Get("User-Agent") != "ops@quill.example" {
		t.Errorf("got %+v", next)
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
	for _, board := range []source.Board{{Name: "it"}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "fixtures-transcribed/usajobs_search.json")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
