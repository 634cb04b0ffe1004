package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
)

func TestTimeReadsWhatBoardsWrite(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"RFC 3339 with an offset", "2026-08-06T12:50:10-04:00", "2026-08-06T16:50:10Z"},
		{"Ashby's fractions", "2025-10-10T21:10:27.371+00:00", "2025-10-10T21:10:27.371Z"},
		{"Recruitee's UTC", "2026-08-05 10:10:39 UTC", "2026-08-05T10:10:39Z"},
		{"no zone is UTC", "2026-07-09T14:45:43", "2026-07-09T14:45:43Z"},
		{"a bare date", "2026-07-09", "2026-07-09T00:00:00Z"},
		{"seconds since 1970", "1777664432", "2026-05-01T19:40:32Z"},
		{"milliseconds since 1970", "1777664432000", "2026-05-01T19:40:32Z"},
		{"RSS", "Sat, 08 Aug 2026 10:00:00 +0000", "2026-08-08T10:00:00Z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Time(test.in).Format(time.RFC3339Nano); got != test.want {
				t.Errorf("Time(%q) = %s, want %s", test.in, got, test.want)
			}
		})
	}
	for _, unknown := range []string{"", "soon", "Sun, 20 Sep 2026 04:59:00:0", "0001-01-01T00:00:00Z", "9999-12-31", "0", "-5"} {
		if got := Time(unknown); !got.IsZero() {
			t.Errorf("Time(%q) = %s, want unknown", unknown, got)
		}
	}
}

func TestLenientTypesTakeWhatBoardsPutInTheirPlace(t *testing.T) {
	type record struct {
		ID    Text       `json:"id"`
		Pay   Number     `json:"pay"`
		Words Many[Text] `json:"words"`
		Place Lenient[struct {
			Name Text `json:"name"`
		}] `json:"place"`
	}
	tests := []struct {
		name, in string
		want     string
	}{
		{"as documented", `{"id":"a1","pay":100,"words":["x","y"],"place":{"name":"Berlin"}}`, "a1 100 [x y] Berlin"},
		{"a number for a text and a text for a number", `{"id":123,"pay":"$61,000","words":"x"}`, "123 61000 [x] "},
		{"nulls and empty things", `{"id":null,"pay":null,"words":null,"place":null}`, " 0 [] "},
		{"an object for a text, a text for an object", `{"id":{"x":1},"pay":"n/a","words":[null,"y"],"place":"Berlin"}`, " 0 [y] "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r record
			if err := json.Unmarshal([]byte(test.in), &r); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%s %v %s %s", r.ID, r.Pay, r.Words, r.Place.V.Name); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDecodePassesOverAByteOrderMarkAndSaysWhereItFails(t *testing.T) {
	var v map[string]int
	if err := Decode([]byte("\xef\xbb\xbf{\"a\":1}"), &v); err != nil || v["a"] != 1 {
		t.Errorf("with a byte order mark: %v, %v", v, err)
	}
	err := Decode([]byte("<html>down for maintenance</html>"), &v)
	if !errors.Is(err, ErrNotThisFormat) || !strings.Contains(err.Error(), "at byte 1 of 33") {
		t.Errorf("an error page gave %v", err)
	}
}

func TestAddJoinsRepeatedRecordsAndRefusesNamelessOnes(t *testing.T) {
	var page Page
	page.Add(0, Raw{ID: "1", Title: "Engineer", Places: []Place{{Text: "Berlin"}}})
	page.Add(1, Raw{ID: "1", Title: "Engineer", Places: []Place{{Text: "Paris"}}})
	page.Add(2, Raw{ID: "2"})
	page.Add(3, Raw{Title: "Engineer"})
	want := []Raw{{ID: "1", Title: "Engineer", Places: []Place{{Text: "Berlin"}, {Text: "Paris"}}}}
	if diff := cmp.Diff(want, page.Postings); diff != "" {
		t.Error(diff)
	}
	if len(page.Refused) != 2 || !errors.Is(page.Refused[0], ErrNoTitle) || !errors.Is(page.Refused[1], ErrNoID) {
		t.Errorf("refused %v", page.Refused)
	}
}

func TestASecretDoesNotShow(t *testing.T) {
	board := Board{Name: "acme", Key: "hunter2"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, board); strings.Contains(got, "hunter2") {
			t.Errorf("%s shows the key: %s", verb, got)
		}
	}
}

func TestEmployerIsTheConfiguredNameElseTheBoards(t *testing.T) {
	if got := (Board{Name: "acme"}).Employer(); got != "acme" {
		t.Errorf("got %q", got)
	}
	if got := (Board{Name: "acme", Company: "Acme & Söhne"}).Employer(); got != "Acme & Söhne" {
		t.Errorf("got %q", got)
	}
}

func TestPeriodReadsWhatBoardsCallIt(t *testing.T) {
	for word, want := range map[string]alerts.Period{
		"1 YEAR": alerts.PeriodYear, "per-year-salary": alerts.PeriodYear, "annual": alerts.PeriodYear, "PER_HOUR": alerts.PeriodHour, "per-hour-wage": alerts.PeriodHour,
		"Monthly": alerts.PeriodMonth, "week": alerts.PeriodWeek, "daily": alerts.PeriodDay, "": "", "NONE": "", "fortnight": "",
	} {
		if got := Period(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
