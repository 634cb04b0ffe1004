package normalize_test

import (
	"fmt"
	"jobalertd/alerts/normalize"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
	"os"
	"strings"
	"testing"
)

func TestDbg(t *testing.T) {
	n := normalize.New(skill.Shipped())
	for _, l := range readLabels(t) {
		p := n.Posting("x", source.Board{Name: "e"}, l.raw())
		if string(p.Workplace) != l.Labels.Workplace && !(p.Workplace == "" && l.Labels.Workplace == "unknown") {
			rm := "nil"
			if l.Meta.Remote != nil {
				rm = fmt.Sprint(*l.Meta.Remote)
			}
			t.Logf("## %.16s %.60q want %s got %q loc=%q remote=%s unsure=%v", l.ID, l.Title, l.Labels.Workplace, p.Workplace, l.Meta.Location, rm, l.Unsure)
			for _, ln := range strings.Split(p.Title+"\n"+p.Description, "\n") {
				lo := strings.ToLower(ln)
				for _, w := range []string{"remote", "hybrid", "onsite", "on-site", "office", "in person", "in-person", "homeoffice", "home office"} {
					if i := strings.Index(lo, w); i >= 0 {
						a := max(0, i-70)
						b := min(len(ln), i+80)
						t.Logf("      %s", strings.ToValidUTF8(ln[a:b], ""))
						break
					}
				}
			}
		}
	}
	_ = os.Args
}
