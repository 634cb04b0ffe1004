package feed

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `{"version":"https://jsonfeed.org/version/1.1","title":"Jobs","items":[{"id":"1","url":"https://quill.example/1","title":"Quill: Go Developer","content_html":"<p>Go</p>","date_published":"2026-02-04T09:26:20+01:00"}]}`

func read(t *testing.T, body string) source.Page {
	t.Helper()
	page, err := Parse(source.Board{Name: "quill", Query: map[string]string{"title": "company"}}, []byte(body))
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

func TestEveryKindOfFeedIsRead(t *testing.T) {
	for name, body := range map[string]string{
		"JSON Feed": example,
		"RSS":       `<rss version="2.0"><channel><item><title>Quill: Go Developer</title><link>https://quill.example/1</link><guid>1</guid><description>&lt;p&gt;Go&lt;/p&gt;</description><pubDate>Wed, 04 Feb 2026 08:26:20 GMT</pubDate></item></channel></rss>`,
		"Atom":      `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>Quill: Go Developer</title><link href="https://quill.example/1"/><content type="html">&lt;p&gt;Go&lt;/p&gt;</content><updated>2026-02-04T08:26:20Z</updated></entry></feed>`,
	} {
		got := read(t, body).Postings[0]
		if got.ID != "1" || got.URL != "https://quill.example/1" || got.Company != "Quill" || got.Title != "Go Developer" || got.HTML != "<p>Go</p>" || got.PostedAt.Hour() != 8 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestTheLinkStandsInForAMissingGUIDAndATitleStaysWhole(t *testing.T) {
	page, err := Parse(source.Board{}, []byte(`<rss version="2.0"><channel><item><title>Go: Developer</title><link>https://quill.example/1</link></item></channel></rss>`))
	if err != nil {
		t.Fatal(err)
	}
	same(t, []source.Raw{{ID: "https://quill.example/1", URL: "https://quill.example/1", Title: "Go: Developer"}}, page.Postings)
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `<html>`, `[]`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestAMissingSettingIsNamed(t *testing.T) {
	for _, board := range []source.Board{{}, {Name: "x", URL: "ftp://x"}} {
		if _, err := Format().Start(board); !errors.Is(err, source.ErrSetting) {
			t.Errorf("%+v gave %v", board, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) {
	sourcetest.Real(t, Format(), "usajobs-xml-2013/*.rss")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
