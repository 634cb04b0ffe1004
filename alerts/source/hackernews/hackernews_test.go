package hackernews

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `{"id":1,"title":"Ask HN: Who is hiring? (March 2026)","children":[
 {"id":47,"author":"kev","created_at":"2026-03-01T16:00:00.000Z","text":"Quill (YC W21, https:&#x2F;&#x2F;quill.example) | Backend Engineer, SRE | Berlin or REMOTE (EU) | €80k-€100k<p>We write Go &amp; SQL.<p>Apply: <a href=\"https:&#x2F;&#x2F;quill.example&#x2F;jobs\">https:&#x2F;&#x2F;quill.example&#x2F;jobs</a>","children":[{"id":49,"text":"Is this still open?"}]},
 {"id":48,"author":null,"text":null,"children":[]},
 {"id":50,"author":"ann","created_at":"2026-03-02T16:00:00.000Z","text":"Lantern - we build lamps, and look for two engineers."}]}`

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

func TestAThreadsCommentsAreJobsAndTheirAnswersAreNot(t *testing.T) {
	page := read(t, example)
	if len(page.Postings) != 2 {
		t.Fatalf("got %d records, want 2: no deleted comment, no answer", len(page.Postings))
	}
	got := page.Postings[0]
	if got.ID != "47" || got.URL != "https://news.ycombinator.com/item?id=47" || got.Company != "Quill" ||
		got.Title != "Quill (YC W21, https://quill.example) | Backend Engineer, SRE | Berlin or REMOTE (EU) | €80k-€100k" {
		t.Errorf("got %+v", got)
	}
	if second := page.Postings[1]; second.Company != "Lantern" {
		t.Errorf("without bars the company is %q", second.Company)
	}
}

func TestTheSearchLeadsToTheLatestThreadOnly(t *testing.T) {
	page := read(t, `{"hits":[{"objectID":"9","title":"Ask HN: Freelancer? Seeking freelancer? (March 2026)"},{"objectID":"8","title":"Ask HN: Who is hiring? (March 2026)"},{"objectID":"7","title":"Ask HN: Who is hiring? (February 2026)"}]}`)
	same(t, []source.Request{{URL: "https://hn.algolia.com/api/v1/items/8"}}, page.Follow)
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `{}`, `[]`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
