package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// machine is where commands run: a Redis and the environment that leads to it.
type machine struct {
	t   *testing.T
	env []string
}

func newMachine(t *testing.T) machine {
	return machine{t, []string{"JOBALERT_REDIS_URL=redis://" + miniredis.RunT(t).Addr(), "JOBALERT_KEYS_SECRET=a master key for tests, long enough", "JOBALERT_LOG_LEVEL=error"}}
}

// run runs a command that must end with a code, and returns what it said.
func (m machine) run(code int, stdin string, args ...string) (stdout, stderr string) {
	m.t.Helper()
	var out, errs strings.Builder
	got := Main(m.t.Context(), World{Args: args, Environ: m.env, Version: "v1", Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs})
	if got != code {
		m.t.Fatalf("jobalertd %s: exit code %d, want %d; stderr: %s", strings.Join(args, " "), got, code, errs.String())
	}
	return out.String(), errs.String()
}

// people is two people as an export prints them.
const people = `{"email":"jane@example.com","state":"active","locale":"en","time_zone":"Europe/Berlin","alerts":[{"name":"Go","cadence":{"every":"daily","hour":8},"filter":{"query":"golang"}}],"consent":{"source":"old system","confirmed_at":"2026-01-01T00:00:00Z"},"created_at":"2025-01-01T00:00:00Z"}
{"email":"joe@example.com","state":"active","locale":"en","time_zone":"UTC","alerts":[{"cadence":{"every":"instant"},"filter":{}},{"cadence":{"every":"weekly","hour":9,"weekday":"monday"},"filter":{}}],"consent":{"source":"old system","confirmed_at":"2026-01-01T00:00:00Z"},"created_at":"2025-01-01T00:00:00Z"}
`

const jobs = `{"id":"test:acme:1","url":"https://example.com/1","title":"Backend Engineer","company":"Acme","class":"core","description":"You build services in golang."}
{"id":"test:acme:2","url":"https://example.com/2","title":"Senior Backend Engineer","company":"Acme","class":"core","description":"You build services in Rust."}
`

func TestAListOfPeopleIsTakenInWholeOrNotAtAll(t *testing.T) {
	m := newMachine(t)
	faulty := people + `{"email":"pat@example.com","state":"active","time_zone":"UTC","alerts":[{"cadence":{"every":"instant"},"filter":{}}]}` + "\n{\n"
	stdout, stderr := m.run(1, faulty, "subscribers", "import")
	if stdout != "" || !strings.Contains(stderr, "-:3: consent.confirmed_at") || !strings.Contains(stderr, "-:4: ") {
		t.Errorf("a faulty list: stdout %q, stderr %q; want both lines named", stdout, stderr)
	}
	if out, _ := m.run(0, "", "subscribers", "export"); out != "" {
		t.Errorf("and yet there is %s", out)
	}
	stdout, stderr = m.run(0, faulty, "subscribers", "import", "--keep-going", "--json")
	if !strings.Contains(stdout, `{"result":"added","people":2}`) || !strings.Contains(stderr, "-:3: ") {
		t.Errorf("with --keep-going: stdout %q, stderr %q", stdout, stderr)
	}
	if out, _ := m.run(0, faulty, "subscribers", "import", "--keep-going"); !strings.Contains(out, "known       2\n") {
		t.Errorf("again: %s", out)
	}
	out, _ := m.run(0, "", "subscribers", "export")
	if !slices.Equal(lines(out), lines(people)) {
		t.Errorf("exported:\n%s\nwant:\n%s", out, people)
	}
	one, _ := m.run(0, "", "subscribers", "export", "jane@example.com")
	if !strings.Contains(one, `"served_up_to"`) {
		t.Errorf("one person's export: %s", one)
	}
}

func TestADryRunTellsTheSameTwiceAndAfterARestore(t *testing.T) {
	m := newMachine(t)
	m.run(0, people, "subscribers", "import")
	m.run(0, jobs, "postings", "import")
	at := time.Now().AddDate(0, 0, 8).UTC().Format(time.RFC3339)
	for _, args := range [][]string{{"digest", "--dry-run", "--at", at}, {"digest", "--dry-run", "--at", at, "--json"}} {
		first, _ := m.run(0, "", args...)
		if second, _ := m.run(0, "", args...); second != first {
			t.Errorf("%v: first\n%s\nthen\n%s", args, first, second)
		}
		for _, want := range []string{"test:acme:1", "test:acme:2", "golang", "daily at 08:00", "instant"} {
			if !strings.Contains(first, want) {
				t.Errorf("%v does not tell %q:\n%s", args, want, first)
			}
		}
		file := filepath.Join(t.TempDir(), "backup.ndjson")
		m.run(0, "", "backup", file)
		m.run(1, "", "backup", file) // it is there already
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the backup: %v, %v", info, err)
		}
		there := newMachine(t)
		there.run(0, "", "restore", file)
		if restored, _ := there.run(0, "", args...); restored != first {
			t.Errorf("%v after a restore:\n%s\nwant\n%s", args, restored, first)
		}
		there.run(1, "", "restore", file)
	}
	if out, _ := m.run(0, "", "outbox", "stats"); !strings.Contains(out, `"ready": 0`) {
		t.Errorf("a dry run has owed letters: %s", out)
	}
	if out, _ := m.run(0, "", "outbox", "recent"); out != "AT  LETTER  KIND  SUBSCRIBER  JOBS  RESULT\n" {
		t.Errorf("nothing was sent yet: %q", out)
	}
}

// lines is the lines of a text in alphabetical order.
func lines(text string) []string {
	return slices.Sorted(strings.Lines(text))
}
