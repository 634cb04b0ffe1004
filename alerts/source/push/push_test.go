package push

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

const one = `{"id":"42","url":"https://quill.example/jobs/42","title":"Go Developer","company":"Quill","description":"We write Go."}`

func TestABodyMayHoldOneAnArrayOrLines(t *testing.T) {
	for name, body := range map[string]string{
		"one":                    one,
		"an array":               "[" + one + "," + one + "]",
		"lines":                  one + "\n" + one + "\n",
		"with a byte order mark": "\xef\xbb\xbf" + one,
	} {
		items, err := Items(source.Board{}, []byte(body))
		if err != nil || len(items) == 0 || items[len(items)-1].Err != nil {
			t.Errorf("%s: %v, %+v", name, err, items)
		}
	}
}

func TestAnIDGetsItsBoardUnlessItHasOne(t *testing.T) {
	tests := []struct{ id, wantID, wantSource string }{
		{"42", "push:ats:42", "push"},
		{"greenhouse:acme:123", "greenhouse:acme:123", "greenhouse"},
	}
	for _, test := range tests {
		items, err := Items(source.Board{Name: "ats"}, []byte(strings.Replace(one, `"42"`, `"`+test.id+`"`, 1)))
		if err != nil || items[0].Err != nil {
			t.Fatal(err, items[0].Err)
		}
		if got := items[0].Raw.Settled; got.ID != test.wantID || got.Source != test.wantSource {
			t.Errorf("id %s became %s of %s, want %s of %s", test.id, got.ID, got.Source, test.wantID, test.wantSource)
		}
	}
}

func TestOneFaultyPostingNamesItsFieldAndHarmsNoOther(t *testing.T) {
	body := "[" + strings.Replace(one, `"title"`, `"titel"`, 1) + "," + one + `,{"id":"7","url":"https://quill.example/7","title":"x","company":"y","description":"z","workplace":"moon"}]`
	items, err := Items(source.Board{}, []byte(body))
	if err != nil || len(items) != 3 {
		t.Fatal(err, items)
	}
	var fields []string
	for _, i := range []int{0, 2} {
		faults, ok := errors.AsType[alerts.FieldErrors](items[i].Err)
		if !ok {
			t.Fatalf("item %d: %v", i, items[i].Err)
		}
		fields = append(fields, faults[0].Field)
	}
	if diff := cmp.Diff([]string{"titel", "workplace"}, fields); diff != "" {
		t.Error(diff)
	}
	if items[1].Err != nil {
		t.Errorf("the good posting between them was refused: %v", items[1].Err)
	}
}

func TestABodyThatIsNoJSONKeepsWhatCameBefore(t *testing.T) {
	items, err := Items(source.Board{}, []byte(one+"\n{broken"))
	if !errors.Is(err, source.ErrNotThisFormat) || !strings.Contains(err.Error(), "posting 1") || len(items) != 1 {
		t.Errorf("got %d items and %v", len(items), err)
	}
	if _, err := Items(source.Board{}, nil); !errors.Is(err, source.ErrNotThisFormat) {
		t.Errorf("an empty body gave %v", err)
	}
}

func TestTooManyPostingsAreRefusedAsAWhole(t *testing.T) {
	body := strings.Repeat("1 ", MaxItems+1)
	if items, err := Items(source.Board{}, []byte(body)); !errors.Is(err, source.ErrNotThisFormat) || len(items) != 0 {
		t.Errorf("got %d items and %v", len(items), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(one))
	f.Add([]byte("[" + one + "]\n" + one))
	sourcetest.Fuzz(f, Format())
}
