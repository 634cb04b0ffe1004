package formats

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jobalertd/alerts/source"
	"jobalertd/alerts/source/sourcetest"
)

func TestFormatsAreSortedAndFoundByName(t *testing.T) {
	names := Names()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("%v is not a sorted list of different names", names)
	}
	for _, name := range names {
		if format, ok := ByName(name); !ok || format.Name != name {
			t.Errorf("%s is not found", name)
		}
	}
	if _, ok := ByName("remotive"); ok {
		t.Error("Remotive is a format, against its terms")
	}
}

func TestEveryFormatHasItsFolderItsTermsAndAParser(t *testing.T) {
	for _, format := range All() {
		comment, err := os.ReadFile(filepath.Join("..", format.Name, format.Name+".go"))
		if err != nil {
			t.Errorf("%s: %v", format.Name, err)
			continue
		}
		if format.Parse == nil || format.Start != nil && format.Terms.Every <= 0 {
			t.Errorf("%s cannot be read, or may be polled without a pause", format.Name)
		}
		if format.Start != nil && !strings.Contains(string(comment), "// Address: ") {
			t.Errorf("%s: the package comment does not tell the address", format.Name)
		}
	}
}

func TestAnyBytesAreReadOrRefused(t *testing.T) {
	bodies := []string{"", "null", "[]", "{}", "[null]", `{"jobs":[null,1,"x",[],{}]}`, `{"items":[{}],"data":[{}],"offers":[{}],"content":[{}],"results":[{}],"children":[{}]}`,
		"<html></html>", "<rss><channel><item/></channel></rss>", "\xff\xfe\x00", strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000)}
	for _, format := range All() {
		for _, body := range bodies {
			page, _ := format.Parse(source.Board{Name: "x"}, []byte(body))
			for _, raw := range page.Postings {
				if err := raw.Check(); err != nil {
					t.Errorf("%s made an incomplete record of %.40q: %v", format.Name, body, err)
				}
			}
		}
	}
}

// TestEveryRecordedAnswerIsReadOrRefusedByEveryFormat gives each format the answers of all the
// others: what is not its own must be refused, or give nothing, and never panic.
func TestEveryRecordedAnswerIsReadOrRefusedByEveryFormat(t *testing.T) {
	for _, file := range sourcetest.Files(t, "*/*") {
		body := sourcetest.Read(t, file)
		for _, format := range All() {
			page, err := format.Parse(source.Board{Name: "x"}, body)
			if err != nil && !errors.Is(err, source.ErrNotThisFormat) {
				t.Errorf("%s as %s: %v does not say that it is another format", filepath.Base(file), format.Name, err)
			}
			for _, raw := range page.Postings {
				if err := raw.Check(); err != nil {
					t.Errorf("%s as %s: incomplete record: %v", filepath.Base(file), format.Name, err)
				}
			}
		}
	}
}
