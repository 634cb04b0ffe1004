package cli

import (
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
)

func TestASuppressionIsSetShownAndLiftedByHand(t *testing.T) {
	environ := []string{"JOBALERT_REDIS_URL=redis://" + miniredis.RunT(t).Addr(), "JOBALERT_KEYS_SECRET=0123456789abcdef0123456789abcdef"}
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"--show"}, "not suppressed; mail came back on 0 of the last 30 days\n"},
		{nil, "suppressed\n"},
		{[]string{"--reason", "complaint"}, "suppressed\n"}, // the first reason stays
		{[]string{"--show"}, ": operator\n"},
		{[]string{"--remove"}, "lifted\n"},
		{[]string{"--lift"}, "was not suppressed\n"},
		{[]string{"--show"}, "not suppressed; mail came back on 0 of the last 30 days\n"},
	} {
		var out, errs strings.Builder
		args := append([]string{"subscribers", "suppress", "jane@example.com"}, step.args...)
		code := Main(t.Context(), World{Args: args, Environ: environ, Version: "v1", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
		if code != 0 || !strings.HasSuffix(out.String(), step.want) {
			t.Errorf("%v: exit code %d, %q, want %q; stderr: %s", step.args, code, out.String(), step.want, errs.String())
		}
	}
	if code, _, _ := run(t, "", "subscribers", "suppress", "jane@example.com", "--show", "--lift"); code != 2 {
		t.Errorf("--show and --lift together: exit code %d", code)
	}
}
