package arch

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// plant makes a tree of files that stand nowhere but here.
func plant(t *testing.T, files map[string]string) *tree {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return readTree(t, fsys)
}

// goodTree keeps every rule and has something for each of them to look at.
func goodTree() map[string]string {
	return map[string]string{
		".gitignore": "bin/\ndata/\n", "go.mod": "module jobalertd\n", "README.md": "# Jobs\n\nRun `make demo`, then read [the guide](deploy/README.md#metrics).\n",
		"Makefile": "demo: build\n\tbin/jobalertd demo\n", "data/dump.rdb": "", "bin/jobalertd": "",
		"deploy/README.md": "# Guide\n\n## Metrics\n\n| `jobalert_leader` | 1 on the leader |\n\n```\nbin/jobalertd check-config --config deploy/config.yaml\n```\n\n### JobalertSlow\n\n" +
			"See `mailer/address.go`, `cmd/internal/...` and https://example.com/mailer/none.\n",
		"deploy/config.yaml": "a: 1\n",
		"deploy/prometheus/rules.yml": "  - alert: JobalertSlow\n    expr: sum(rate(jobalert_posting_to_mail_seconds_bucket[5m])) > jobalert_leader\n" +
			"    annotations:\n      runbook: deploy/README.md#jobalertslow\n",
		"deploy/prometheus/rules_test.yml": "  - alertname: JobalertSlow\n    eval_time: 1m\n    exp_alerts: []\n",
		"deploy/systemd/jobalertd.service": "# jobalertd under systemd\nExecStart=/usr/local/bin/jobalertd demo --config x\n",
		"mailer/doc.go":                    "// Package mailer sends.\npackage mailer\n",
		"mailer/address.go":                "package mailer\n\nimport (\n\t\"errors\"\n\t\"log/slog\"\n\t\"net/mail\"\n\n\t\"golang.org/x/net/idna\"\n)\n\n// ErrAddress is wrong.\nvar ErrAddress = errors.New(\"x\")\n\nvar _ slog.LogValuer = Address{}\n\n// Address is one.\ntype Address struct{ *mail.Address }\n\n// LogValue hides it.\nfunc (Address) LogValue() slog.Value { _ = idna.New(); return slog.Value{} }\n",
		"mailer/address_test.go":           "package mailer\n\nimport (\n\t\"os\"\n\t\"testing\"\n\n\t\"jobalertd/mailer/mailertest\"\n)\n\nvar update = false\n\nfunc TestX(t *testing.T) { os.Getenv(\"X\"); mailertest.New() }\n",
		"mailer/mailertest/catcher.go":     "// Package mailertest catches.\npackage mailertest\n\nimport smtp \"github.com/emersion/go-smtp\"\n\n// New makes one.\nfunc New() *smtp.Server { return nil }\n",
		"mailer/outbox/keys.go":            "// Package outbox owes.\npackage outbox\n\nfunc key() string { return \"jobalert:{s\" + \"1\" + \"}:outbox\" }\n",
		"mailer/outbox/scripts.go":         "package outbox\n\nimport \"github.com/redis/go-redis/v9\"\n\nvar put = redis.NewScript(`return 1`)\n",
		"mailer/outbox/metrics.go":         "package outbox\n\nimport (\n\t\"github.com/prometheus/client_golang/prometheus\"\n\t\"github.com/prometheus/client_golang/prometheus/promauto\"\n)\n\nfunc newMetrics(reg prometheus.Registerer) {\n\tpromauto.With(reg).NewGauge(prometheus.GaugeOpts{Name: \"jobalert_leader\"})\n}\n",
		"mailer/outbox/outbox_test.go":     "package outbox\n\nimport (\n\t\"testing\"\n\t\"testing/synctest\"\n\t\"time\"\n)\n\nfunc TestX(t *testing.T) {\n\tsynctest.Test(t, func(t *testing.T) { time.Sleep(1); wait() })\n}\n\nfunc wait() { time.Sleep(1) }\n",
		"alerts/posting.go":                "// Package alerts offers.\npackage alerts\n\nimport \"jobalertd/alerts/text\"\n\n// Kinds of postings.\nconst (\n\tCore = text.Fold\n\tNo = 2\n)\n",
		"alerts/text/text.go":              "// Package text folds.\npackage text\n\n// Fold folds.\nconst Fold = 1\n",
		"alerts/source/fetch.go":           "// Package source reads.\npackage source\n\nimport (\n\t_ \"embed\"\n\t\"net/http\"\n\t\"regexp\"\n\t\"sync\"\n)\n\n//go:embed list.txt\nvar list string\n\nvar pattern = regexp.MustCompile(`x`)\n\nvar once = sync.OnceValue(func() int { return 1 })\n\n// Client reads.\ntype Client struct{ *http.Client }\n",
		"subscribers/doc.go":               "// Package subscribers asks.\npackage subscribers\n\nimport _ \"jobalertd/alerts\"\n",
		"cmd/jobalertd/main.go":            "// Command jobalertd serves.\npackage main\n\nimport (\n\t\"os\"\n\n\t\"jobalertd/cmd/internal/cli\"\n)\n\nvar version = \"devel\"\n\nfunc main() { os.Environ(); cli.Main() }\n",
		"cmd/internal/cli/cli.go":          "// Package cli commands.\npackage cli\n\nimport \"os\"\n\ntype verbs struct {\n\tDemo struct{} `cmd:\"\"`\n\tCheckConfig struct{} `cmd:\"\"`\n}\n\n// Main runs.\nfunc Main() { os.Open(\"x\") }\n",
		"cmd/internal/config/load.go":      "// Package config reads.\npackage config\n\nimport \"os\"\n\n// Load loads.\nfunc Load() { os.ReadFile(os.Getenv(\"X\")) }\n",
	}
}

