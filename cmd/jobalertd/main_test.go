package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if slices.Contains(os.Environ(), asDaemon) {
		main()
	}
	testscript.Main(m, map[string]func(){"jobalertd": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"same-but-ids-and-times": sameButIDsAndTimes,
			"json-lines":             jsonLines,
			"hide-programs":          hidePrograms,
		},
	})
}

// sameButIDsAndTimes compares two files, leaving out what may differ between two runs.
func sameButIDsAndTimes(ts *testscript.TestScript, neg bool, args []string) {
	changing := regexp.MustCompile(`\d{2}:\d{2}|[a-z2-7]{13,}|\d{4}-\d\d-\d\dT[^"]*`)
	a, b := changing.ReplaceAllString(ts.ReadFile(args[0]), ""), changing.ReplaceAllString(ts.ReadFile(args[1]), "")
	if (a == b) == neg {
		ts.Fatalf("%s and %s:\n%s\n%s", args[0], args[1], a, b)
	}
}

// hidePrograms leaves only our own commands on PATH, which stand in a directory of their own, first.
func hidePrograms(ts *testscript.TestScript, _ bool, _ []string) {
	own, _, _ := strings.Cut(ts.Getenv("PATH"), string(os.PathListSeparator))
	ts.Setenv("PATH", own)
}

// jsonLines checks that a file holds the given number of JSON objects, one a line, with the keys
// that follow.
func jsonLines(ts *testscript.TestScript, _ bool, args []string) {
	lines := bytes.Split(bytes.TrimSpace([]byte(ts.ReadFile(args[0]))), []byte("\n"))
	for _, line := range lines {
		var object map[string]any
		if err := json.Unmarshal(line, &object); err != nil {
			ts.Fatalf("%s: %v", line, err)
		}
		for _, key := range args[2:] {
			if _, found := object[key]; !found {
				ts.Fatalf("%s has no %q", line, key)
			}
		}
	}
	if want := args[1]; want != "some" && want != strconv.Itoa(len(lines)) {
		ts.Fatalf("%d lines, want %s", len(lines), want)
	}
}

// TestNormalizeReadsTheRecordedBoards runs the command over every recorded response there is.
func TestNormalizeReadsTheRecordedBoards(t *testing.T) {
	const boards = "../../../shared/data/boards"
	if _, err := os.Stat(boards); err != nil {
		t.Skip("the recorded boards are not on this machine (../shared/data/boards beside the repository)")
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/boards",
		Setup: func(env *testscript.Env) error {
			wd, err := os.Getwd()
			env.Setenv("BOARDS", wd+"/"+boards)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"json-lines": jsonLines},
	})
}
