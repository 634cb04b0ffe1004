package weworkremotely

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const example = `<?xml version="1.0"?><rss version="2.0"><channel><title>WWR</title><item><title>Quill: Backend Engineer: Ledger</title><region>North America Only</region><category>Back-End Programming</category>
<description>&lt;p&gt;We expect you in the office three days per week.&lt;/p&gt;</description><pubDate>Fri, 11 Sep 2026 07:30:48 +0000</pubDate><guid>https://weworkremotely.com/remote-jobs/1</guid><link>https://weworkremotely.com/remote-jobs/1</link></item></channel></rss>`

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

func TestATitleIsCompanyAndRoleAndTheRegionIsWhereOneMayLive(t *testing.T) {
	got := read(t, example).Postings[0]
	if got.Company != "Quill" || got.Title != "Backend Engineer: Ledger" || got.Workplace != alerts.WorkplaceRemote || got.HTML != "<p>We expect you in the office three days per week.</p>" {
		t.Errorf("got %+v", got)
	}
	same(t, []string{"North America Only"}, got.RemoteFrom)
}

func TestAnotherAnswerIsAnError(t *testing.T) {
	for _, body := range []string{``, `{}`, `<html>`} {
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
	sourcetest.Real(t, Format(), "fixtures-transcribed/weworkremotely.rss")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	sourcetest.Fuzz(f, Format())
}
