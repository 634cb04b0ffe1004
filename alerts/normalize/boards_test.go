package normalize_test

import (
	"path/filepath"
	"strings"
	"testing"

	"jobalertd/alerts/normalize"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/formats"
	"jobalertd/alerts/source/sourcetest"
)

// TestRealBoardsGiveValidPostings reads every recorded answer of a real board and checks what comes
// out against the contract of postings from outside.
func TestRealBoardsGiveValidPostings(t *testing.T) {
	sourcetest.Files(t, "*") // skips where there are none
	n := normalize.New(skill.Shipped())
	answers := map[string]string{
		"ashby": "ashby/*.json.gz", "greenhouse": "greenhouse/list-*.json.gz", "remoteok": "remoteok/*.json", "arbeitnow": "arbeitnow/*.json",
		"lever": "fixtures-*/lever*.json", "workable": "fixtures-careerkit/workable.json", "recruitee": "fixtures-careerkit/recruitee.json",
		"personio": "fixtures-careerkit/personio.xml", "teamtailor": "fixtures-careerkit/teamtailor.json", "himalayas": "fixtures-transcribed/himalayas.json",
		"jobicy": "fixtures-transcribed/jobicy.json", "weworkremotely": "fixtures-transcribed/*.rss", "usajobs": "fixtures-transcribed/usajobs*.json",
	}
	for name, pattern := range answers {
		format, ok := formats.ByName(name)
		if !ok {
			t.Fatalf("no format %s", name)
		}
		read := 0
		for _, file := range sourcetest.Files(t, pattern) {
			base, _, _ := strings.Cut(filepath.Base(file), ".")
			board := source.Board{Name: base}
			page, err := format.Parse(board, sourcetest.Read(t, file))
			if err != nil {
				t.Errorf("%s: %v", file, err)
			}
			for _, raw := range page.Postings {
				p := n.Posting(name, board, raw)
				if err := p.Validate().Err(); err != nil {
					t.Errorf("%s: %v", p.ID, err)
				}
				read++
			}
		}
		if read == 0 {
			t.Errorf("%s: no postings", name)
		}
	}
}
