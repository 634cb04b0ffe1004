// Package sourcetest holds what the tests of all formats share: reading the recorded real boards
// where they are at hand, and fuzzing a parser.
package sourcetest

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jobalertd/alerts/source"
)

// boards is where recorded responses of real boards lie: beside the repository, of which they are
// no part.
func boards() string {
	up := ".."
	for range 6 {
		dir := filepath.Join(up, "shared", "data", "boards")
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
		up = filepath.Join(up, "..")
	}
	return filepath.Join("..", "shared", "data", "boards")
}

// Files gives the names of recorded responses, or skips the test where none are at hand.
func Files(t *testing.T, patterns ...string) []string {
	t.Helper()
	var files []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(boards(), pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skipf("no recorded boards at %s", boards())
	}
	return files
}

// Read reads a file, unpacking it where its name ends in .gz.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(name, ".gz") {
		return body
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	body, err = io.ReadAll(unpacked)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return body
}

// Real parses the recorded responses that match the patterns: each must give records, refuse none,
// and name each record's page and text.
func Real(t *testing.T, format source.Format, patterns ...string) []source.Raw {
	t.Helper()
	var all []source.Raw
	for _, name := range Files(t, patterns...) {
		page, err := format.Parse(source.Board{Name: "real"}, Read(t, name))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		if len(page.Refused) > 0 {
			t.Errorf("%s: %d refused, the first: %v", filepath.Base(name), len(page.Refused), page.Refused[0])
		}
		for _, raw := range page.Postings {
			if raw.URL == "" {
				t.Errorf("%s: record %s has no address", filepath.Base(name), raw.ID)
			}
		}
		all = append(all, page.Postings...)
	}
	if len(all) == 0 {
		t.Error("no records in any of the boards")
	}
	return all
}

// Fuzz feeds a parser mutations of the seed files: it must not panic, and what it gives must be
// complete.
func Fuzz(f *testing.F, format source.Format, seeds ...string) {
	for _, name := range seeds {
		f.Add(Read(f, name))
	}
	f.Add([]byte(`{}`))
	f.Add([]byte(`[null,{"id":{},"title":[]}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := format.Parse(source.Board{Name: "fuzz"}, body)
		if err != nil && len(page.Postings) > 0 && format.Start != nil {
			t.Errorf("an unreadable body gave %d records: %v", len(page.Postings), err)
		}
		for _, raw := range page.Postings {
			if err := raw.Check(); err != nil {
				t.Errorf("incomplete record: %v", err)
			}
		}
	})
}
