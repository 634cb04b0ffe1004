package arch

import (
	"fmt"
	"maps"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jobalertd/mailer/mailertest/needs"
)

// answeredAlerts: every alert is shown to fire, and tells whoever it wakes what to do, under a
// heading that is there.
func answeredAlerts(t *tree) []string {
	alert := regexp.MustCompile(`(?m)^ *- alert: (\w+)`)
	var problems []string
	for _, p := range slices.Sorted(maps.Keys(t.other)) {
		if path.Dir(p) != "deploy/prometheus" || strings.HasSuffix(p, "_test.yml") {
			continue
		}
		tests := t.other[strings.TrimSuffix(p, ".yml")+"_test.yml"]
		for _, m := range alert.FindAllStringSubmatch(t.other[p], -1) {
			runbook := "deploy/README.md#" + strings.ToLower(m[1])
			if !strings.Contains(t.other[p], "runbook: "+runbook+"\n") {
				problems = append(problems, fmt.Sprintf("%s: alert %s has no annotation runbook: %s", p, m[1], runbook))
			}
			if broken := t.brokenLink(prose{path: "README.md"}, runbook); broken != "" {
				problems = append(problems, fmt.Sprintf("%s: alert %s: %s", p, m[1], broken))
			}
			if !regexp.MustCompile(`alertname: ` + m[1] + `\n *eval_time: .*\n *exp_alerts:`).MatchString(tests) {
				problems = append(problems, fmt.Sprintf("%s: alert %s: no test shows that it fires", p, m[1]))
			}
		}
	}
	return problems
}

func TestPrometheusTakesTheRulesAndTheirTests(t *testing.T) {
	promtool := needs.Program(t, "promtool", "prometheus")
	for _, args := range [][]string{
		{"check", "rules", "--lint=all", "--lint-fatal", "rules.yml"},
		{"test", "rules", "rules_test.yml"},
	} {
		cmd := exec.CommandContext(t.Context(), promtool, args...)
		cmd.Dir = "../../../deploy/prometheus"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}
