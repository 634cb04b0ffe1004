package arch

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// street is the order of the houses: a package imports to its right or beside itself.
func street() []string { return []string{"cmd", "subscribers", "alerts", "mailer"} }

// arrows: no import runs from right to left.
func arrows(t *tree) []string {
	var problems []string
	for _, f := range t.files {
		from, _, _ := strings.Cut(f.path, "/")
		for p, spec := range f.imports() {
			rest, ours := strings.CutPrefix(p, module)
			if !ours {
				continue
			}
			to, _, _ := strings.Cut(rest, "/")
			i, j := slices.Index(street(), from), slices.Index(street(), to)
			if i < 0 || j < 0 || j < i {
				problems = append(problems, t.at(spec, "%s may not import %s; declare an interface in %s and let %s implement it", from, rest, from, to))
			}
		}
	}
	return problems
}

// pureRoots: what stands in a root, or in a package that a root leans on, would be true on paper.
func pureRoots(t *tree) []string {
	pure := pureDirs(t)
	var problems []string
	for _, f := range t.product() {
		if !pure[f.dir] {
			continue
		}
		for p, spec := range f.imports() {
			if !strings.HasPrefix(p, module) && !pureImport(p) {
				problems = append(problems, t.at(spec, "%s is pure, being a root or what a root leans on, and may not import %s; move this to a room", f.dir, p))
			}
		}
		f.calls(func(call *ast.CallExpr, pkg, name string) {
			if pkg == "time" && slices.Contains(clockCalls(), name) {
				problems = append(problems, t.at(call, "%s is pure and has no clock; take now as an argument instead of time.%s", f.dir, name))
			}
		})
	}
	return problems
}

// pureDirs are the roots and all that they import.
func pureDirs(t *tree) map[string]bool {
	pure := map[string]bool{}
	for queue := street()[1:]; len(queue) > 0; queue = queue[1:] {
		pure[queue[0]] = true
		for _, f := range t.product() {
			if f.dir != queue[0] {
				continue
			}
			for p := range f.imports() {
				if dir, ours := strings.CutPrefix(p, module); ours && !pure[dir] {
					queue = append(queue, dir)
				}
			}
		}
	}
	return pure
}

// pureImport reports whether a pure package may import p. log/slog is let in for LogValue, idna for
// the domains of addresses.
func pureImport(p string) bool {
	if strings.Contains(strings.Split(p, "/")[0], ".") {
		return within(p, "golang.org/x/text", "golang.org/x/net/idna")
	}
	impure := []string{"database", "log/syslog", "net/http", "net/rpc", "net/smtp", "os", "plugin", "runtime", "syscall", "testing"}
	return p != "log" && p != "net" && !within(p, impure...)
}

// clockCalls are the functions of package time that ask the machine's clock.
func clockCalls() []string {
	return []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
}

// driver is a package that speaks a foreign language, and the rooms that may.
type driver struct {
	path  string
	rooms []string // nil: everywhere but in the roots
}

