package strictjson_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts/strictjson"
)

type order struct {
	ID    string         `json:"id"`
	Count int            `json:"count,omitempty"`
	Price float64        `json:"price"`
	Gift  bool           `json:"gift"`
	At    time.Time      `json:"at,omitzero"`
	Until *time.Time     `json:"until"`
	Lines []line         `json:"lines"`
	Notes map[string]int `json:"notes"`
	Extra any            `json:"extra"`
	Plain string
	Never string `json:"-"`
	shared
}

type line struct {
	Article string `json:"article"`
	Size    *uint8 `json:"size"`
}

type shared struct {
	Version int `json:"version"`
}

func TestDecodeReadsWhatIsRight(t *testing.T) {
	const input = "\ufeff" + ` {"id":"a","count":2,"price":1.5,"gift":true,"at":"2026-11-23T08:00:00Z","until":null,
		"lines":[{"article":"x","size":3},{"article":null}],"notes":{"any name":1},"extra":[1,{"a":"b"}],"Plain":"p","version":4} `
	size := uint8(3)
	want := order{
		ID: "a", Count: 2, Price: 1.5, Gift: true, At: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC),
		Lines: []line{{"x", &size}, {}}, Notes: map[string]int{"any name": 1},
		Extra: []any{1.0, map[string]any{"a": "b"}}, Plain: "p", shared: shared{4},
	}
	var got order
	if err := strictjson.Decode([]byte(input), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(order{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{"nothing", " \n", "there is nothing here; JSON is expected"},
		{"cut off", "{\n \"id\": \"x", "line 2, column 9: not JSON: unexpected end of JSON input"},
		{"a comma too many", "{\n \"id\": \"x\",}", "line 2, column 12: not JSON: invalid character '}' looking for beginning of object key string"},
		{"something behind", "{} {}", "line 1, column 4: not JSON: invalid character '{' after top-level value"},
		{"Latin-1", "{\"id\":\"caf\xe9\"}", "line 1, column 11: not UTF-8; save the text in that encoding"},
		{"a list for an object", "[]", "should be an object {…}, not a list […]"},
		{"an unknown field", `{"idd":"x"}`, `idd: there is no such field; did you mean "id"?`},
		{"a field in other case", `{"ID":"x"}`, `ID: there is no such field; did you mean "id"?`},
		{"a hidden field", `{"Never":"x"}`, "Never: there is no such field; the fields are id, count, price, gift, at, until, lines, notes, extra, Plain, version"},
		{"a field twice", `{"id":"x","id":"y"}`, "id: stands here twice; remove one"},
		{"a member twice", `{"notes":{"a":1,"a":2}}`, "notes.a: stands here twice; remove one"},
		{"a number for a text", `{"id":7}`, "id: should be a text in quotes, not a number"},
		{"a text for a number", `{"price":"7"}`, "price: should be a number, not a text in quotes"},
		{"a text for a list", `{"lines":"x"}`, "lines: should be a list […], not a text in quotes"},
		{"a number for true", `{"gift":1}`, "gift: should be true or false, not a number"},
		{"deep inside", `{"lines":[{},{"article":true}]}`, "lines[1].article: should be a text in quotes, not true or false"},
		{"no whole number", `{"count":1.5}`, "count: 1.5 is too large, or not a whole number where one is needed"},
		{"too large", `{"lines":[{"size":256}]}`, "lines[0].size: 256 is too large, or not a whole number where one is needed"},
		{"no time", `{"at":"tomorrow"}`, `at: "tomorrow" is not a time; write it like 2026-11-23T08:00:00Z`},
		{"no time behind a pointer", `{"until":5}`, `until: 5 is not a time; write it like 2026-11-23T08:00:00Z`},
		{"several at once", `{"id":7,"gift":1}`, "id: should be a text in quotes, not a number; gift: should be true or false, not a number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := order{ID: "untouched"}
			err := strictjson.Decode([]byte(test.input), &got)
			if err == nil || err.Error() != test.want {
				t.Fatalf("got %v\nwant %s", err, test.want)
			}
			if _, ok := errors.AsType[strictjson.Faults](err); !ok {
				t.Errorf("%T is not Faults", err)
			}
			if got.ID != "untouched" {
				t.Error("something was decoded all the same")
			}
		})
	}
}

func TestJSONTestSuite(t *testing.T) {
	files, err := filepath.Glob("../../../shared/data/corpora/jsontestsuite/test_parsing/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the JSONTestSuite corpus is not here")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var into any
		err = strictjson.Decode(data, &into)
		switch name := filepath.Base(file); {
		case strings.HasPrefix(name, "n_") && err == nil:
			t.Errorf("%s was accepted", name)
		case strings.HasPrefix(name, "y_") && err != nil:
			t.Errorf("%s was refused: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"id":"a","lines":[{"size":1}]}`, `{"notes":{"a":1,"a":2}}`, `{"at":"x"}`, "[", "\ufeff{}", `{"Id":1}`, `{"version":1e400}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var strict, loose order
		if err := strictjson.Decode(data, &strict); err != nil {
			return
		}
		data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
		if err := json.Unmarshal(data, &loose); err != nil {
			t.Fatalf("%s: accepted, but encoding/json says %v", data, err)
		}
		if diff := cmp.Diff(loose, strict, cmp.AllowUnexported(order{})); diff != "" {
			t.Fatalf("%s: %s", data, diff)
		}
	})
}
