package cli

import (
	"net"
	"strings"
	"testing"
)

// run is a command as a script sees it.
func run(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = Main(t.Context(), World{Args: args, Version: "v1", Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

// nobodyThere is an address that nobody listens at: the port was free a moment ago.
func nobodyThere(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

func TestExitCodesTellWrongUsageFromFailure(t *testing.T) {
	t.Setenv("JOBALERT_OPS_LISTEN", nobodyThere(t)) // at the default another daemon may answer
	tests := []struct {
		name string
		args []string
		code int
	}{
		{"done", []string{"version"}, 0},
		{"help", []string{"--help"}, 0},
		{"help of a command", []string{"outbox", "dead", "--help"}, 0},
		{"no command", nil, 2},
		{"no such command", []string{"sing"}, 2},
		{"no such flag", []string{"version", "--loud"}, 2},
		{"a flag is missing", []string{"match", "--filters", "x"}, 2},
		{"no such format", []string{"normalize", "--source", "nowhere"}, 2},
		{"flags that do not go together", []string{"digest", "--at", "2026-01-01T00:00:00Z"}, 2},
		{"neither names nor all", []string{"outbox", "retry"}, 2},
		{"not an address", []string{"subscribers", "suppress", "jane"}, 2},
		{"no such file", []string{"match", "--filters", "nowhere", "--postings", "nowhere"}, 1},
		{"nobody there", []string{"healthcheck"}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := run(t, "", test.args...)
			if code != test.code {
				t.Errorf("exit code %d, want %d; stderr: %s", code, test.code, stderr)
			}
			if (code == 0) != (stdout != "") {
				t.Errorf("exit code %d with %q on stdout", code, stdout)
			}
			if (code == 0) != (stderr == "") {
				t.Errorf("exit code %d with %q on stderr", code, stderr)
			}
		})
	}
}
