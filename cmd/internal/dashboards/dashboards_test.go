package dashboards

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/mailer/mailertest/needs"
)

var update = flag.Bool("update", false, "write the dashboards under deploy/ anew")

const folder = "../../../deploy/grafana"

func all(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := All()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestTheFilesUnderDeployAreUpToDate(t *testing.T) {
	files := all(t)
	for name, want := range files {
		path := filepath.Join(folder, name)
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("deploy/grafana/%s is out of date; run make generate\n%s", name, diff)
		}
	}
	there, err := filepath.Glob(folder + "/*.json")
	if err != nil || len(there) != len(files) {
		t.Errorf("there are %d dashboards in deploy/grafana, want %d (%v)", len(there), len(files), err)
	}
}

// shown is what the tests read of a dashboard.
type shown struct {
	UID, Title string
	Panels     []struct {
		ID                       int
		Type, Title, Description string
		GridPos                  struct{ X, Y, W, H int }
		Targets                  []struct{ Expr string }
	}
}

func TestEveryPanelIsExplainedAndStandsInAPlaceOfItsOwn(t *testing.T) {
	for name, text := range all(t) {
		var d shown
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d.UID+".json" != name || d.Title == "" {
			t.Errorf("%s is called %q with the uid %q", name, d.Title, d.UID)
		}
		var ids []int
		taken := map[[2]int]string{}
		for _, p := range d.Panels {
			ids = append(ids, p.ID)
			if p.Type != "row" && (p.Description == "" || len(p.Targets) == 0 || p.Title == "") {
				t.Errorf("%s: the panel %q has no title, explanation or series", name, p.Title)
			}
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					if other, ok := taken[[2]int{x, y}]; ok || x >= gridWidth {
						t.Fatalf("%s: the panel %q lies over %q or beyond the edge", name, p.Title, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
		}
		if slices.Sort(ids); len(slices.Compact(ids)) != len(d.Panels) {
			t.Errorf("%s: two panels have the same id", name)
		}
	}
}

// TestPrometheusUnderstandsEveryExpression makes a recording rule of each, since that is what promtool
// reads. That each names a metric of the daemon is a rule of the house.
func TestPrometheusUnderstandsEveryExpression(t *testing.T) {
	promtool := needs.Program(t, "promtool", "prometheus")
	var rules strings.Builder
	rules.WriteString("groups:\n- name: panels\n  rules:\n")
	n := 0
	for name, text := range all(t) {
		var d shown
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				n++
				fmt.Fprintf(&rules, "  - record: panel:%d\n    expr: %q\n", n, target.Expr)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "rules.yml")
	if err := os.WriteFile(path, []byte(rules.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), promtool, "check", "rules", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), fmt.Sprintf("%d rules found", n)) {
		t.Errorf("promtool: %v\n%s", err, out)
	}
}
