package remoteok

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `[{"last_updated":1781403034,"legal":"Please link back"},{"id":"113","epoch":1781320167,"date":"2026-06-13T03:09:27+00:00","company":"Quill","position":"Go Developer (SÃ£o Paulo)","tags":["go"],
 "description":"We write Go.\n\nPlease mention the word **MAGICAL** and tag RMzQ= when applying to show you read the job post completely (#RMzQ=). This is a beta feature to avoid spam applicants. Companies can search these words to find applicants that read this and see they're human.","location":"SÃ£o Paulo","salary_min":0,"salary_max":0,"url":"https://remoteOK.com/remote-jobs/113"},
 {"id":"114","position":"Łódź Developer","description":"Zażółć","salary_min":50000,"salary_max":70000,"url":"https://remoteOK.com/remote-jobs/114"}]`

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

func TestTextIsMendedAndTheSentenceAgainstRobotsTakenOut(t *testing.T) {
	got := read(t, example).Postings[0]
	if got.Title != "Go Developer (São Paulo)" || got.Places[0].Text != "São Paulo" {
		t.Errorf("title %q, places %v", got.Title, got.Places)
	}
	if got.HTML != "We write Go.\n\n" {
		t.Errorf("text %q", got.HTML)
	}
	if got.Pay != nil {
		t.Errorf("a salary of nothing was read as %v", got.Pay)
	}
}

func TestTextThatIsRightStaysAsItIs(t *testing.T) {
	got := read(t, example).Postings[1]
	if got.Title != "Łódź Developer" || got.HTML != "Zażółć" {
		t.Errorf("got %q, %q", got.Title, got.HTML)
	}
	same(t, []source.Pay{{Min: 50000, Max: 70000, Currency: "USD", Period: alerts.PeriodYear}}, got.Pay)
	if mended("café") != "café" {
		t.Errorf("one right letter of Latin-1 became %q", mended("café"))
	}
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `{}`, `null`} {
		if _, err := Parse(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) {
			t.Errorf("%q gave %v", body, err)
		}
	}
}

func TestRealAnswersAreReadWhole(t *testing.T) { sourcetest.Real(t, Format(), "remoteok/*.json") }

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
