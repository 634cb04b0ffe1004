package jsonld

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

const example = `<html><head><script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"BreadcrumbList"},{"@type":["JobPosting"],"title":"Backend &amp; API Engineer","url":"https://quill.example/7",
"description":"&lt;p&gt;Go
and SQL&lt;/p&gt;","datePosted":"2026-08-05","validThrough":"2026-12-05T00:00","employmentType":["FULL_TIME","CONTRACTOR"],"hiringOrganization":"Quill","jobLocationType":"TELECOMMUTE",
"applicantLocationRequirements":{"@type":"Country","name":"Germany"},"jobLocation":{"@type":"Place","address":{"addressLocality":"Berlin","addressCountry":{"@type":"Country","name":"DE"}}},
"baseSalary":{"@type":"MonetaryAmount","currency":"EUR","value":{"@type":"QuantitativeValue","minValue":"70,000","maxValue":"€90,000","unitText":"annual"}},
"educationRequirements":{"@type":"EducationalOccupationalCredential","credentialCategory":"bachelor degree"}}]}</script>
<script>var x = {"@type":"JobPosting"}</script><script type="application/ld+json">{broken</script><script type="application/ld+json">[{"@type":"JobPosting","title":"Two","url":"https://quill.example/8","baseSalary":50000,"identifier":"8"}]</script></head></html>`

func TestAPageIsReadThroughAllItsWrappings(t *testing.T) {
	page, err := Parse(source.Board{Name: "quill"}, []byte(example))
	if err != nil || len(page.Refused) != 1 {
		t.Fatal(err, page.Refused)
	}
	want := []source.Raw{
		{
			ID: identity("https://quill.example/7"), URL: "https://quill.example/7", Title: "Backend & API Engineer", Company: "Quill", HTML: "<p>Go and SQL</p>",
			Employment: []string{"FULL_TIME", "CONTRACTOR"}, Education: "bachelor degree", Workplace: alerts.WorkplaceRemote, RemoteFrom: []string{"Germany"},
			Places:   []source.Place{{City: "Berlin", Country: "DE"}},
			Pay:      []source.Pay{{Min: 70000, Max: 90000, Currency: "EUR", Period: alerts.PeriodYear}},
			PostedAt: time.Date(2026, 8, 5, 0, 0, 0, 0, time.UTC), Ends: time.Date(2026, 12, 5, 0, 0, 0, 0, time.UTC),
		},
		{ID: "8", URL: "https://quill.example/8", Title: "Two"},
	}
	if diff := cmp.Diff(want, page.Postings, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestASitemapLeadsToItsPagesAndRobotsAreAsked(t *testing.T) {
	page, err := Parse(source.Board{}, []byte(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> https://quill.example/7 </loc></url></urlset>`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]source.Request{{URL: "https://quill.example/7", Robots: true}}, page.Follow); diff != "" {
		t.Error(diff)
	}
}

func TestAPageWithoutAJobIsNoError(t *testing.T) {
	if page, err := Parse(source.Board{}, []byte("<html><p>About us</p></html>")); err != nil || len(page.Postings) != 0 {
		t.Errorf("got %v, %v", page, err)
	}
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `<urlset><url>`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestAMissingSettingIsNamed(t *testing.T) {
	for _, board := range []source.Board{{}, {Name: "x", URL: "quill.example"}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
