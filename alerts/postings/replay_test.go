package postings

import (
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/ashby"
	"jobalertd/mailer/mailertest/redistest"
)

// recorded is the postings of the recorded Ashby boards, by board.
func recorded(t *testing.T) map[string][]alerts.Posting {
	t.Helper()
	files, err := filepath.Glob("../../../shared/data/boards/ashby/*.json.gz")
	if err != nil || len(files) == 0 {
		t.Skip("the recorded boards are not on this machine (../shared/data/boards beside the repository)")
	}
	normalizer := normalize.New(skill.Shipped())
	boards := map[string][]alerts.Posting{}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(unpacked)
		_ = file.Close()
		if err != nil {
			t.Fatal(err)
		}
		board := source.Board{Name: strings.TrimSuffix(filepath.Base(name), ".json.gz")}
		page, err := ashby.Format().Parse(board, body)
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range page.Postings {
			id := board.ID(ashby.Format().Name)
			boards[id] = append(boards[id], normalizer.Posting(ashby.Format().Name, board, raw))
		}
	}
	return boards
}

// TestReplayingRecordedBoardsWithTheNoiseOfRealOnes plays weeks of fetches of real boards, with what
// boards were seen to do: touch every date, flap, vanish in part, edit, list the same job twice.
func TestReplayingRecordedBoardsWithTheNoiseOfRealOnes(t *testing.T) {
	l := New(redistest.Embedded(t), nil)
	chance := rand.New(rand.NewPCG(1, 2))
	boards := recorded(t)
	announced := map[string]int{} // by fingerprint as first seen
	first := map[string]string{}  // listing → fingerprint as first seen
	for fetch := range 12 {
		for _, board := range slices.Sorted(maps.Keys(boards)) {
			all := boards[board]
			shown := fetchOf(all, fetch, chance)
			for _, p := range shown {
				if _, known := first[p.ID]; !known {
					first[p.ID] = alerts.Fingerprint(&p)
				}
			}
			for i, result := range commit(t, l, shown...) {
				if result == ResultNew {
					announced[first[shown[i].ID]]++
				}
			}
			var ids []string
			for _, p := range shown {
				ids = append(ids, p.ID)
			}
			closed, err := l.Reconcile(t.Context(), board, ids)
			if half := len(shown)*2 < len(all) && len(all) >= smallBoard; half && (closed > 0 || !errors.Is(err, ErrImplausible)) {
				t.Errorf("fetch %d of %s showed %d of %d: %d closed, error %v", fetch, board, len(shown), len(all), closed, err)
			} else if !half && err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(announced) < 100 {
		t.Fatalf("only %d jobs were announced: the replay proves nothing", len(announced))
	}
	for job, n := range announced {
		if n > 1 {
			t.Errorf("a job was announced %d times (%s)", n, job)
		}
	}
}

// fetchOf is what a board shows at one fetch.
func fetchOf(all []alerts.Posting, fetch int, chance *rand.Rand) []alerts.Posting {
	var shown []alerts.Posting
	for _, p := range all {
		p.PostedAt = time.Unix(int64(1_700_000_000+fetch), 0) // touched all at once
		switch {
		case fetch%5 == 4 && chance.IntN(10) < 7: // most of the board vanishes
			continue
		case fetch%5 != 4 && chance.IntN(10) == 0: // flapping
			continue
		}
		if fetch > 0 && chance.IntN(20) == 0 {
			p.Description += " We have edited this."
		}
		shown = append(shown, p)
	}
	return shown
}