// driverTable is every dependency that production code has. Tests and rooms for tests may use all.
func driverTable() []driver {
	return []driver{
		{"net/http", []string{"subscribers/web", "alerts/source", "cmd"}},
		{"net/smtp", []string{}}, // go-mail does it
		{"github.com/redis/go-redis", []string{"mailer/outbox", "mailer/suppress", "mailer/fields", "alerts/postings", "subscribers/store", "subscribers/limit", "subscribers/once", "cmd/internal/app", "cmd/internal/demo"}},
		{"github.com/alicebob/miniredis", []string{"cmd/internal/demo"}},
		{"github.com/wneessen/go-mail", []string{"mailer/deliver"}},
		{"github.com/emersion/go-smtp", []string{"mailer/bounce", "cmd/internal/demo"}},
		{"github.com/emersion/go-sasl", []string{"cmd/internal/demo"}},
		{"github.com/emersion/go-msgauth", []string{"mailer/dkim"}},
		{"google.golang.org/protobuf/encoding/protowire", []string{"mailer/outbox", "subscribers/store"}},
		{"github.com/robfig/cron", []string{"cmd/internal/app"}},
		{"go.opentelemetry.io/otel", []string{"cmd/internal/app/tracing"}},
		{"github.com/alecthomas/kong", []string{"cmd/internal/cli"}},
		{"github.com/coreos/go-systemd", []string{"cmd/internal/service"}},
		{"github.com/goccy/go-yaml", []string{"cmd/internal/config", "cmd/internal/cli"}}, // cli: recordings of boards
		{"github.com/mmcdole/gofeed", []string{"alerts/source"}},
		{"github.com/microcosm-cc/bluemonday", []string{"alerts/source", "alerts/normalize"}},
		{"github.com/prometheus/client_golang/prometheus/promhttp", []string{"cmd/internal/ops"}},
		{"github.com/prometheus/client_model", []string{"cmd/internal/ops"}},
		{"github.com/prometheus/client_golang", nil}, // where metrics are made is another rule
		{"golang.org/x/net/html", []string{"alerts", "mailer/bounce", "cmd/internal/demo"}},
		{"golang.org/x/net/idna", []string{"mailer", "alerts/source"}},
		{"golang.org/x/net/publicsuffix", []string{"mailer/records", "subscribers/typo"}}, // whose domains align; which top-level domains there are
		{"golang.org/x/text", nil},
	}
}

// drivers: each foreign language is spoken in its rooms only, and no dependency comes in unnoticed.
func drivers(t *tree) []string {
	var problems []string
	for _, f := range t.product() {
		if testRoom(f.dir) {
			continue
		}
		for p, spec := range f.imports() {
			foreign := strings.Contains(strings.Split(p, "/")[0], ".")
			d, known := driverOf(p)
			switch {
			case !known && foreign:
				problems = append(problems, t.at(spec, "%s has no room; give it one in driverTable, with the reason in that room's # Decisions", p))
			case known && d.rooms != nil && !within(f.dir, d.rooms...):
				problems = append(problems, t.at(spec, "%s may not import %s; its rooms are %s", f.dir, p, strings.Join(d.rooms, ", ")))
			}
		}
	}
	return problems
}

func driverOf(p string) (driver, bool) {
	for _, d := range driverTable() {
		if within(p, d.path) {
			return d, true
		}
	}
	return driver{}, false
}

// testRooms: what is made for tests is used by tests, by other rooms for tests and by the demo.
func testRooms(t *tree) []string {
	var problems []string
	for _, f := range t.product() {
		for p, spec := range f.imports() {
			dir, ours := strings.CutPrefix(p, module)
			if ours && testRoom(dir) && !testRoom(f.dir) && !within(f.dir, "cmd/internal/demo") {
				problems = append(problems, t.at(spec, "%s is for tests and the demo", p))
			}
		}
	}
	return problems
}

// noTestingInPrograms: a program that links package testing carries its flags and its weight.
func noTestingInPrograms(t *tree) []string {
	imports := map[string]map[string]bool{}
	for _, f := range t.product() {
		if imports[f.dir] == nil {
			imports[f.dir] = map[string]bool{}
		}
		for p := range f.imports() {
			imports[f.dir][strings.TrimPrefix(p, module)] = true
		}
	}
	var problems []string
	for _, dir := range slices.Sorted(maps.Keys(imports)) {
		if within(dir, "cmd") && reaches(imports, dir, "testing", map[string]bool{}) {
			problems = append(problems, dir+": it imports testing, itself or by what it imports; keep that to _test files")
		}
	}
	return problems
}

func reaches(imports map[string]map[string]bool, from, to string, seen map[string]bool) bool {
	if imports[from][to] {
		return true
	}
	seen[from] = true
	for next := range imports[from] {
		if !seen[next] && reaches(imports, next, to, seen) {
			return true
		}
	}
	return false
}