func TestNoRuleFiresOnAGoodTree(t *testing.T) {
	tree := plant(t, goodTree())
	for _, r := range rules() {
		if problems := r.check(tree); len(problems) > 0 {
			t.Errorf("%s:\n%s", r.name, strings.Join(problems, "\n"))
		}
	}
}

func TestNoRuleNeedsARoomThatIsNotThereYet(t *testing.T) {
	tree := plant(t, map[string]string{"go.mod": "module jobalertd\n"})
	for _, r := range rules() {
		if problems := r.check(tree); len(problems) > 0 {
			t.Errorf("%s:\n%s", r.name, strings.Join(problems, "\n"))
		}
	}
}

// bad is one thing done wrong to the good tree, and what must be said about it.
type bad struct {
	name  string
	files map[string]string
	rule  string // the name of the one rule that fires
	want  []string
}

func TestEachRuleFiresOnWhatItForbids(t *testing.T) {
	for _, test := range slices.Concat(badImports(), badCode(), badSizes(), badProse()) {
		t.Run(test.name, func(t *testing.T) {
			files := goodTree()
			maps.Copy(files, test.files)
			tree := plant(t, files)
			for _, r := range rules() {
				got := r.check(tree)
				slices.Sort(got)
				var want []string
				if r.name == test.rule {
					want = test.want
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s says\n%s\nwant\n%s", r.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		})
	}
}

func TestEveryRuleHasABadTree(t *testing.T) {
	tested := map[string]bool{}
	for _, test := range slices.Concat(badImports(), badCode(), badSizes(), badProse()) {
		tested[test.rule] = true
	}
	for _, r := range rules() {
		if !tested[r.name] {
			t.Errorf("nothing shows that this rule fires: %s", r.name)
		}
	}
}

func one(name, text string) map[string]string { return map[string]string{name: text} }

func badImports() []bad {
	const arrow, driver = "imports run from left to right", "drivers stay in their rooms"
	return []bad{
		{"an import against the street", one("mailer/more.go", "package mailer\n\nimport _ \"jobalertd/alerts\"\n"), arrow,
			[]string{"mailer/more.go:3: mailer may not import alerts; declare an interface in mailer and let alerts implement it"}},
		{"a test that imports against the street", one("alerts/more_test.go", "package alerts\n\nimport _ \"jobalertd/subscribers\"\n"), arrow,
			[]string{"alerts/more_test.go:3: alerts may not import subscribers; declare an interface in alerts and let subscribers implement it"}},
		{"a house beside the street", one("mailer/outbox/more.go", "package outbox\n\nimport _ \"jobalertd/util\"\n"), arrow,
			[]string{"mailer/outbox/more.go:3: mailer may not import util; declare an interface in mailer and let util implement it"}},
		{"a root that opens files", one("alerts/more.go", "package alerts\n\nimport _ \"os/exec\"\n"), "roots are pure",
			[]string{"alerts/more.go:3: alerts is pure, being a root or what a root leans on, and may not import os/exec; move this to a room"}},
		{"a root that leans on something impure", one("alerts/text/more.go", "package text\n\nimport _ \"os\"\n"), "roots are pure",
			[]string{"alerts/text/more.go:3: alerts/text is pure, being a root or what a root leans on, and may not import os; move this to a room"}},
		{"a root that looks at the clock", one("mailer/more.go", "package mailer\n\nimport \"time\"\n\nfunc f() { time.Now() }\n"), "roots are pure",
			[]string{"mailer/more.go:5: mailer is pure and has no clock; take now as an argument instead of time.Now"}},
		{"a driver outside its room", one("subscribers/web/more.go", "// Package web x.\npackage web\n\nimport _ \"github.com/redis/go-redis/v9\"\n"), driver,
			[]string{"subscribers/web/more.go:4: subscribers/web may not import github.com/redis/go-redis/v9; its rooms are mailer/outbox, mailer/suppress, mailer/fields, alerts/postings, subscribers/store, subscribers/limit, subscribers/once, cmd/internal/app, cmd/internal/demo"}},
		{"cron outside the app", one("cmd/internal/cli/more.go", "package cli\n\nimport _ \"github.com/robfig/cron/v3\"\n"), driver,
			[]string{"cmd/internal/cli/more.go:3: cmd/internal/cli may not import github.com/robfig/cron/v3; its rooms are cmd/internal/app"}},
		{"HTTP in the mailer", one("mailer/outbox/more.go", "package outbox\n\nimport _ \"net/http\"\n"), driver,
			[]string{"mailer/outbox/more.go:3: mailer/outbox may not import net/http; its rooms are subscribers/web, alerts/source, cmd"}},
		{"a dependency nobody decided on", one("cmd/internal/cli/more.go", "package cli\n\nimport _ \"github.com/spf13/viper\"\n"), driver,
			[]string{"cmd/internal/cli/more.go:3: github.com/spf13/viper has no room; give it one in driverTable, with the reason in that room's # Decisions"}},
		{"production code that uses a room for tests", one("mailer/outbox/more.go", "package outbox\n\nimport _ \"jobalertd/mailer/mailertest\"\n"), "rooms for tests stay in tests",
			[]string{"mailer/outbox/more.go:3: jobalertd/mailer/mailertest is for tests and the demo"}},
		{"a demo that links package testing", map[string]string{
			"cmd/internal/demo/demo.go": "// Package demo shows.\npackage demo\n\nimport _ \"jobalertd/mailer/mailertest\"\n",
			"mailer/mailertest/more.go": "package mailertest\n\nimport _ \"testing\"\n",
		}, "programs do without package testing",
			[]string{"cmd/internal/demo: it imports testing, itself or by what it imports; keep that to _test files"}},
	}
}

func badCode() []bad {
	const global, own = "package variables cannot change", "keys, scripts and metrics have files of their own"
	return []bad{
		{"an init function", one("alerts/source/more.go", "package source\n\nfunc init() {}\n"), "nothing runs unasked",
			[]string{"alerts/source/more.go:3: an init function runs unasked; do it where it is needed"}},
		{"a map for all", one("alerts/source/more.go", "package source\n\nvar seen = map[string]bool{}\n"), global,
			[]string{"alerts/source/more.go:3: package variable seen can change; make it a constant, a function or a field"}},
		{"a variable without a value", one("alerts/source/more.go", "package source\n\nvar (\n\tcount int\n)\n"), global,
			[]string{"alerts/source/more.go:4: package variable count can change; make it a constant, a function or a field"}},
		{"a version outside main", one("alerts/source/more.go", "package source\n\nvar version = \"1\"\n"), global,
			[]string{"alerts/source/more.go:3: package variable version can change; make it a constant, a function or a field"}},
		{"a room that reads the environment", one("alerts/source/more.go", "package source\n\nimport \"os\"\n\nvar _ = os.Getenv(\"X\")\n"), "only config reads environment and files",
			[]string{"alerts/source/more.go:5: os.Getenv: only cmd/internal/config reads the environment"}},
		{"a command that reads the environment", one("cmd/internal/cli/more.go", "package cli\n\nimport \"os\"\n\nvar _ = os.Environ()\n"), "only config reads environment and files",
			[]string{"cmd/internal/cli/more.go:5: os.Environ: only cmd/internal/config reads the environment"}},
		{"a room that reads files", one("alerts/source/more.go", "package source\n\nimport \"os\"\n\nfunc f() { os.ReadFile(\"x\") }\n"), "only config reads environment and files",
			[]string{"alerts/source/more.go:5: os.ReadFile: only cmd/internal/config reads files"}},
		{"a key outside keys.go", one("mailer/outbox/more.go", "package outbox\n\nfunc f() string { return \"jobalert:{s1}:dead\" }\n"), own,
			[]string{"mailer/outbox/more.go:3: a Redis key with a hash tag is built here; build it in keys.go"}},
		{"a key put together outside keys.go", one("mailer/outbox/more.go", "package outbox\n\nfunc f() string { return \"jobalert:{s\" + \"1\" }\n"), own,
			[]string{"mailer/outbox/more.go:3: a Redis key with a hash tag is built here; build it in keys.go"}},
		{"a script outside scripts.go", one("mailer/outbox/more.go", "package outbox\n\nimport \"github.com/redis/go-redis/v9\"\n\nvar get = redis.NewScript(``)\n"), own,
			[]string{"mailer/outbox/more.go:5: a script stands here; move it to scripts.go, under KEYS, ARGV and returns"}},
		{"a metric outside metrics.go", one("mailer/outbox/more.go", "package outbox\n\nimport \"github.com/prometheus/client_golang/prometheus\"\n\nfunc f() { prometheus.NewGauge(prometheus.GaugeOpts{}); prometheus.NewRegistry() }\n"), own,
			[]string{"mailer/outbox/more.go:5: a metric is born here; move it to metrics.go, its label values beside it"}},
		{"a test that sleeps", one("mailer/more_test.go", "package mailer\n\nimport \"time\"\n\nfunc wait() { time.Sleep(1) }\n"), "tests do not sleep",
			[]string{"mailer/more_test.go:5: a test sleeps on the wall clock; use a bubble of testing/synctest, or wait for what it waits for"}},
		{"a test that sleeps beside a bubble", one("mailer/more_test.go", "package mailer\n\nimport (\n\t\"testing/synctest\"\n\t\"time\"\n)\n\nfunc TestY() { synctest.Test(nil, nil); time.Sleep(1) }\n"), "tests do not sleep",
			[]string{"mailer/more_test.go:8: a test sleeps on the wall clock; use a bubble of testing/synctest, or wait for what it waits for"}},
	}
}

func badSizes() []bad {
	const lengthy, exported = "nothing is too long", "exported names are explained"
	return []bad{
		{"a long file", one("alerts/source/more_test.go", "package source\n"+strings.Repeat("\n", 500)), lengthy,
			[]string{"alerts/source/more_test.go: 501 lines are more than 500; cut the file"}},
		{"a long function", one("alerts/source/more.go", "package source\n\nfunc f() {\n"+strings.Repeat("\n", 79)+"}\n"), lengthy,
			[]string{"alerts/source/more.go:3: f has 81 lines, more than 80; cut it"}},
		{"a big package", map[string]string{
			"alerts/source/a.go": "package source\n" + strings.Repeat("\n", 499), "alerts/source/b.go": "package source\n" + strings.Repeat("\n", 499),
			"alerts/source/c.go": "package source\n" + strings.Repeat("\n", 499),
		}, lengthy, []string{"alerts/source: 1519 lines are more than 1500; split the package"}},
		{"a package that says nothing", one("alerts/match/match.go", "package match\n"), "packages are explained",
			[]string{"alerts/match: the package has no comment; say in doc.go what it is for"}},
		{"a function that says nothing", one("alerts/source/more.go", "package source\n\nfunc Read() {}\n"), exported,
			[]string{"alerts/source/more.go:3: Read has no comment"}},
		{"a method that says nothing", one("alerts/source/more.go", "package source\n\nfunc (c *Client) Read() {}\n\ntype hidden struct{}\n\nfunc (hidden) Read() {}\n"), exported,
			[]string{"alerts/source/more.go:3: Read has no comment"}},
		{"types and constants that say nothing", one("alerts/source/more.go", "package source\n\ntype T int\n\n// Both.\ntype (\n\tU int\n\tA = int\n)\n\nconst C = 1\n"), exported,
			[]string{"alerts/source/more.go:11: C has no comment", "alerts/source/more.go:3: T has no comment", "alerts/source/more.go:7: U has no comment"}},
		{"something new at the top", one("docs/adr.txt", ""), "the top level holds the house only",
			[]string{"docs: the top level holds cmd, subscribers, alerts, mailer, deploy, go.mod, go.sum, Makefile, README.md, LICENSE and nothing else"}},
	}
}

func badProse() []bad {
	const paths, metric = "prose names paths that are there", "rules, dashboards and prose name metrics that are there"
	return []bad{
		{"a path that is not there", one("README.md", "Read `alerts/none.go`.\n\n```\ncat ./deploy/none.yaml\n```\n"), paths,
			[]string{"README.md:1: there is no alerts/none.go", "README.md:4: there is no deploy/none.yaml"}},
		{"a link that leads nowhere", one("README.md", "Read [this](deploy/NONE.md).\n"), paths,
			[]string{"README.md:1: the link to deploy/NONE.md leads nowhere"}},
		{"a heading that is not there", one("README.md", "# Top\n\n[a](#top) [b](deploy/README.md#runbook)\n"), paths,
			[]string{"README.md:3: deploy/README.md has no heading #runbook"}},
		{"a target that is not there", one("README.md", "We make nothing. Run `make all`.\n"), "prose names make targets that are there",
			[]string{"README.md:1: the Makefile has no target all"}},
		{"a verb that is not there", one("README.md", "The jobalertd daemon.\n\n```\n./bin/jobalertd start --now\n```\n"), "prose names verbs that are there",
			[]string{"README.md:4: jobalertd has no verb start"}},
		{"a unit that starts a verb that is not there", one("deploy/systemd/jobalertd.service", "ExecStart=/usr/local/bin/jobalertd run\n"), "prose names verbs that are there",
			[]string{"deploy/systemd/jobalertd.service:1: jobalertd has no verb run"}},
		{"an alert without a runbook", one("deploy/prometheus/more.yml", "  - alert: JobalertOdd\n"), "alerts are answered and tested", []string{
			"deploy/prometheus/more.yml: alert JobalertOdd has no annotation runbook: deploy/README.md#jobalertodd",
			"deploy/prometheus/more.yml: alert JobalertOdd: deploy/README.md has no heading #jobalertodd",
			"deploy/prometheus/more.yml: alert JobalertOdd: no test shows that it fires",
		}},
		{"an alert that is not shown to fire", one("deploy/prometheus/rules_test.yml", "  - {alertname: JobalertSlow, eval_time: 1m}\n"), "alerts are answered and tested",
			[]string{"deploy/prometheus/rules.yml: alert JobalertSlow: no test shows that it fires"}},
		{"an alert on a metric that is not there", one("deploy/prometheus/extra.yml", "expr: jobalert_oops_total > 0\n"), metric,
			[]string{"deploy/prometheus/extra.yml:1: jobalert_oops_total is not a metric of the contract"}},
		{"prose on a metric that is not there", one("README.md", "Watch `jobalert_oops`.\n"), metric,
			[]string{"README.md:1: jobalert_oops is not a metric of the contract"}},
		{"a metric outside the contract", one("alerts/source/metrics.go", "package source\n\nconst name = \"jobalert_oops\"\n"), "metrics are in the contract",
			[]string{"alerts/source/metrics.go:3: jobalert_oops is not in the contract; add it there and to deploy/README.md"}},
		{"a metric of the contract that nobody makes", allMetricsBut("jobalert_filters"), "the contract is kept",
			[]string{"no metrics.go makes jobalert_filters of the contract"}},
		{"a metric that the guide leaves out", one("alerts/source/metrics.go", "package source\n\nconst name = \"jobalert_filters\"\n"), "metrics are explained",
			[]string{"alerts/source/metrics.go:3: deploy/README.md does not explain jobalert_filters"}},
	}
}

// allMetricsBut is a metrics.go that makes every metric of the contract but one, and a guide to them.
func allMetricsBut(name string) map[string]string {
	code, guide := "package source\n", goodTree()["deploy/README.md"]
	for i, metric := range contract() {
		if metric != name {
			code += fmt.Sprintf("\nconst metric%d = %q\n", i, metric)
			guide += fmt.Sprintf("\nAnd `%s`.\n", metric)
		}
	}
	return map[string]string{"alerts/source/metrics.go": code, "deploy/README.md": guide}
}
