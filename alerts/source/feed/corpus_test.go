package feed

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"jobalertd/alerts/source"
)

// TestEveryFeedOfTheCorpusIsReadOrRefused reads over a thousand feeds that others collected, many of
// them broken on purpose.
func TestEveryFeedOfTheCorpusIsReadOrRefused(t *testing.T) {
	const corpus = "../../../../shared/data/corpora/gofeed-testdata"
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("the feed corpus is not on this machine (../shared/data/corpora beside the repository)")
	}
	board := source.Board{Name: "corpus", URL: "https://example.com/feed"}
	read, refused := 0, 0
	err := filepath.WalkDir(corpus, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err = Format().Parse(board, body); err == nil {
			read++
		} else if refused++; err.Error() == "" {
			t.Errorf("%s was refused without a word", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d read, %d refused", read, refused)
	if read == 0 || refused == 0 {
		t.Errorf("%d read and %d refused: the corpus holds both kinds", read, refused)
	}
}
