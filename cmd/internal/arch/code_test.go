package arch

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// noInit: what happens at start stands in main.
func noInit(t *tree) []string {
	var problems []string
	for _, f := range t.product() {
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				problems = append(problems, t.at(fn, "an init function runs unasked; do it where it is needed"))
			}
		}
	}
	return problems
}

// constantCalls makes values that nobody can change, or that are made once.
func constantCalls() []string {
	return []string{
		"errors.New", "regexp.MustCompile", "redis.NewScript", "strings.NewReplacer",
		"sync.OnceValue", "sync.OnceValues", "sync.OnceFunc",
	}
}

// noGlobals: package-level variables hold what cannot change.
func noGlobals(t *tree) []string {
	var problems []string
	for _, f := range t.product() {
		for _, decl := range f.syntax.Decls {
			block, ok := decl.(*ast.GenDecl)
			if !ok || block.Tok != token.VAR {
				continue
			}
			for _, spec := range block.Specs {
				if v := spec.(*ast.ValueSpec); !unchanging(f, block, v) {
					problems = append(problems, t.at(v, "package variable %s can change; make it a constant, a function or a field", v.Names[0].Name))
				}
			}
		}
	}
	return problems
}

func unchanging(f *source, block *ast.GenDecl, v *ast.ValueSpec) bool {
	if v.Names[0].Name == "_" || embedded(block.Doc) || embedded(v.Doc) {
		return true // a compile-time assertion, or a file
	}
	if within(f.dir, "cmd/jobalertd") && v.Names[0].Name == "version" {
		return true // stamped by the linker, which knows variables only
	}
	for _, value := range v.Values {
		call, ok := value.(*ast.CallExpr)
		if !ok || !slices.Contains(constantCalls(), callee(call)) {
			return false
		}
	}
	return len(v.Values) > 0
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// callee is the name of a called package function, such as errors.New.
func callee(call *ast.CallExpr) string {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		if x, ok := selector.X.(*ast.Ident); ok {
			return x.Name + "." + selector.Sel.Name
		}
	}
	return ""
}

// environment: only config reads the environment and files; the command line reads the files that
// are its arguments, and main hands the environment on.
func environment(t *tree) []string {
	env := []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}
	files := []string{"Open", "OpenFile", "ReadFile", "ReadDir", "Create", "WriteFile", "DirFS", "OpenRoot"}
	var problems []string
	for _, f := range t.product() {
		if testRoom(f.dir) || within(f.dir, "cmd/internal/config") || f.syntax.Name.Name == "main" {
			continue
		}
		f.calls(func(call *ast.CallExpr, pkg, name string) {
			if pkg != "os" {
				return
			}
			if slices.Contains(env, name) {
				problems = append(problems, t.at(call, "os.%s: only cmd/internal/config reads the environment", name))
			}
			if slices.Contains(files, name) && !within(f.dir, "cmd/internal/cli") {
				problems = append(problems, t.at(call, "os.%s: only cmd/internal/config reads files", name))
			}
		})
	}
	return problems
}

// ownFiles: Redis keys are built in keys.go, scripts stand in scripts.go, metrics in metrics.go.
func ownFiles(t *tree) []string {
	hashTag := regexp.MustCompile(`\{[^{}"\s]*\}:|^\}:|:\{[a-z]*$`)
	var problems []string
	for _, f := range t.product() {
		name := f.path[strings.LastIndexByte(f.path, '/')+1:]
		if name != "keys.go" {
			eachString(f, func(lit *ast.BasicLit, text string) {
				if hashTag.MatchString(text) {
					problems = append(problems, t.at(lit, "a Redis key with a hash tag is built here; build it in keys.go"))
				}
			})
		}
		f.calls(func(call *ast.CallExpr, pkg, fn string) {
			if strings.HasPrefix(pkg, "github.com/redis/go-redis/") && fn == "NewScript" && name != "scripts.go" {
				problems = append(problems, t.at(call, "a script stands here; move it to scripts.go, under KEYS, ARGV and returns"))
			}
			born := within(pkg, "github.com/prometheus/client_golang/prometheus") && strings.HasPrefix(fn, "New") &&
				!strings.HasSuffix(fn, "Registry") || strings.HasSuffix(pkg, "/promauto")
			if born && name != "metrics.go" && !strings.HasSuffix(pkg, "/promhttp") && !testRoom(f.dir) {
				problems = append(problems, t.at(call, "a metric is born here; move it to metrics.go, its label values beside it"))
			}
		})
	}
	return problems
}

// eachString visits the string literals that are not imports or struct tags.
func eachString(f *source, visit func(lit *ast.BasicLit, text string)) {
	tags := map[*ast.BasicLit]bool{}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			tags[n.Tag] = true
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && !tags[n] {
				visit(n, text)
			}
		}
		return true
	})
}

// noSleep: tests wait for nothing but what happens in a bubble of testing/synctest. A helper is
// taken to be called from a bubble if its file makes one.
func noSleep(t *tree) []string {
	var problems []string
	for _, f := range t.files {
		if !f.test {
			continue
		}
		excused := map[ast.Node]bool{}
		f.calls(func(call *ast.CallExpr, pkg, _ string) {
			if pkg == "testing/synctest" {
				markAll(excused, call)
			}
		})
		_, bubbles := f.imports()["testing/synctest"]
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && bubbles && !strings.HasPrefix(fn.Name.Name, "Test") {
				markAll(excused, fn)
			}
		}
		f.calls(func(call *ast.CallExpr, pkg, name string) {
			if pkg == "time" && name == "Sleep" && !excused[call] {
				problems = append(problems, t.at(call, "a test sleeps on the wall clock; use a bubble of testing/synctest, or wait for what it waits for"))
			}
		})
	}
	return problems
}

// markAll marks everything that stands inside node.
func markAll(marked map[ast.Node]bool, node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		marked[n] = true
		return true
	})
}
