package arch

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// rule finds the places of a tree that break it.
type rule struct {
	name  string
	check func(*tree) []string
}

func rules() []rule {
	return []rule{
		{"imports run from left to right", arrows},
		{"roots are pure", pureRoots},
		{"drivers stay in their rooms", drivers},
		{"rooms for tests stay in tests", testRooms},
		{"programs do without package testing", noTestingInPrograms},
		{"nothing runs unasked", noInit},
		{"package variables cannot change", noGlobals},
		{"only config reads environment and files", environment},
		{"keys, scripts and metrics have files of their own", ownFiles},
		{"tests do not sleep", noSleep},
		{"nothing is too long", budgets},
		{"packages are explained", packageComments},
		{"exported names are explained", exportedComments},
		{"the top level holds the house only", topLevel},
		{"prose names paths that are there", namedPaths},
		{"prose names make targets that are there", namedTargets},
		{"prose names verbs that are there", namedVerbs},
		{"rules, dashboards and prose name metrics that are there", namedMetrics},
		{"metrics are in the contract", bornMetrics},
		{"the contract is kept", keptMetrics},
		{"metrics are explained", explainedMetrics},
		{"alerts are answered and tested", answeredAlerts},
	}
}

func TestTheHouse(t *testing.T) {
	house := readTree(t, os.DirFS("../../.."))
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			problems := r.check(house)
			slices.Sort(problems)
			if len(problems) > 0 {
				t.Errorf("%d places:\n%s", len(problems), strings.Join(problems, "\n"))
			}
		})
	}
}
